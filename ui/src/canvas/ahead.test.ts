import { expect, test } from 'vitest'
import { Ahead, onlyMoves } from './ahead'
import { type Graph, readGraph } from './graph'
import { Projection } from './projection'

const graph = readGraph({
  tasks: { a: { type: 'wait', seconds: 90 }, b: { type: 'branch', condition: 'x > 1' } },
  links: [
    { from: 'start', to: 'a' },
    { from: 'a', to: 'b' },
  ],
  layout: { tasks: { a: { x: 0, y: 0 }, b: { x: 400, y: 0 } } },
})

const at = (b: { x: number; y: number }): Graph => ({ ...graph, positions: { ...graph.positions, b } })
const projection = new Projection()
const plan = (of: Graph) => projection.plan({ graph: of, language: 'en', fonts: 0 })

/** A page as React left it: nodes at their places, links as nobody has drawn them yet. */
function page(...tasks: string[]): HTMLElement {
  const element = document.createElement('div')
  element.innerHTML =
    tasks.map((id) => `<div class="react-flow__node" data-id="${id}" style="transform: translate(1px,1px)"></div>`).join('') +
    '<svg><g class="react-flow__edge" data-id="l2"><g class="link"><path class="link-line" d="old"/><path class="link-head" d="old"/></g></g></svg>'
  return element
}

const placeOf = (element: HTMLElement, id: string) => element.querySelector<HTMLElement>(`[data-id="${id}"]`)?.style.transform
const line = (element: HTMLElement) => element.querySelector('.link-line')?.getAttribute('d')

test('a task and the links at it stand where the document has them, nothing else is touched', () => {
  const element = page('a', 'b')
  const next = at({ x: 500, y: 80 })
  expect(new Ahead().move(element, next, plan(graph), plan(next))).toBe(true)
  expect(placeOf(element, 'b')).toBe('translate(500px,80px)')
  expect(placeOf(element, 'a')).toBe('translate(1px,1px)')
  // From the middle of the right side of `a`, 176 by 56, to just before the head at the middle of the left side of `b`, 56 high.
  expect(line(element)).toMatch(/^M176 28C.* 494 108$/)
  expect(element.querySelector('.link-head')?.getAttribute('d')).toMatch(/^M500 108l/)
  // Twenty pixels around both ends, from (176, 28) to (500, 108).
  expect(element.querySelector('svg')?.getAttribute('viewBox')).toBe('156 8 364 120')
  expect(element.querySelector('svg')?.style.cssText).toBe('left: 156px; top: 8px; width: 364px; height: 120px;')
})

test('what is not in the page cannot be shown ahead', () => {
  const next = at({ x: 500, y: 80 })
  expect(new Ahead().move(page('a'), next, plan(graph), plan(next))).toBe(false)
})

test('what was moved ahead is put back where React knows it to be and would leave it', () => {
  const ahead = new Ahead()
  const element = page('a', 'b')
  const next = at({ x: 500, y: 80 })
  ahead.move(element, next, plan(graph), plan(next))
  ahead.keep(element, graph, plan(graph))
  expect(placeOf(element, 'b')).toBe('translate(400px,0px)')
})

test('what React has drawn is its own from then on', () => {
  const ahead = new Ahead()
  const element = page('a', 'b')
  const [first, second] = [at({ x: 500, y: 80 }), at({ x: 600, y: 80 })]
  ahead.move(element, first, plan(graph), plan(first))
  ahead.move(element, second, plan(first), plan(second))
  // The first is drawn while the second is on its way.
  ahead.drawn(plan(first))
  ahead.keep(element, graph, plan(graph))
  expect(placeOf(element, 'b')).toBe('translate(400px,0px)')
  ahead.drawn(plan(graph))
  ahead.keep(element, first, plan(first))
  expect(placeOf(element, 'b')).toBe('translate(400px,0px)')
})

test('a changed task is more than a move', () => {
  expect(onlyMoves(graph, at({ x: 1, y: 1 }))).toBe(true)
  expect(onlyMoves(graph, { ...graph, tasks: { ...graph.tasks } })).toBe(false)
})
