import { expect, test, vi } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { Views } from './views'

const REST = 120

function canvas() {
  const drawing = document.createElement('div')
  drawing.className = 'react-flow__viewport'
  const domNode = document.createElement('div')
  domNode.append(drawing)
  document.body.append(domNode)
  const store = createStore<unknown>(() => ({ transform: [0, 0, 1], width: 800, height: 600, domNode }))
  const views = new Views(store as unknown as ConstructorParameters<typeof Views>[0])
  return { drawing, store, views }
}

test('a move is drawn and can be read at once', () => {
  const { drawing, views } = canvas()
  views.move({ x: 10, y: 20, zoom: 2 })
  expect(drawing.style.transform).toBe('translate(10px,20px) scale(2)')
  expect(views.getState().transform).toEqual([10, 20, 2])
})

test('a follower is told of every move, with what was before; a subscriber of the store once, at rest', () => {
  vi.useFakeTimers()
  const { store, views } = canvas()
  const told: unknown[] = []
  const asked = vi.fn()
  views.subscribe((now, before) => {
    if (now.transform !== before.transform) told.push([before.transform, now.transform])
  })
  store.subscribe(asked)
  views.move({ x: 1, y: 0, zoom: 1 })
  views.move({ x: 2, y: 0, zoom: 1 })
  expect(asked).not.toHaveBeenCalled()
  vi.advanceTimersByTime(REST)
  expect(asked).toHaveBeenCalledTimes(1)
  expect(told).toEqual([
    [
      [0, 0, 1],
      [1, 0, 1],
    ],
    [
      [1, 0, 1],
      [2, 0, 1],
    ],
  ])
  vi.useRealTimers()
})

test('what the store itself changes is told to followers too, until they stop', () => {
  const { store, views } = canvas()
  const follow = vi.fn()
  const stop = views.subscribe(follow)
  store.setState({ width: 900 })
  expect(follow).toHaveBeenCalledTimes(1)
  stop()
  store.setState({ width: 901 })
  views.move({ x: 5, y: 5, zoom: 1 })
  expect(follow).toHaveBeenCalledTimes(1)
})

test('under a picture the drawing follows when the move pauses, or at once when the picture goes', () => {
  vi.useFakeTimers()
  const { drawing, views } = canvas()
  views.cover(true)
  views.move({ x: 1, y: 0, zoom: 1 })
  views.move({ x: 2, y: 0, zoom: 1 })
  expect(drawing.style.transform).toBe('')
  expect(views.getState().transform).toEqual([2, 0, 1])
  vi.advanceTimersByTime(40)
  expect(drawing.style.transform).toBe('translate(2px,0px) scale(1)')
  views.move({ x: 3, y: 0, zoom: 1 })
  views.cover(false)
  expect(drawing.style.transform).toBe('translate(3px,0px) scale(1)')
  vi.useRealTimers()
})
