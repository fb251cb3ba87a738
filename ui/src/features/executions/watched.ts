import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { currentLanguage, useTranslation } from '../../app/i18n'
import { type Growing, readAhead, useGrowing } from '../../app/query'
import { languageOf, nameOf } from '../../canvas/public'
import type {
  AttemptMark,
  CallCounts,
  ExecutionSummary,
  Language,
  LinkState,
  OpenQuestion,
  PlainRuns,
  TaskDetail,
  TaskMark,
  TaskRun,
  TaskStatus,
  TransitionLog,
  WatchedExecution,
} from '../../generated/api'
import { type ApiError, asApiError, call } from '../../platform'
import { type Drawn, drawnFor, knownDrawings } from './drawing'
import { isFinal } from './facts'

/** One attempt without what went wrong in words. */
interface WatchedAttempt {
  number: number
  started_at: string
  ended_at: string | null
  error: { code: string } | null
}

/** A task run without its input and output: what a screen needs of ten thousand of them. */
export type WatchedRun = Omit<TaskRun, 'input' | 'output' | 'error' | 'history'> & {
  error: { code: string } | null
  history: readonly WatchedAttempt[]
  /** Of a call over a list: how many of its items are finished, and of how many. */
  progress?: [number, number] | undefined
  /** When it began, in milliseconds since the epoch; infinity for what has not. */
  began: number
}

/** An execution as it is watched. */
export interface Watched {
  summary: ExecutionSummary
  /** The last place in the journal that this includes. */
  sequence: number
  /** What is drawn of its playbook version's document. */
  drawn: Drawn
  /** Every task of the document, in its order. */
  readonly tasks: readonly WatchedRun[]
  /** The same by their ids while nobody has asked for all of them: a first picture shows a few of ten thousand. */
  runs?: { get(id: string): WatchedRun | undefined }
  links: readonly LinkState[]
  questions: readonly OpenQuestion[]
  calls: readonly CallCounts[]
  /** Whether retention keeps it because a person said so. */
  kept: boolean
}

const watching = (language: Language): Growing<'execution.watch', Watched> => ({
  operation: 'execution.watch',
  since: (known) => (known ? { after: known.sequence } : { drawn: knownDrawings(language) }),
  add: (known, answer) => addChanges(known, answer, language),
})

/** Follows one execution: read whole once, then only what has changed. */
export function useWatched(id: number) {
  const { i18n } = useTranslation()
  const language = languageOf(i18n.language)
  // In another language the same execution is shown until it has come.
  return useGrowing(watching(language), { id, language }, { placeholderData: (before) => (before?.summary.id === id ? before : undefined) })
}

/** Begins to read an execution whose screen is about to be opened. */
export function expectExecution(id: number): void {
  const language = currentLanguage()
  readAhead(watching(language), { id, language })
}

/** Returns what people call the tasks of an execution. */
export function useTaskName({ drawn }: Pick<Watched, 'drawn'>): (id: string) => string {
  const { i18n } = useTranslation()
  const language = languageOf(i18n.language)
  return useCallback((id) => nameOf(drawn.whole, id, language), [drawn, language])
}

const logging: Growing<'execution.log', TransitionLog> = {
  operation: 'execution.log',
  since: (known) => (known ? { after: known.entries.at(-1)?.sequence ?? 0 } : {}),
  add: (known, answer) => {
    if (!known) return answer
    return answer.entries.length === 0 ? known : { entries: [...known.entries, ...answer.entries] }
  },
}

/** Follows the transition log of one execution. */
export function useLog(id: number, enabled = true) {
  return useGrowing(logging, { id }, { enabled })
}

