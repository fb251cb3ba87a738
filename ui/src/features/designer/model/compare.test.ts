import { expect, test } from 'vitest'
import { readGraph } from '../../../canvas/model'
import { compare, isSame } from './compare'

const one = {
  id: 'x',
  tasks: { a: { type: 'wait', seconds: 1 }, b: { type: 'wait', seconds: 2 } },
  links: [{ from: 'a', to: 'b' }],
  layout: { tasks: { a: { x: 0, y: 0 } } },
}

test('CMP-1 added, removed, changed', () => {
  const two = { id: 'x', tasks: { a: { seconds: 9, type: 'wait' }, c: { type: 'wait' } }, links: [{ from: 'a', to: 'c' }] }
  expect(compare(readGraph(one), readGraph(two))).toEqual({ added: ['c'], removed: ['b'], changed: ['a'], links: 2, head: false })
})

test('CMP-1 a move and the order of fields are no change', () => {
  const moved = {
    links: one.links,
    tasks: { a: { seconds: 1, type: 'wait' }, b: one.tasks.b },
    id: 'x',
    layout: { tasks: { a: { x: 5, y: 5 } } },
  }
  expect(isSame(compare(readGraph(one), readGraph(moved)))).toBe(true)
})
