import type { Position } from '../generated/api'
import type { CanvasNode } from './projection'

/** A helper line on the canvas. */
export interface Guide {
  x1: number
  y1: number
  x2: number
  y2: number
}

/** Returns where a dragged node snaps to when an edge or middle of it comes near one of another node, and the lines that say so. */
export function guidesFor(id: string, at: Position, nodes: readonly CanvasNode[], reach: number): { position: Position; guides: Guide[] } {
  const dragged = nodes.find((node) => node.id === id)
  if (!dragged || dragged.type !== 'task') return { position: at, guides: [] }
  const width = dragged.width ?? 0
  const height = dragged.height ?? 0
  let vertical: { shift: number; x: number; other: CanvasNode } | undefined
  let horizontal: { shift: number; y: number; other: CanvasNode } | undefined
  for (const other of nodes) {
    if (other.id === id || other.type !== 'task') continue
    const otherWidth = other.width ?? 0
    const otherHeight = other.height ?? 0
    for (const share of [0, 0.5, 1]) {
      const x = other.position.x + otherWidth * share
      const shiftX = x - (at.x + width * share)
      if (Math.abs(shiftX) <= reach && Math.abs(shiftX) < Math.abs(vertical?.shift ?? Number.POSITIVE_INFINITY))
        vertical = { shift: shiftX, x, other }
      const y = other.position.y + otherHeight * share
      const shiftY = y - (at.y + height * share)
      if (Math.abs(shiftY) <= reach && Math.abs(shiftY) < Math.abs(horizontal?.shift ?? Number.POSITIVE_INFINITY))
        horizontal = { shift: shiftY, y, other }
    }
  }
  const position = { x: at.x + (vertical?.shift ?? 0), y: at.y + (horizontal?.shift ?? 0) }
  const guides: Guide[] = []
  if (vertical) {
    const { other, x } = vertical
    guides.push({
      x1: x,
      x2: x,
      y1: Math.min(position.y, other.position.y) - 12,
      y2: Math.max(position.y + height, other.position.y + (other.height ?? 0)) + 12,
    })
  }
  if (horizontal) {
    const { other, y } = horizontal
    guides.push({
      y1: y,
      y2: y,
      x1: Math.min(position.x, other.position.x) - 12,
      x2: Math.max(position.x + width, other.position.x + (other.width ?? 0)) + 12,
    })
  }
  return { position, guides }
}