/** Reads one task run whole; it is read again when the run has moved, not when another task has. */
export function useTaskDetail(id: number, run: WatchedRun) {
  const task = run.id
  const stamp = [run.status, run.attempts, run.ended_at, run.until, run.progress?.[0]].join(' ')
  return useQuery<TaskDetail, ApiError>({
    queryKey: ['execution.task', { id, task }, stamp],
    queryFn: async () => {
      try {
        return await call('execution.task', { id, task })
      } catch (thrown) {
        throw asApiError(thrown)
      }
    },
    placeholderData: (before) => (before?.run.id === task ? before : undefined),
  })
}

/** Adds what has changed to what is known of an execution. */
export function addChanges(known: Watched | undefined, answer: WatchedExecution, language: Language): Watched {
  const { summary, sequence, questions, calls, kept } = answer
  const ended = isFinal(summary.status)
  if (!known) {
    const drawn = drawnFor(answer.drawing_key, language, answer.drawing)
    if (!drawn) throw new Error(`execution ${summary.id} came without its drawing`)
    const runs = new FirstRuns(answer, drawn, ended)
    const links = changeLinks(new Array(drawn.links).fill('open'), answer.links)
    return {
      summary,
      sequence,
      drawn,
      get tasks() {
        return runs.all()
      },
      runs,
      links,
      questions,
      calls,
      kept,
    }
  }
  const skips = ended && !isFinal(known.summary.status)
  const news = new News(answer, known.drawn)
  const tasks =
    news.size === 0 && !skips
      ? known.tasks
      : known.tasks.map((run) => {
          const moved = news.get(run.id)
          if (moved) return moved
          return skips && run.status === 'pending' ? { ...run, status: 'skipped' as const } : run
        })
  return {
    summary,
    sequence,
    drawn: known.drawn,
    tasks,
    links: answer.links.length === 0 ? known.links : changeLinks(known.links, answer.links),
    questions,
    calls,
    kept,
  }
}

const typeOf = (drawn: Drawn, id: string) => String(drawn.task(id)?.type)

/** The runs that an answer tells of; each is made when it is asked for. */
class News {
  readonly #plain: PlainRuns
  readonly #drawn: Drawn
  readonly #places = new Map<string, number>()
  readonly #marks = new Map<string, TaskMark>()
  readonly #write = momentWriter()

  constructor({ plain, tasks }: WatchedExecution, drawn: Drawn) {
    this.#plain = plain
    this.#drawn = drawn
    for (const [place, id] of plain.tasks.entries()) this.#places.set(id, place)
    for (const mark of tasks) this.#marks.set(mark.id, mark)
  }

  get size(): number {
    return this.#places.size + this.#marks.size
  }

