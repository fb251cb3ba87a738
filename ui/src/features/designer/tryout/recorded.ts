import type { Answer, ExecutionDetail, JsonValue, TaskError, Text } from '../../../generated/api'

/** What apps and people replied once: in a rehearsal, or in a past execution. */
export interface Recorded {
  /** Where it comes from, as people read it. */
  name: string
  /** One list per task; the last reply repeats. */
  replies: Record<string, unknown[]>
  answers: Record<string, Answer>
  input: Record<string, unknown>
}

const isMap = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value)

/** Returns what a rehearsal holds; undefined when it is none. */
export function readRehearsal(name: string, rehearsal: unknown): Recorded | undefined {
  if (!isMap(rehearsal)) return undefined
  const { replies = {}, answers = {}, input = {} } = rehearsal
  // Some courses have only people's answers; a file with neither is something else.
  if (!('replies' in rehearsal || 'answers' in rehearsal)) return undefined
  if (!isMap(replies) || !isMap(answers) || !isMap(input)) return undefined
  if (!Object.values(replies).every((each) => Array.isArray(each))) return undefined
  return { name, replies: replies as Record<string, unknown[]>, answers: answers as Record<string, Answer>, input }
}

/** The tasks that ask an app, another playbook or the event store; others are computed again. */
const ASKS = new Set(['action', 'email', 'call', 'query'])

/** Returns what the tasks and people of an execution gave. A value that was cut is left out: its task waits for an output as without it. */
export function recordedOf(name: string, execution: ExecutionDetail, text: (words: Text) => string): Recorded {
  const recorded: Recorded = { name, replies: {}, answers: {}, input: execution.input }
  for (const { id, type, status, output, error, outcome } of execution.tasks) {
    if (execution.truncated.includes(id)) continue
    if (ASKS.has(type) && status === 'done') recorded.replies[id] = [{ output }]
    else if (ASKS.has(type) && status === 'failed' && error) recorded.replies[id] = [{ error: failure(error, text) }]
    else if (type === 'input' && outcome === 'done') recorded.answers[id] = { value: output as JsonValue }
    else if (type === 'approval' && (outcome === 'approved' || outcome === 'rejected')) {
      const opinion = isMap(output) && typeof output.opinion === 'string' ? output.opinion : ''
      recorded.answers[id] = { approved: outcome === 'approved', opinion }
    }
  }
  return recorded
}

const failure = ({ code, message }: TaskError, text: (words: Text) => string) => ({ code, message: text(message) })
