import { type EdgeProps, Position as Side } from '@xyflow/react'
import { memo, useLayoutEffect, useRef } from 'react'
import { type CanvasLink, linkReach, POINT_RADIUS } from './projection'

/** What of a link lies beside its curve: the part that is hit, and the ends by which it is moved. */
const BESIDE = 20

/** Where a link begins and where the tip of its head is, both as x and y, and whether it leaves its task downwards. */
export type LinkEnds = [fromX: number, fromY: number, toX: number, toY: number, down: boolean]

/** Returns the curve of a link, from a connection point to just before the arrow's head. */
export function linkPath(...[fromX, fromY, toX, toY, down]: LinkEnds): string {
  const reach = linkReach(fromX, toX)
  const [leaveX, leaveY] = down ? [fromX, fromY + reach] : [fromX + reach, fromY]
  return `M${fromX} ${fromY}C${leaveX} ${leaveY} ${toX - reach} ${toY} ${toX - 6} ${toY}`
}

/**
 * Puts the drawing that holds a link around it. React Flow leaves all of them at the origin of the plane, and WebKit paints the whole of a
 * drawing anew, from the origin to the link, when any part of the link changes.
 */
export function frameLink(link: Element, ...[fromX, fromY, toX, toY, down]: LinkEnds): void {
  const drawing = link.closest('svg')
  if (!drawing) return
  // A curve stays between its ends and the two places that it leans to.
  const reach = linkReach(fromX, toX)
  const [leaveX, leaveY] = down ? [fromX, fromY + reach] : [fromX + reach, fromY]
  const left = Math.floor(Math.min(fromX, leaveX, toX - reach, toX)) - BESIDE
  const top = Math.floor(Math.min(fromY, leaveY, toY)) - BESIDE
  const width = Math.ceil(Math.max(fromX, leaveX, toX)) + BESIDE - left
  const height = Math.ceil(Math.max(fromY, leaveY, toY)) + BESIDE - top
  drawing.setAttribute('viewBox', `${left} ${top} ${width} ${height}`)
  drawing.style.left = `${left}px`
  drawing.style.top = `${top}px`
  drawing.style.width = `${width}px`
  drawing.style.height = `${height}px`
}

/** Returns the head of a link's arrow, its tip at the border of a task. */
export function linkHead(x: number, y: number): string {
  return `M${x} ${y}l-7 -4v8z`
}

/** One link: a curve with an arrow's head. It is drawn without markers, so that its head has its own colour in every state. */
export const LinkEdge = memo(function LinkEdge({
  sourceX,
  sourceY,
  sourcePosition,
  targetX,
  targetY,
  selected,
  data,
}: EdgeProps<CanvasLink>) {
  const down = sourcePosition === Side.Bottom
  const fromX = down ? sourceX : sourceX - POINT_RADIUS
  const fromY = down ? sourceY - POINT_RADIUS : sourceY
  const toX = targetX + POINT_RADIUS
  const path = linkPath(fromX, fromY, toX, targetY, down)
  const link = useRef<SVGGElement>(null)
  useLayoutEffect(() => {
    if (link.current) frameLink(link.current, fromX, fromY, toX, targetY, down)
  }, [fromX, fromY, toX, targetY, down])
  const classes = ['link']
  if (selected) classes.push('link-selected')
  if (data?.state) classes.push(`link-${data.state}`)
  if (data?.outcome === 'failed') classes.push('link-failed')
  if (data?.mark) classes.push(`mark-${data.mark}`)
  return (
    <g ref={link} className={classes.join(' ')}>
      <path className="link-hit react-flow__edge-interaction" d={path} />
      <path className="link-line react-flow__edge-path" d={path} />
      <path className="link-head" d={linkHead(toX, targetY)} />
    </g>
  )
})
