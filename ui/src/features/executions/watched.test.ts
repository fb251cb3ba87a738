import { expect, test } from 'vitest'
import type { ExecutionSummary, Playbook, TaskMark, WatchedExecution } from '../../generated/api'
import { addChanges, changeLinks, type Watched } from './watched'

const DOCUMENT = {
  tasks: { a: { type: 'action' }, b: { type: 'call' }, c: { type: 'formula' } },
  links: [
    { from: 'start', to: 'a' },
    { from: 'a', to: 'b' },
    { from: 'a', outcome: 'failed', to: 'c' },
  ],
} as unknown as Playbook

const answer = (sequence: number, tasks: TaskMark[], over: Partial<WatchedExecution> & { status?: string } = {}): WatchedExecution => ({
  summary: { id: 7, status: over.status ?? 'running' } as ExecutionSummary,
  sequence,
  document: null,
  tasks,
  links: [],
  questions: [],
  calls: [],
  kept: false,
  ...over,
})

const A: TaskMark = { id: 'a', status: 'running', attempts: 1, started_at: '2026-11-22T00:00:01Z' }
const first = () => addChanges(undefined, answer(1, [A], { document: DOCUMENT, links: ['foo'] }))
const look = (watched: Watched) => watched.tasks.map((run) => `${run.id} ${run.status} ${run.attempts}`)

test('the first answer is filled up with the tasks that have not begun', () => {
  const watched = first()
  expect(look(watched)).toEqual(['a running 1', 'b pending 0', 'c pending 0'])
  expect(watched.links).toEqual(['fired', 'open', 'open'])
  expect(watched.tasks[0]?.history).toEqual([{ number: 1, started_at: '2026-11-22T00:00:01Z', ended_at: null, error: null }])
  expect(watched.tasks[0]?.began).toBe(Date.parse('2026-11-22T00:00:01Z'))
})

test('what has not changed is the same object again', () => {
  const before = first()
  const failed: TaskMark = { ...A, status: 'failed', ended_at: '2026-11-22T00:00:02Z', error_code: 'APP-429', outcome: 'failed' }
  const after = addChanges(before, answer(4, [failed], { links: ['1d2f'] }))
  expect(look(after)).toEqual(['a failed 1', 'b pending 0', 'c pending 0'])
  expect(after.tasks[0]?.error).toEqual({ code: 'APP-429' })
  expect(after.tasks[1]).toBe(before.tasks[1])
  expect(after.document).toBe(before.document)
  expect(after.links).toEqual(['fired', 'dead', 'fired'])
  expect(after.sequence).toBe(4)
  const quiet = addChanges(after, answer(4, []))
  expect(quiet.tasks).toBe(after.tasks)
  expect(quiet.links).toBe(after.links)
})

test('an end passes over what never began, once', () => {
  const after = addChanges(first(), answer(2, [{ ...A, status: 'done', ended_at: '2026-11-22T00:00:02Z' }], { status: 'done' }))
  expect(look(after)).toEqual(['a done 1', 'b skipped 0', 'c skipped 0'])
  const opened = addChanges(undefined, answer(2, [], { document: DOCUMENT, status: 'cancelled' }))
  expect(look(opened)).toEqual(['a skipped 0', 'b skipped 0', 'c skipped 0'])
})

test('links change by letters or by places, and never grow', () => {
  expect(changeLinks(['open', 'open', 'open', 'open'], ['0-2f', '1d'])).toEqual(['fired', 'dead', 'fired', 'open'])
  expect(changeLinks(['fired', 'dead'], ['od'])).toEqual(['open', 'dead'])
  expect(changeLinks(['open'], ['0-99999999999f'])).toEqual(['fired'])
})
