import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { betweenFrames } from './picture'

beforeEach(() => void vi.useFakeTimers({ toFake: ['requestAnimationFrame', 'cancelAnimationFrame', 'setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** Draws a frame and lets what waits for its end run. */
function frame(): void {
  vi.advanceTimersToNextFrame()
  vi.advanceTimersByTime(1)
}

test('work in parts leaves each frame its time, and begins when the first two are drawn', () => {
  const told: string[] = []
  let left = 3
  betweenFrames(
    () => {
      told.push('part')
      left -= 1
      return left === 0
    },
    () => told.push('done'),
  )
  const after: string[] = []
  for (let count = 0; count < 6; count++) {
    frame()
    after.push(told.join(' '))
  }
  expect(after).toEqual(['', 'part', 'part part', 'part part part done', 'part part part done', 'part part part done'])
})

test('work that is called off goes no further', () => {
  let parts = 0
  const stop = betweenFrames(
    () => {
      parts += 1
      return false
    },
    () => {},
  )
  for (let count = 0; count < 3; count++) frame()
  stop()
  for (let count = 0; count < 3; count++) frame()
  expect(parts).toBe(2)
})
