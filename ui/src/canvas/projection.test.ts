import type { TFunction } from 'i18next'
import { describe, expect, test } from 'vitest'
import type { TaskRun } from '../generated/api'
import { readGraph } from './graph'
import { NO_SELECTION, Projection, type Scene, type TaskData } from './projection'
import { type Sight, touches } from './sight'

const graph = readGraph({
  tasks: { a: { type: 'wait', seconds: 90 }, b: { type: 'branch', condition: 'x > 1' }, odd: { type: 'teleport' }, broken: 7 },
  links: [
    { from: 'start', to: 'a' },
    { from: 'a', to: 'b' },
    { from: 'b', outcome: 'true', to: 'gone' },
  ],
  layout: { tasks: { a: { x: 0, y: 0 } }, notes: [{ id: 'n', text: 'hi', x: 0, y: 0, width: 100, height: 40 }] },
})

// A catalogue that answers with the key, so that the test does not depend on wording.
const t = ((key: string) => key) as unknown as TFunction

const scene: Scene = {
  graph,
  catalog: undefined,
  language: 'en',
  t,
  runs: undefined,
  linkStates: undefined,
  problems: undefined,
  selection: NO_SELECTION,
  overlay: new Map(),
  editable: true,
  tabStop: 'a',
  fonts: 0,
}

const byId = (projection: Projection, of: Scene, sight?: Sight) => new Map(projection.nodes(of, sight).map((node) => [node.id, node]))

