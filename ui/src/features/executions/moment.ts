import type { ExecutionStatus, LinkState, Replay, TaskRun, TaskStatus } from '../../generated/api'
import type { Watched, WatchedRun } from './watched'

/** Where an execution stood after one of its recorded transitions. */
export interface Moment {
  /** The frame, from 0. */
  index: number
  /** Its place in the journal and in the transition log. */
  sequence: number
  /** Milliseconds since the epoch. */
  at: number
  status: ExecutionStatus
  tasks: WatchedRun[]
  links: LinkState[]
}

type Stand = { index: number; status: TaskStatus; attempts: number }

const ENDED: ReadonlySet<TaskStatus> = new Set(['done', 'failed', 'skipped', 'cancelled'])

/** The recorded transitions of one execution, made ready for asking about any moment in any order. */
export class Recording {
  readonly length: number
  /** When each frame was, in milliseconds since the epoch. */
  readonly times: readonly number[]
  /** Where each frame stands on the slider, 0 to 1. */
  readonly places: readonly number[]
  readonly #replay: Replay
  readonly #tasks = new Map<string, Stand[]>()
  readonly #links = new Map<number, Array<{ index: number; state: LinkState }>>()

  constructor(replay: Replay) {
    this.#replay = replay
    this.length = replay.frames.length
    this.times = replay.frames.map((frame) => Date.parse(frame.at))
    this.places = placesOf(this.times)
    for (const [index, frame] of replay.frames.entries()) {
      for (const { task, status, attempts } of frame.tasks) {
        const stands = this.#tasks.get(task)
        if (stands) stands.push({ index, status, attempts })
        else this.#tasks.set(task, [{ index, status, attempts }])
      }
      for (const { link, state } of frame.links) {
        const fates = this.#links.get(link)
        if (fates) fates.push({ index, state })
        else this.#links.set(link, [{ index, state }])
      }
    }
  }

  /** Returns the execution as it stood after a frame. */
  at(detail: Pick<Watched, 'tasks' | 'links'>, wanted: number): Moment | undefined {
    const index = Math.max(0, Math.min(this.length - 1, wanted))
    const frame = this.#replay.frames[index]
    if (!frame) return undefined
    const at = this.times[index] ?? 0
    return {
      index,
      sequence: frame.sequence,
      at,
      status: frame.status,
      tasks: detail.tasks.map((run) => runAt(run, lastUpTo(this.#tasks.get(run.id), index), at)),
      links: detail.links.map((_, link) => lastUpTo(this.#links.get(link), index)?.state ?? 'open'),
    }
  }

  /** Returns the frame of a place in the journal, or of the newest one before it. */
  indexOf(sequence: number): number {
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#replay.frames[middle]?.sequence ?? 0) <= sequence) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }

  /** Returns the frame that stands nearest to a place on the slider. */
  nearest(place: number): number {
    let best = 0
    let least = Number.POSITIVE_INFINITY
    for (const [index, each] of this.places.entries()) {
      const distance = Math.abs(each - place)
      if (distance < least) [best, least] = [index, distance]
    }
    return best
  }
}

/**
 * Half by time, half by order: transitions of the same second can still be told apart with a mouse, and a wait of an hour does not
 * take the whole slider.
 */
function placesOf(times: readonly number[]): number[] {
  const [first = 0] = times
  const length = Math.max(1, (times[times.length - 1] ?? 0) - first)
  const last = Math.max(1, times.length - 1)
  return times.map((time, index) => ((time - first) / length + index / last) / 2)
}

function lastUpTo<T extends { index: number }>(sorted: readonly T[] | undefined, index: number): T | undefined {
  if (!sorted) return undefined
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle]?.index ?? 0) <= index) low = middle + 1
    else high = middle
  }
  return sorted[low - 1]
}

/** Returns a task run without what was not known yet. */
function runAt(run: WatchedRun, stand: Stand | undefined, at: number): WatchedRun {
  const status = stand?.status ?? 'pending'
  const ended = ENDED.has(status)
  const known = <T>(time: T & (string | null | undefined)): (T & string) | null =>
    time && Date.parse(time) <= at ? (time as T & string) : null
  const begun = status !== 'pending' && status !== 'skipped'
  const { until: _, answered_by: answered, progress: __, ...rest } = run
  return {
    ...rest,
    status,
    attempts: stand?.attempts ?? 0,
    started_at: begun ? known(run.started_at) : null,
    ended_at: ended ? run.ended_at : null,
    outcome: ended ? run.outcome : null,
    error: status === 'failed' ? run.error : null,
    history: run.history
      .filter((attempt) => Date.parse(attempt.started_at) <= at)
      .map((attempt) => (known(attempt.ended_at) ? attempt : { ...attempt, ended_at: null, error: null })),
    ...(ended && answered !== undefined ? { answered_by: answered } : {}),
  }
}

/** Returns a whole task run with only what was known when it stood as `shown`. */
export function wholeAt(whole: TaskRun, shown: WatchedRun): TaskRun {
  const begun = shown.status !== 'pending' && shown.status !== 'skipped'
  const ended = ENDED.has(shown.status)
  return {
    ...whole,
    status: shown.status,
    attempts: shown.attempts,
    started_at: shown.started_at,
    ended_at: shown.ended_at,
    outcome: shown.outcome,
    input: begun ? whole.input : null,
    output: ended ? whole.output : null,
    error: shown.error === null ? null : whole.error,
    history: whole.history
      .slice(0, shown.history.length)
      .map((attempt, index) => (shown.history[index]?.ended_at ? attempt : { ...attempt, ended_at: null, error: null })),
  }
}
