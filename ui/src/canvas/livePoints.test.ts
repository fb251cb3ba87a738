import { expect, test, vi } from 'vitest'
import { LivePoints } from './livePoints'

test('a task is live as long as one reason holds', () => {
  const points = new LivePoints()
  points.set('pointer', 'a')
  points.set('from', 'a')
  points.set('pointer', 'b')
  expect([points.has('a'), points.has('b')]).toEqual([true, true])
  points.set('from', undefined)
  expect([points.has('a'), points.has('b')]).toEqual([false, true])
})

test('followers are told of a change only, until they stop', () => {
  const points = new LivePoints()
  const follow = vi.fn()
  const stop = points.subscribe(follow)
  points.set('pointer', 'a')
  points.set('pointer', 'a')
  expect(follow).toHaveBeenCalledTimes(1)
  stop()
  points.set('pointer', 'b')
  expect(follow).toHaveBeenCalledTimes(1)
})
