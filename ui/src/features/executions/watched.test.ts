import { expect, test } from 'vitest'
import { Projection } from '../../canvas/projection'
import { type Graph, readGraph, VERY_MANY } from '../../canvas/public'
import type { Drawing, ExecutionSummary, PlainRuns, TaskMark, WatchedExecution } from '../../generated/api'
import { Drawn, drawnFor, knownDrawings } from './drawing'
import { addChanges as add, changeLinks, type Watched } from './watched'

const DRAWING: Drawing = {
  tasks: ['a', 'b', 'c'],
  types: ['call', 'action', 'formula'],
  type_of: [1, 0, 2],
  names: [{ ko: '하나', en: 'One' }, 'Two', null],
  x: [96, null, 480],
  y: [80, null, -9.5],
  any: [2],
  disabled: [1],
  from: [-1, 0, 0],
  to: [0, 1, 2],
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

const addChanges = (known: Watched | undefined, news: WatchedExecution) => add(known, news, 'en')
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
  expect(after.drawn).toBe(before.drawn)
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
  expect(new Drawn(DRAWING).whole).toEqual(graph)
})

/** A field of tasks in chains beside one another. */
function field(chains: number, length: number, over: Partial<Drawing> = {}): Drawing {
  const each = Array.from({ length: chains * length }, (_, place) => ({ chain: Math.floor(place / length), step: place % length, place }))
  return {
    tasks: each.map(({ chain, step }) => `t${chain}_${step}`),
    types: ['formula'],
    type_of: each.map(() => 0),
    names: each.map(() => null),
    x: each.map(({ step }) => 96 + step * 240),
    y: each.map(({ chain }) => 80 + chain * 96),
    any: [],
    disabled: [],
    from: each.map(({ step, place }) => (step === 0 ? -1 : place - 1)),
    to: each.map(({ place }) => place),
    outcomes: [],
    notes: null,
    ...over,
  }
}

/** What the canvas plans for the first picture of a graph. */
function planned(graph: Graph) {
  const projection = new Projection()
  const { start } = projection.places(graph)
  const zoom = 0.8
  const view = {
    x: start.x - 64 / zoom,
    y: start.y - (window.innerHeight * 0.4) / zoom,
    width: window.innerWidth / zoom,
    height: window.innerHeight / zoom,
  }
  const { tasks, links } = projection.planNear({ graph, language: 'en', fonts: 0 }, view)
  return { start, tasks, links: links.map(({ place: _, ...link }) => link) }
}

test('of a large drawing the first part is what the first picture shows of the whole', () => {
  const drawn = new Drawn(field(100, 100))
  const { first, whole } = drawn
  expect(first && planned(first.graph)).toEqual(planned(whole))
  expect(planned(whole).tasks.length).toBeGreaterThan(50)
  expect(first?.graph.order.length).toBeLessThan(2_000)
  expect(first?.graph.order[0]).toBe(whole.order[0])
  for (const id of first?.graph.order ?? []) expect(first?.graph.tasks[id]).toBe(whole.tasks[id])
  expect(first?.links.map((place) => whole.links[`l${place + 1}`])).toEqual(first?.graph.linkOrder.map((key) => whole.links[key]))
})

test('a first part is wide enough for the canvas to know a large drawing by it', () => {
  // Two lines of tasks that reach far to the right.
  const drawn = new Drawn(field(2, 1_000))
  expect(drawn.first?.graph.order.length).toBeGreaterThan(VERY_MANY)
  expect(drawn.first && planned(drawn.first.graph)).toEqual(planned(drawn.whole))
})

test('where no part says where things stand there is none', () => {
  const all = field(100, 100)
  expect(new Drawn(field(10, 100)).first).toBeUndefined()
  expect(new Drawn({ ...all, x: [...all.x.slice(0, -1), null] }).first).toBeUndefined()
  expect(new Drawn({ ...all, from: all.from.map((place) => (place === -1 ? null : place)) }).first).toBeUndefined()
})

test('an end of a link that is no task is none', () => {
  const { links } = new Drawn({ ...DRAWING, from: [-1, null, 0], to: [null, 1, 2] }).whole
  expect(links).toEqual({ l1: { from: 'start' }, l2: { to: 'b' }, l3: { from: 'a', to: 'c', outcome: 'failed' } })
})

test('a drawing that was told once is not told again in its language', () => {
  const [one, two] = [drawnFor('k1', 'en', DRAWING), drawnFor('k1', 'en', null)]
  expect(two).toBe(one)
  expect(knownDrawings('en')).toContain('k1')
  expect(knownDrawings('ko')).toEqual([])
  expect(drawnFor('k1', 'ko', null)).toBeUndefined()
  for (const key of ['k2', 'k3', 'k4', 'k5']) drawnFor(key, 'en', DRAWING)
  expect(knownDrawings('en')).toEqual(['k2', 'k3', 'k4', 'k5'])
  expect(drawnFor('k1', 'en', null)).toBeUndefined()
})
