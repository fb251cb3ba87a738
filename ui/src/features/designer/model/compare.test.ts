import { describe, expect, test } from 'vitest'
import { readGraph } from '../../../canvas/model'
import { compare, differences, drawBoth, isSame, isSameDocument } from './compare'

const one = {
  id: 'x',
  tasks: { a: { type: 'wait', seconds: 1 }, b: { type: 'wait', seconds: 2 } },
  links: [{ from: 'a', to: 'b' }],
  layout: { tasks: { a: { x: 0, y: 0 } } },
}
const two = { id: 'x', tasks: { a: { seconds: 9, type: 'wait' }, c: { type: 'wait' } }, links: [{ from: 'a', to: 'c' }] }

describe('comparing', () => {
  test('CMP-1 added, removed, changed', () => {
    expect(compare(readGraph(one), readGraph(two))).toEqual({
      added: ['c'],
      removed: ['b'],
      changed: ['a'],
      addedLinks: [expect.objectContaining({ from: 'a', outcome: 'done', to: 'c' })],
      removedLinks: [expect.objectContaining({ from: 'a', outcome: 'done', to: 'b' })],
      head: [],
      notes: false,
    })
  })
  test('CMP-1 a move and the order of fields are no change, though the document differs', () => {
    const moved = readGraph({
      links: one.links,
      tasks: { a: { seconds: 1, type: 'wait' }, b: one.tasks.b },
      id: 'x',
      layout: { tasks: { a: { x: 5, y: 5 } } },
    })
    expect(isSame(compare(readGraph(one), moved))).toBe(true)
    expect(isSameDocument(readGraph(one), moved)).toBe(false)
  })
  test('CMP-2 nested fields by their path, with both values', () => {
    expect(
      differences(
        { type: 'action', parameters: { ip: '1', keep: [1] }, retry: { attempts: 2 } },
        { type: 'action', parameters: { ip: '2', keep: [1] }, assign: { score: 'output.x' } },
      ),
    ).toEqual([
      { path: 'parameters.ip', before: '1', after: '2' },
      { path: 'retry.attempts', before: 2, after: undefined },
      { path: 'assign.score', before: undefined, after: 'output.x' },
    ])
  })
  test('CMP-2 a list is one value', () =>
    expect(differences({ on: ['A'] }, { on: ['A', 'B'] })).toEqual([{ path: 'on', before: ['A'], after: ['A', 'B'] }]))
  test('CMP-3 what was removed is drawn where it stood, or beside what stands there now', () => {
    const from = readGraph({ tasks: { a: {}, b: {} }, links: [], layout: { tasks: { a: { x: 0, y: 0 }, b: { x: 300, y: 0 } } } })
    const to = readGraph({ tasks: { c: {} }, links: [], layout: { tasks: { c: { x: 10, y: 4 } } } })
    const { graph, marks } = drawBoth(from, to)
    expect(graph.order).toEqual(['c', 'a', 'b'])
    expect(graph.positions.b).toEqual({ x: 300, y: 0 })
    expect((graph.positions.a as { y: number }).y).toBeGreaterThanOrEqual(52)
    expect(Object.fromEntries(marks.tasks)).toEqual({ a: 'removed', b: 'removed', c: 'added' })
  })
  test('CMP-4 the order of links is no change, another outcome is two', () => {
    const from = readGraph({
      tasks: { a: {}, b: {}, c: {} },
      links: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'c' },
      ],
    })
    const turned = readGraph({
      tasks: { a: {}, b: {}, c: {} },
      links: [
        { from: 'b', to: 'c' },
        { from: 'a', outcome: 'done', to: 'b' },
      ],
    })
    expect(isSame(compare(from, turned))).toBe(true)
    const failed = readGraph({
      tasks: { a: {}, b: {}, c: {} },
      links: [
        { from: 'a', outcome: 'failed', to: 'b' },
        { from: 'b', to: 'c' },
      ],
    })
    const { marks } = drawBoth(from, failed)
    expect([...marks.links]).toEqual([
      ['l1', 'added'],
      ['gone1', 'removed'],
    ])
  })
})
