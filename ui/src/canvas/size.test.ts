import { describe, expect, test } from 'vitest'
import { countMeasure, lineCount, outgoingPoints, taskSize } from './size'
import { TASK_TYPES } from './tasks'

describe('task nodes', () => {
  test.each([
    ['action', 176, 56],
    ['branch', 216, 56],
    ['input', 216, 56],
    ['approval', 216, 84],
    ['wait', 176, 56],
  ] as const)('%s is %i wide and %i high', (type, width, height) => expect(taskSize(type, 'x', countMeasure)).toEqual({ width, height }))
  test('a name that wraps makes the node 18 higher', () =>
    expect(taskSize('action', '감염된 호스트를 모두 찾아 격리하기', countMeasure).height).toBe(56 + 18))
  test('an approval has room for two lines', () =>
    expect(taskSize('approval', '아주 긴 이름의 악성 여부 판정', countMeasure).height).toBe(84))
  test('a word wider than a line is broken', () => expect(lineCount('가나다라마바사아자차', 65, countMeasure)).toBe(2))
  test('outcomes stand every 26 px', () =>
    expect(outgoingPoints('approval', { width: 216, height: 84 }).map((point) => point.y)).toEqual([16, 42, 68, 84]))
  test('failed stands 16 px under done', () =>
    expect(outgoingPoints('query', { width: 176, height: 56 }).map((point) => point.y)).toEqual([28, 44]))
  test('every type can fail', () => {
    for (const type of TASK_TYPES) expect(outgoingPoints(type, { width: 176, height: 56 }).at(-1)?.outcome).toBe('failed')
  })
})
