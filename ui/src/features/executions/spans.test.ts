import { expect, test } from 'vitest'
import type { TaskRun } from '../../generated/api'
import { spansOf, stepOf } from './spans'

const at = (second: number) => new Date(second * 1000).toISOString()
const NOW = 100_000

function run(over: Partial<TaskRun>): TaskRun {
  return {
    id: 'a',
    type: 'action',
    status: 'done',
    attempts: 1,
    started_at: at(0),
    ended_at: null,
    input: null,
    output: null,
    outcome: null,
    error: null,
    history: [],
    ...over,
  } as TaskRun
}

const FAILED = { code: 'APP-429', message: '' }

test('each attempt is a bar, with the pauses between them', () => {
  const spans = spansOf(
    run({
      status: 'failed',
      ended_at: at(70),
      history: [
        { number: 1, started_at: at(0), ended_at: at(2), error: FAILED },
        { number: 2, started_at: at(62), ended_at: at(70), error: FAILED },
      ],
    }),
    NOW,
  )
  expect(spans.map(({ kind, from, to, failed }) => [kind, from / 1000, to / 1000, failed])).toEqual([
    ['work', 0, 2, true],
    ['pause', 2, 62, false],
    ['work', 62, 70, true],
  ])
})

test('a task between attempts waits until now', () => {
  const spans = spansOf(run({ status: 'running', history: [{ number: 1, started_at: at(0), ended_at: at(2), error: FAILED }] }), NOW)
  expect(spans.map((span) => [span.kind, span.to])).toEqual([
    ['work', 2000],
    ['pause', NOW],
  ])
})

test('a question waits for a person', () => {
  expect(spansOf(run({ type: 'approval', status: 'waiting' }), NOW)).toEqual([{ kind: 'person', from: 0, to: NOW, failed: false }])
})

test('what nobody knows is not drawn as work', () => {
  expect(spansOf(run({ status: 'needs_review', history: [{ number: 1, started_at: at(0), ended_at: null, error: null }] }), NOW)).toEqual([
    { kind: 'unknown', from: 0, to: NOW, failed: false },
  ])
})

test('a task that never started has no bar', () => {
  expect(spansOf(run({ status: 'skipped', started_at: null }), NOW)).toEqual([])
})

test.each([
  [1_000, 100],
  [5_000, 1_000],
  [65_000, 10_000],
  [1_053_000, 120_000],
  [86_400_000, 14_400_000],
])('an axis of %d has marks every %d', (length, step) => {
  expect(stepOf(length)).toBe(step)
})
