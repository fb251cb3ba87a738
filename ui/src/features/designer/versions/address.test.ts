import { expect, test } from 'vitest'
import { readShown, type Shown, writeShown } from './address'

test.each<[string, Shown | undefined]>([
  ['version=2', { from: undefined, to: 2, task: undefined }],
  ['version=2&task=a', { from: undefined, to: 2, task: 'a' }],
  ['compare=1..3', { from: 1, to: 3, task: undefined }],
  ['compare=3..draft', { from: 3, to: 'draft', task: undefined }],
  ['version=draft', { from: undefined, to: 'draft', task: undefined }],
  ['', undefined],
  ['version=', undefined],
  ['version=0', undefined],
  ['version=x', undefined],
  ['compare=1', undefined],
  ['compare=..', undefined],
])('DPL-1 the address ?%s', (query, shown) => {
  expect(readShown(new URLSearchParams(query))).toEqual(shown)
  if (shown) expect(writeShown(shown).toString()).toBe(query)
})