describe('projection', () => {
  test('an unknown type is drawn, what is no task is not', () =>
    expect([...byId(new Projection(), scene).keys()].sort()).toEqual(['a', 'b', 'note:n1', 'odd', 'start']))
  test('a link to nothing is not drawn', () => expect(new Projection().links(scene).map((link) => link.id)).toEqual(['l1', 'l2']))
  test('what did not change is the same object again', () => {
    const projection = new Projection()
    const before = byId(projection, scene)
    const after = byId(projection, { ...scene, overlay: new Map([['a', { x: 5, y: 5 }]]) })
    expect([after.get('b') === before.get('b'), after.get('a') === before.get('a')]).toEqual([true, false])
    expect(after.get('a')?.position).toEqual({ x: 5, y: 5 })
  })
  test('a new document with equal tasks moves no other task', () => {
    const projection = new Projection()
    const before = byId(projection, scene)
    const moved = { ...graph, positions: { ...graph.positions, b: { x: 900, y: 9 } } }
    const after = byId(projection, { ...scene, graph: moved })
    expect([after.get('a') === before.get('a'), after.get('b')?.position]).toEqual([true, { x: 900, y: 9 }])
  })
  test('sizes are found out in parts, and the plan is the same as in one go', () => {
    const [inParts, atOnce] = [new Projection(), new Projection()]
    const many = readGraph({
      tasks: Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`t${index}`, { type: 'wait' }])),
      links: [],
    })
    const large = { ...scene, graph: many }
    const parts = [inParts.measure(large, -1)]
    while (!parts.at(-1)) parts.push(inParts.measure(large, 1))
    expect(parts[0]).toBe(false)
    expect(inParts.plan(large)).toEqual(atOnce.plan(large))
  })
  test('a moved task leaves the list of the links and the plan of all others as they were', () => {
    const projection = new Projection()
    const [links, plan] = [projection.links(scene), projection.plan(scene)]
    const moved = { ...scene, graph: { ...graph, positions: { ...graph.positions, b: { x: 900, y: 9 } } } }
    const next = projection.plan(moved)
    expect(projection.links(moved)).toBe(links)
    expect([next.at.get('a') === plan.at.get('a'), next.at.get('b')?.x]).toEqual([true, 900])
    // The link from the start to the first task stands as it stood, the one to the moved task reaches there.
    expect(next.links[0]).toBe(plan.links[0])
    expect(next.links.find((link) => link.to === 'b')?.width).toBeGreaterThan(900)
  })
  test('a plan in which some tasks were moved is that of a new drawing', () => {
    const layout = (shift: number) =>
      Object.fromEntries(
        Array.from({ length: 12 }, (_, n) => [`t${n}`, { x: n * 200 + (n % 4 === 1 ? shift : 0), y: n === 0 ? shift : 0 }]),
      )
    const graph = readGraph({
      tasks: Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`t${n}`, { type: 'wait' }])),
      links: [{ from: 'start', to: 't0' }, ...Array.from({ length: 11 }, (_, n) => ({ from: `t${n}`, to: `t${n + 1}` }))],
      layout: { tasks: layout(0) },
    })
    const projection = new Projection()
    const first = projection.plan({ ...scene, graph })
    for (const shift of [40, -900, 0]) {
      const moved = { ...graph, positions: layout(shift) }
      const plan = projection.plan({ ...scene, graph: moved })
      expect(plan).toEqual(new Projection().plan({ ...scene, graph: moved }))
      expect(plan.at.get('t2')).toBe(first.at.get('t2'))
    }
  })
  test('a plan of what is near is that part of the whole plan', () => {
    const count = 60
    const wide = readGraph({
      tasks: Object.fromEntries(Array.from({ length: count }, (_, n) => [`t${n}`, { type: 'wait' }])),
      links: Array.from({ length: count - 1 }, (_, n) => ({ from: `t${n}`, to: `t${n + 1}` })),
      layout: { tasks: Object.fromEntries(Array.from({ length: count }, (_, n) => [`t${n}`, { x: n * 200, y: 0 }])) },
    })
    const part = { x: 3000, y: -100, width: 1000, height: 200 }
    const projection = new Projection()
    const near = projection.planNear({ ...scene, graph: wide }, part)
    const whole = projection.plan({ ...scene, graph: wide })
    const inPart = whole.tasks.filter((task) => touches(task, part)).map((task) => task.id)
    expect(inPart.length).toBeGreaterThan(4)
    expect(near.tasks.map((task) => task.id)).toEqual(expect.arrayContaining(inPart))
    expect(near.tasks.length).toBeLessThan(count / 2)
    expect(near.tasks).toEqual(whole.tasks.filter((task) => near.at.has(task.id)))
    expect(near.links).toEqual(whole.links.filter((link) => near.at.has(link.from) && near.at.has(link.to)))
  })
  test('a run shows its status and its error code', () => {
    const run: TaskRun = {
      id: 'a',
      type: 'wait',
      status: 'failed',
      attempts: 1,
      started_at: null,
      ended_at: null,
      input: null,
      output: null,
      outcome: 'failed',
      error: { code: 'APP-429', message: 'slow down' } as TaskRun['error'],
      history: [],
    }
    const data = byId(new Projection(), { ...scene, runs: new Map([['a', run]]), editable: false }).get('a')?.data as TaskData
    expect([data.run?.status, data.run?.fact]).toEqual(['failed', 'APP-429'])
  })
  test('the fate of a link goes by its place in the document', () => {
    const states = new Projection().links({ ...scene, linkStates: ['fired', 'dead', 'open'] }).map((link) => link.data?.state)
    expect(states).toEqual(['fired', 'dead'])
  })
  test('every size is known before anything is drawn', () => {
    for (const node of new Projection().nodes(scene)) expect(node.measured?.width).toBeGreaterThan(0)
  })
})

describe('a large drawing', () => {
  const sight = { tasks: new Set(['a']), links: new Set(['l2']), crowded: false, whole: true }
  test('gives the nodes in sight, and hidden ones at the far ends of the links in sight', () => {
    const nodes = byId(new Projection(), scene, sight)
    expect([...nodes].map(([id, node]) => [id, node.hidden === true])).toEqual([
      ['note:n1', false],
      ['start', false],
      ['a', false],
      ['b', true],
    ])
  })
  test('gives the links in sight', () => expect(new Projection().links(scene, sight).map((link) => link.id)).toEqual(['l2']))
  test('is planned with every task that can be drawn, where it stands', () => {
    const plan = new Projection().plan(scene)
    expect(plan.tasks.map((task) => task.id)).toEqual(['a', 'b', 'odd'])
    expect(plan.links.map((link) => link.id)).toEqual(['l1', 'l2'])
    const [a, link] = [plan.at.get('a'), plan.links[1]]
    expect(link && a && link.x <= a.x && link.x + link.width >= a.x + a.width).toBe(true)
  })
})