  get(id: string): WatchedRun | undefined {
    const mark = this.#marks.get(id)
    if (mark) return runOf(mark, typeOf(this.#drawn, id))
    const place = this.#places.get(id)
    return place === undefined ? undefined : plainRun(this.#plain, place, typeOf(this.#drawn, id), this.#write)
  }
}

/** All runs of an execution as the first answer has them, the tasks that have not begun too. */
class FirstRuns {
  readonly #news: News
  readonly #drawn: Drawn
  readonly #ended: boolean
  readonly #made = new Map<string, WatchedRun>()
  #all: readonly WatchedRun[] | undefined

  constructor(answer: WatchedExecution, drawn: Drawn, ended: boolean) {
    this.#news = new News(answer, drawn)
    this.#drawn = drawn
    this.#ended = ended
  }

  get(id: string): WatchedRun | undefined {
    const made = this.#made.get(id)
    if (made || !this.#drawn.task(id)) return made
    const run = this.#make(id)
    this.#made.set(id, run)
    return run
  }

  all(): readonly WatchedRun[] {
    this.#all ??= this.#drawn.whole.order.map((id) => this.#made.get(id) ?? this.#make(id))
    return this.#all
  }

  #make(id: string): WatchedRun {
    return this.#news.get(id) ?? notStarted(id, typeOf(this.#drawn, id), this.#ended)
  }
}

const STATUSES: Record<string, TaskStatus> = {
  p: 'pending',
  r: 'running',
  w: 'waiting',
  d: 'done',
  f: 'failed',
  s: 'skipped',
  c: 'cancelled',
  n: 'needs_review',
}

/** Returns a run that came in columns. */
function plainRun(
  { tasks, status: letters, since, started, ended }: PlainRuns,
  place: number,
  type: string,
  write: (milliseconds: number) => string,
): WatchedRun {
  const [start, end] = [started[place] ?? null, ended[place] ?? null]
  const status = STATUSES[letters[place] ?? ''] ?? 'pending'
  const started_at = start === null ? null : write(since + start)
  const ended_at = end === null ? null : write(since + end)
  return {
    id: tasks[place] ?? '',
    type,
    status,
    attempts: start === null ? 0 : 1,
    started_at,
    ended_at,
    outcome: status === 'done' ? 'done' : null,
    error: null,
    history: started_at === null ? [] : [{ number: 1, started_at, ended_at, error: null }],
    progress: undefined,
    began: start === null ? Number.POSITIVE_INFINITY : since + start,
  }
}

/** Returns a writer of moments. Those of one second share their beginning: thousands are written at once, and mostly of few seconds. */
function momentWriter(): (milliseconds: number) => string {
  let known = Number.NaN
  let beginning = ''
  return (milliseconds) => {
    const second = Math.floor(milliseconds / 1000)
    if (second !== known) {
      known = second
      beginning = new Date(second * 1000).toISOString().slice(0, -4)
    }
    return `${beginning}${String(milliseconds - second * 1000).padStart(3, '0')}Z`
  }
}

function runOf(mark: TaskMark, type: string): WatchedRun {
  const { id, status, attempts = 0, until, progress } = mark
  const started_at = mark.started_at ?? null
  const ended_at = mark.ended_at ?? null
  const error = mark.error_code === undefined ? null : { code: mark.error_code }
  const run: WatchedRun = {
    id,
    type,
    status,
    attempts,
    started_at,
    ended_at,
    outcome: mark.outcome ?? (status === 'done' ? 'done' : null),
    error,
    history:
      mark.history?.map(attemptOf) ?? (attempts > 0 && started_at !== null ? [{ number: attempts, started_at, ended_at, error }] : []),
    progress,
    began: started_at === null ? Number.POSITIVE_INFINITY : Date.parse(started_at),
  }
  if (until !== undefined) run.until = until
  if (mark.answered_by !== undefined) run.answered_by = mark.answered_by
  if (mark.carried) run.carried = true
  return run
}

function attemptOf({ number, started_at, ended_at, error_code }: AttemptMark): WatchedAttempt {
  return { number, started_at, ended_at: ended_at ?? null, error: error_code === undefined ? null : { code: error_code } }
}

function notStarted(id: string, type: string, ended: boolean): WatchedRun {
  return {
    id,
    type,
    status: ended ? 'skipped' : 'pending',
    attempts: 0,
    started_at: null,
    ended_at: null,
    outcome: null,
    error: null,
    history: [],
    began: Number.POSITIVE_INFINITY,
  }
}

const FATES: Record<string, LinkState> = { o: 'open', f: 'fired', d: 'dead' }

/** Applies changes of links: all of them a letter each, or `3f7-9d` for those that changed. */
export function changeLinks(known: readonly LinkState[], changes: readonly string[]): LinkState[] {
  const links = [...known]
  for (const change of changes) {
    if (!/^\d/.test(change)) {
      for (let place = 0; place < links.length; place++) links[place] = FATES[change[place] ?? 'o'] ?? 'open'
      continue
    }
    for (const [, first, last, letter] of change.matchAll(/(\d+)(?:-(\d+))?([ofd])/g)) {
      const end = Math.min(links.length - 1, Number(last ?? first))
      for (let place = Number(first); place <= end; place++) links[place] = FATES[letter ?? 'o'] ?? 'open'
    }
  }
  return links
}
