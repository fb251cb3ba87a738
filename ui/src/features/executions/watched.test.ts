import { expect, test } from 'vitest'
import { readGraph } from '../../canvas/public'
import type { Drawing, ExecutionSummary, PlainRuns, TaskMark, WatchedExecution } from '../../generated/api'
import { graphFor, graphOf, knownDrawings } from './drawing'
import { addChanges, changeLinks, type Watched } from './watched'

const DRAWING: Drawing = {
  tasks: ['a', 'b', 'c'],
  types: ['action', 'call', 'formula'],
  names: [{ ko: '하나', en: 'One' }, 'Two', null],
  x: [96, null, 480],
  y: [80, null, -9.5],
  any: [2],
  disabled: [1],
  from: ['start', 'a', 'a'],
  to: ['a', 'b', 'c'],
  outcomes: [[2, 'failed']],
  notes: [{ kind: 'note', text: 'Look', x: 0, y: 0 }],
}

const NONE: PlainRuns = { tasks: [], status: '', since: 0, started: [], ended: [] }

const answer = (sequence: number, tasks: TaskMark[], over: Partial<WatchedExecution> & { status?: string } = {}): WatchedExecution => ({
  summary: { id: 7, status: over.status ?? 'running' } as ExecutionSummary,
  sequence,
  drawing_key: 'one',
  drawing: null,
  plain: NONE,
  tasks,
  links: [],
  questions: [],
  calls: [],
  kept: false,
  ...over,
})

const A: TaskMark = { id: 'a', status: 'running', attempts: 1, started_at: '2026-11-22T00:00:01Z' }
const first = () => addChanges(undefined, answer(1, [A], { drawing: DRAWING, links: ['foo'] }))
const look = (watched: Watched) => watched.tasks.map((run) => `${run.id} ${run.status} ${run.attempts}`)

test('the first answer is filled up with the tasks that have not begun', () => {
  const watched = first()
  expect(look(watched)).toEqual(['a running 1', 'b pending 0', 'c pending 0'])
  expect(watched.links).toEqual(['fired', 'open', 'open'])
  expect(watched.tasks[0]?.history).toEqual([{ number: 1, started_at: '2026-11-22T00:00:01Z', ended_at: null, error: null }])
  expect(watched.tasks[0]?.began).toBe(Date.parse('2026-11-22T00:00:01Z'))
})

test('a run in columns is what it is by itself', () => {
  const at = Date.parse('2026-11-22T23:59:59.999Z')
  const plain: PlainRuns = { tasks: ['c', 'a', 'b'], status: 'dsr', since: at, started: [0, null, 7], ended: [1, 2, null] }
  const marks: TaskMark[] = [
    { id: 'c', status: 'done', attempts: 1, started_at: '2026-11-22T23:59:59.999Z', ended_at: '2026-11-23T00:00:00.000Z' },
    { id: 'a', status: 'skipped', ended_at: '2026-11-23T00:00:00.001Z' },
    { id: 'b', status: 'running', attempts: 1, started_at: '2026-11-23T00:00:00.006Z' },
  ]
  const whole = addChanges(undefined, answer(1, marks, { drawing: DRAWING }))
  expect(addChanges(undefined, answer(1, [], { drawing: DRAWING, plain })).tasks).toEqual(whole.tasks)
  expect(addChanges(first(), answer(2, [], { plain })).tasks).toEqual(whole.tasks)
  expect(look(whole)).toEqual(['a skipped 0', 'b running 1', 'c done 1'])
})

test('a run that a picture asked for is the one that stands among all', () => {
  const watched = first()
  const [one, two] = [watched.runs?.get('a'), watched.runs?.get('b')]
  expect([one?.status, two?.status, watched.runs?.get('nobody')]).toEqual(['running', 'pending', undefined])
  expect([watched.tasks[0], watched.tasks[1]]).toEqual([one, two])
  expect(watched.tasks[0]).toBe(one)
  expect(watched.tasks).toBe(watched.tasks)
})

test('what has not changed is the same object again', () => {
  const before = first()
  const failed: TaskMark = { ...A, status: 'failed', ended_at: '2026-11-22T00:00:02Z', error_code: 'APP-429', outcome: 'failed' }
  const after = addChanges(before, answer(4, [failed], { links: ['1d2f'] }))
  expect(look(after)).toEqual(['a failed 1', 'b pending 0', 'c pending 0'])
  expect(after.tasks[0]?.error).toEqual({ code: 'APP-429' })
  expect(after.tasks[1]).toBe(before.tasks[1])
  expect(after.graph).toBe(before.graph)
  expect(after.links).toEqual(['fired', 'dead', 'fired'])
  expect(after.sequence).toBe(4)
  const quiet = addChanges(after, answer(4, []))
  expect(quiet.tasks).toBe(after.tasks)
  expect(quiet.links).toBe(after.links)
})

test('an end passes over what never began, once', () => {
  const after = addChanges(first(), answer(2, [{ ...A, status: 'done', ended_at: '2026-11-22T00:00:02Z' }], { status: 'done' }))
  expect(look(after)).toEqual(['a done 1', 'b skipped 0', 'c skipped 0'])
  const opened = addChanges(undefined, answer(2, [], { drawing: DRAWING, status: 'cancelled' }))
  expect(look(opened)).toEqual(['a skipped 0', 'b skipped 0', 'c skipped 0'])
})

test('links change by letters or by places, and never grow', () => {
  expect(changeLinks(['open', 'open', 'open', 'open'], ['0-2f', '1d'])).toEqual(['fired', 'dead', 'fired', 'open'])
  expect(changeLinks(['fired', 'dead'], ['od'])).toEqual(['open', 'dead'])
  expect(changeLinks(['open'], ['0-99999999999f'])).toEqual(['fired'])
})

test('a drawing is the graph of its document', () => {
  const graph = readGraph({
    tasks: {
      a: { type: 'action', name: { ko: '하나', en: 'One' } },
      b: { type: 'call', name: 'Two', enabled: false },
      c: { type: 'formula', join: 'any', name: null },
    },
    links: [
      { from: 'start', to: 'a' },
      { from: 'a', to: 'b' },
      { from: 'a', to: 'c', outcome: 'failed' },
    ],
    layout: { tasks: { a: { x: 96, y: 80 }, c: { x: 480, y: -9.5 } }, notes: [{ kind: 'note', text: 'Look', x: 0, y: 0 }] },
  })
  expect(graphOf(DRAWING)).toEqual(graph)
})

test('a drawing that was told once is not told again', () => {
  const [one, two] = [graphFor('k1', DRAWING), graphFor('k1', null)]
  expect(two).toBe(one)
  expect(knownDrawings()).toContain('k1')
  for (const key of ['k2', 'k3', 'k4', 'k5']) graphFor(key, DRAWING)
  expect(knownDrawings()).toEqual(['k2', 'k3', 'k4', 'k5'])
  expect(graphFor('k1', null)).toBeUndefined()
})
