import type { Viewport } from '@xyflow/react'
import { useEffect, useRef, useState } from 'react'
import { follow, NO_SIGHT, type Plan, type Sight } from './sight'
import type { Size } from './size'
import type { Views } from './views'

/** Under a picture, what comes into view comes into the page this often: each time costs as much as painting the picture. */
const COVERED_MS = 50

/** Returns what is in the page at once: everything in view. */
function firstSight(plan: Plan, { x, y, zoom }: Viewport, { width, height }: Size, always: ReadonlySet<string>): Sight {
  const view = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom }
  let { sight } = follow(NO_SIGHT, plan, view, zoom, always)
  while (!sight.whole && !sight.crowded) sight = follow(sight, plan, view, zoom, always).sight
  return sight
}

/** Follows the view and returns what of a large drawing belongs into the page; without a plan nothing is followed. */
export function useSight(views: Views, plan: Plan | undefined, always: ReadonlySet<string>, opening: Viewport, room: Size): Sight {
  const [sight, setSight] = useState(() => (plan ? firstSight(plan, opening, room, always) : NO_SIGHT))
  const now = useRef(sight)
  useEffect(() => {
    if (!plan) return
    let frame = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = () => {
      frame = 0
      timer = undefined
      const { transform, width, height } = views.getState()
      const [x, y, zoom] = transform
      // Before the first layout nobody knows how large the view is.
      if (width === 0 || height === 0) return
      const view = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom }
      const next = follow(now.current, plan, view, zoom, always)
      now.current = next.sight
      setSight(next.sight)
      if (!next.settled) lookAgain()
    }
    const lookAgain = () => {
      if (!views.isCovered) frame ||= requestAnimationFrame(look)
      else timer ??= setTimeout(look, COVERED_MS)
    }
    const stop = views.subscribe((state, before) => {
      if (state.transform === before.transform && state.width === before.width && state.height === before.height) return
      lookAgain()
    })
    look()
    return () => {
      stop()
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [plan, always, views])
  return plan ? sight : NO_SIGHT
}
