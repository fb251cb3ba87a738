import type { Position } from '../generated/api'
import { type Graph, linksOf } from './graph'
import type { Size } from './size'

/** A rectangle on the canvas. */
export interface Box extends Position, Size {}

/** Returns the nearest task in a direction, for walking the graph: along links first, else by where tasks stand. */
export function neighbour(graph: Graph, boxes: ReadonlyMap<string, Box>, from: string, direction: Direction): string | undefined {
  const here = boxes.get(from)
  if (!here) return undefined
  const linked = linksOf(graph).flatMap((link) =>
    direction === 'right' && link.from === from ? [link.to] : direction === 'left' && link.to === from ? [link.from] : [],
  )
  const near = nearest(boxes, here, linked, direction, false)
  return (
    near ??
    nearest(
      boxes,
      here,
      [...boxes.keys()].filter((id) => id !== from),
      direction,
      true,
    )
  )
}

/** A direction of the arrow keys. */
export type Direction = 'left' | 'right' | 'up' | 'down'

function nearest(
  boxes: ReadonlyMap<string, Box>,
  here: Box,
  candidates: readonly string[],
  direction: Direction,
  ahead: boolean,
): string | undefined {
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const id of candidates) {
    const box = boxes.get(id)
    if (!box) continue
    const dx = box.x + box.width / 2 - (here.x + here.width / 2)
    const dy = box.y + box.height / 2 - (here.y + here.height / 2)
    const along = { left: -dx, right: dx, up: -dy, down: dy }[direction]
    if (ahead && along <= 1) continue
    const across = direction === 'left' || direction === 'right' ? Math.abs(dy) : Math.abs(dx)
    const cost = Math.abs(along) + across * 2
    if (cost < least) [best, least] = [id, cost]
  }
  return best
}
