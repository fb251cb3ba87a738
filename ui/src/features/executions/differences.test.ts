import { expect, test } from 'vitest'
import type { ExecutionDetail } from '../../generated/api'
import { compareTasks, differences } from './differences'

test.each([
  [{ a: 1 }, { a: 1 }, []],
  [
    { a: 1, b: 2 },
    { a: 1, c: 3 },
    [
      ['b', 2, undefined],
      ['c', undefined, 3],
    ],
  ],
  [
    { list: [1, 2] },
    { list: [1, 3, 4] },
    [
      ['list[1]', 2, 3],
      ['list[2]', undefined, 4],
    ],
  ],
  [{ deep: { 'x y': null } }, { deep: { 'x y': 0 } }, [['deep["x y"]', null, 0]]],
  [{ a: [] }, { a: {} }, [['a', [], {}]]],
  ['text', 'other', [['', 'text', 'other']]],
])('%j and %j', (left, right, expected) => {
  expect(differences(left, right).map(({ path, left: a, right: b }) => [path, a, b])).toEqual(expected)
})

test('names from outside are names, whatever they are', () => {
  const left = JSON.parse('{"__proto__": 1, "constructor": 1}')
  expect(differences(left, {}).map(({ path }) => path)).toEqual(['__proto__', 'constructor'])
})

test('no more than asked for', () => {
  expect(differences(Array(1000).fill(1), Array(1000).fill(2), 10)).toHaveLength(10)
})

const detail = (tasks: object[]) => ({ tasks }) as unknown as ExecutionDetail

test('tasks stand in the order the left began them, then what only the right has', () => {
  const left = detail([
    { id: 'late', status: 'done', outcome: 'done', error: null, started_at: '2026-01-01T00:00:02Z', output: { n: 1 } },
    { id: 'first', status: 'done', outcome: 'done', error: null, started_at: '2026-01-01T00:00:01Z', output: null },
    { id: 'never', status: 'skipped', outcome: null, error: null, started_at: null, output: null },
  ])
  const right = detail([
    { id: 'new', status: 'done', outcome: 'done', error: null, started_at: null, output: null },
    { id: 'late', status: 'done', outcome: 'done', error: null, started_at: null, output: { n: 2 } },
    { id: 'never', status: 'failed', outcome: 'failed', error: { code: 'APP-404' }, started_at: null, output: null },
  ])
  expect(compareTasks(left, right).map(({ id, path, outputs }) => [id, path, outputs.length])).toEqual([
    ['first', true, 0],
    ['late', false, 1],
    ['never', true, 0],
    ['new', true, 0],
  ])
})
