import type { WatchedRun } from './watched'

/** A stretch of a task's line: work, waiting for a person, a pause before another attempt, or time that nobody knows about. */
export type Span = { kind: 'work' | 'person' | 'pause' | 'unknown'; from: number; to: number; failed: boolean }

const PEOPLE = new Set(['input', 'approval'])

/** Returns the stretches of a task run, in order of time. */
export function spansOf(run: Pick<WatchedRun, 'type' | 'status' | 'started_at' | 'ended_at' | 'error' | 'history'>, now: number): Span[] {
  const start = run.started_at ? Date.parse(run.started_at) : null
  if (start === null) return []
  const end = run.ended_at ? Date.parse(run.ended_at) : now
  if (PEOPLE.has(run.type)) return [{ kind: 'person', from: start, to: end, failed: run.status === 'failed' }]
  const spans: Span[] = []
  const attempts =
    run.history.length > 0 ? run.history : [{ number: 1, started_at: run.started_at ?? '', ended_at: run.ended_at, error: run.error }]
  for (const [index, attempt] of attempts.entries()) {
    const from = Date.parse(attempt.started_at)
    const last = index === attempts.length - 1
    const unknown = last && run.status === 'needs_review'
    const to = attempt.ended_at ? Date.parse(attempt.ended_at) : last ? end : from
    if (unknown && !attempt.ended_at) spans.push({ kind: 'unknown', from, to, failed: false })
    else {
      spans.push({ kind: run.status === 'waiting' && last ? 'person' : 'work', from, to, failed: attempt.error !== null })
      if (unknown) spans.push({ kind: 'unknown', from: to, to: end, failed: false })
    }
    const next = attempts[index + 1]
    if (next) spans.push({ kind: 'pause', from: to, to: Date.parse(next.started_at), failed: false })
    else if (!unknown && run.status === 'running' && attempt.ended_at && end > to)
      spans.push({ kind: 'pause', from: to, to: end, failed: false })
  }
  return spans
}

const STEPS = [0.1, 0.2, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 172_800, 604_800].map(
  (seconds) => seconds * 1000,
)

/** Returns the distance between the marks of an axis, so that there are at most `most` of them. */
export function stepOf(length: number, most = 10): number {
  return STEPS.find((step) => length / step <= most) ?? Math.ceil(length / most / 604_800_000) * 604_800_000
}
