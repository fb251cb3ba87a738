import type { TFunction } from 'i18next'
import type { Catalog, TaskRun } from '../generated/api'
import type { TaskRecord } from './graph'
import { type StatusToken, statusToken, type TaskType } from './tasks'
import { type Language, textOf } from './text'

/** The second line of a node. */
export interface SecondLine {
  text: string
  /** An expression or a code, shown in the fixed-width font. */
  mono: boolean
}

/** Returns a written duration such as `30m` in words; what is no duration is returned as it is. */
export function writtenDuration(text: unknown, t: TFunction): string | undefined {
  if (typeof text !== 'string' || text === '') return undefined
  const match = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text)
  return match ? t(`canvas.duration.${match[2]}`, { count: Number(match[1]) }) : text
}

/** Returns a length of time in words: tenths of a second under ten seconds, the two greatest units above a minute. */
export function durationInWords(milliseconds: number, t: TFunction): string {
  const ms = Math.max(0, milliseconds)
  if (ms < 1_000) return t('canvas.duration.ms', { count: Math.round(ms) })
  if (ms < 10_000) return t('canvas.duration.s', { count: Math.round(ms / 100) / 10 })
  const seconds = Math.round(ms / 1_000)
  if (seconds < 60) return t('canvas.duration.s', { count: seconds })
  if (seconds < 3_600) return two(t, 'm', 'ms_s', Math.floor(seconds / 60), seconds % 60, 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 1_440) return two(t, 'h', 'hm', Math.floor(minutes / 60), minutes % 60, 'm')
  const hours = Math.round(minutes / 60)
  return two(t, 'd', 'dh', Math.floor(hours / 24), hours % 24, 'h')
}

function two(t: TFunction, unit: 'm' | 'h' | 'd', both: 'ms_s' | 'hm' | 'dh', large: number, small: number, smallName: string): string {
  return small === 0 ? t(`canvas.duration.${unit}`, { count: large }) : t(`canvas.duration.${both}`, { [unit]: large, [smallName]: small })
}

const written = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined)

/** Returns what a task says about itself while it is drawn: app and command, or its expression. */
export function describeTask(
  task: TaskRecord,
  type: TaskType | undefined,
  catalog: Catalog | undefined,
  language: Language,
  t: TFunction,
): SecondLine {
  const plain = (...parts: Array<string | undefined>): SecondLine => ({
    text: parts.filter(Boolean).join(' · ') || t('canvas.notChosen'),
    mono: false,
  })
  const code = (text: string | undefined): SecondLine => (text ? { text, mono: true } : plain())
  switch (type) {
    case 'action': {
      const app = catalog?.apps[String(task.app)]
      const command = app?.commands[String(task.command)]
      return plain(
        (app && textOf(app.name, language)) ?? written(task.app),
        (command && textOf(command.name, language)) ?? written(task.command),
      )
    }
    case 'branch':
      return code(written(task.condition))
    case 'formula':
      return code(written(task.expression) && `${written(task.variable) ?? '?'} = ${task.expression}`)
    case 'input':
      return plain(
        task.kind === 'boolean' || task.kind === 'string' || task.kind === 'choice' ? t(`canvas.answer.${task.kind}`) : undefined,
        writtenDuration(task.deadline, t),
      )
    case 'approval':
      return plain(written(task.assignee), writtenDuration(task.deadline, t))
    case 'wait':
      return typeof task.seconds === 'number' ? plain(durationInWords(task.seconds * 1_000, t)) : code(written(task.seconds))
    case 'email': {
      const to = Array.isArray(task.to) ? t('canvas.recipients', { count: task.to.length }) : written(task.to)
      return plain(written(task.connection) ?? 'smtp', to)
    }
    case 'call': {
      const each = task.each as { variable?: unknown; concurrency?: unknown } | undefined
      return plain(
        written(task.playbook),
        each && t('canvas.each', { variable: written(each.variable) ?? '?' }),
        typeof each?.concurrency === 'number' && each.concurrency > 1 ? t('canvas.atOnce', { count: each.concurrency }) : undefined,
      )
    }
    case 'query':
      return plain(written(task.source), written(task.query)?.replace(/\s+/g, ' '))
    case undefined:
      return { text: String(task.type ?? '?'), mono: true }
  }
}

/** How a task run looks on the canvas. */
export interface RunLook {
  status: StatusToken
  /** The status in words. */
  word: string
  /** One fact beside it: a length of time, who is asked, the error code. */
  fact: string | undefined
  factMono: boolean
  /** Since when it runs, for a clock that ticks. */
  since: number | undefined
  /** The share that is done, 0 to 1, where there is a real total. */
  progress: number | undefined
}

/** What of a task run is drawn, with one more fact, such as how many items of a call are done. */
export type DrawnRun = Pick<TaskRun, 'id' | 'type' | 'status' | 'attempts' | 'started_at' | 'ended_at' | 'answered_by'> & {
  error: { code: string } | null
  note?: string
  /** Of a call over a list: how many items are finished, and of how many; where absent, its output says so. */
  progress?: [number, number] | undefined
  output?: unknown
}

/** The task runs of an execution, of which the canvas asks for those that it draws. */
export interface DrawnRuns {
  get(task: string): DrawnRun | undefined
}

/** Returns how a task run looks on the canvas. */
export function describeRun(run: DrawnRun, t: TFunction): RunLook {
  const status = statusToken(run.status)
  const start = run.started_at === null ? undefined : Date.parse(run.started_at)
  const end = run.ended_at === null ? undefined : Date.parse(run.ended_at)
  const look: RunLook = {
    status,
    word: t(`canvas.status.${status}`),
    fact: undefined,
    factMono: false,
    since: undefined,
    progress: progressOf(run),
  }
  if (status === 'failed' && run.error) return { ...look, fact: run.error.code, factMono: true }
  if (run.note !== undefined) look.fact = run.note
  else if (status === 'running' && run.attempts > 1) look.fact = t('canvas.retry', { attempt: run.attempts })
  else if (status === 'running') look.since = start
  else if (status === 'done' && start !== undefined && end !== undefined) look.fact = run.answered_by ?? durationInWords(end - start, t)
  return look
}

/** A call over a list says in its output how many items it has and how many are done. */
function progressOf(run: DrawnRun): number | undefined {
  if (run.type !== 'call' || run.status !== 'running') return undefined
  const { total, finished } = (run.output ?? {}) as { total?: unknown; finished?: unknown }
  const [done, all] = run.progress ?? [finished, total]
  return typeof all === 'number' && typeof done === 'number' && all > 0 ? Math.min(1, done / all) : undefined
}
