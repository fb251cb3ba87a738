import { expect, test } from 'vitest'
import { bytesBefore, indexAt } from './utf8'

test.each([
  ['score >= 5', 6, 6],
  ['판정 == "악성"', 3, 7],
  ['"😀" + x', 4, 6],
  ['é', 1, 2],
])('FLD-1 %s: index %i is byte %i and back', (text, index, byte) => {
  expect(bytesBefore(text, index)).toBe(byte)
  expect(indexAt(text, byte)).toBe(index)
})

test('FLD-1 a byte inside a character is its beginning', () => expect(indexAt('가', 1)).toBe(0))
