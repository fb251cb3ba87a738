import { useStoreApi } from '@xyflow/react'
import { memo, useEffect, useRef } from 'react'
import type { Position } from '../generated/api'
import { type Colouring, type Ink, linkInk, taskInk, tokensOf } from './ink'
import { fitTo, followView } from './picture'
import type { PlacedTask, Plan } from './sight'
import { viewsOf } from './views'

/** The picture reaches so far beyond the view that a short pan only shifts it. */
const MARGIN = 192

/**
 * A picture of everything, under the nodes: hundreds of tasks in view are a handful of strokes here, and a page that does not answer as
 * nodes. A pan shifts the picture; it is drawn again when its margin is used up or the zoom changes.
 */
export const FarLayer = memo(function FarLayer(props: { plan: Plan; overlay: ReadonlyMap<string, Position>; colouring: Colouring }) {
  const { plan, overlay, colouring } = props
  const views = viewsOf(useStoreApi())
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context) return
    const token = tokensOf(element)
    let drawn: readonly [number, number, number] | undefined
    const draw = () => {
      const { transform, width, height } = views.getState()
      drawn = transform
      const [across, down] = [width + 2 * MARGIN, height + 2 * MARGIN]
      fitTo(element, context, across, down)
      element.style.transform = ''
      paint(context, { plan, overlay, colouring, token, transform, across, down })
    }
    const move = () => {
      const { transform } = views.getState()
      if (!drawn || transform[2] !== drawn[2]) return draw()
      const [x, y] = [transform[0] - drawn[0], transform[1] - drawn[1]]
      if (Math.abs(x) > MARGIN || Math.abs(y) > MARGIN) return draw()
      element.style.transform = `translate(${x}px, ${y}px)`
    }
    return followView(views, { draw, move })
  }, [views, plan, overlay, colouring])
  return <canvas ref={canvas} className="far-layer" style={{ left: -MARGIN, top: -MARGIN }} />
})

interface Picture {
  plan: Plan
  overlay: ReadonlyMap<string, Position>
  colouring: Colouring
  token: (name: string) => string
  transform: readonly [number, number, number]
  across: number
  down: number
}

function paint(context: CanvasRenderingContext2D, { plan, overlay, colouring, token, transform, across, down }: Picture): void {
  const [shiftX, shiftY, zoom] = transform
  const toX = (x: number) => x * zoom + shiftX + MARGIN
  const toY = (y: number) => y * zoom + shiftY + MARGIN
  const standing = (task: PlacedTask) => overlay.get(task.id) ?? task
  const lines = new Map<string, Path2D>()
  for (const link of plan.links) {
    const [from, to] = [plan.at.get(link.from), plan.at.get(link.to)]
    if (!from || !to) continue
    const [start, end] = [standing(from), standing(to)]
    const [x1, y1] = [toX(start.x + from.width), toY(start.y + from.height / 2)]
    const [x2, y2] = [toX(end.x), toY(end.y + to.height / 2)]
    if (Math.max(x1, x2) < 0 || Math.min(x1, x2) > across || Math.max(y1, y2) < 0 || Math.min(y1, y2) > down) continue
    const ink = linkInk(colouring, link)
    let path = lines.get(ink)
    if (!path) {
      path = new Path2D()
      lines.set(ink, path)
    }
    // At this size a curve and a straight line look the same.
    path.moveTo(x1, y1)
    path.lineTo(x2, y2)
  }
  context.lineWidth = 1
  for (const [ink, path] of lines) {
    context.strokeStyle = token(ink)
    context.stroke(path)
  }
  // Whole pixels are filled without smoothing, and a colour is set once for all boxes of a kind: a thousand boxes are cheap then.
  const groups = new Map<Ink, Array<readonly [number, number, number, number]>>()
  for (const task of plan.tasks) {
    const at = standing(task)
    const [left, top] = [Math.round(toX(at.x)), Math.round(toY(at.y))]
    const [right, bottom] = [Math.round(toX(at.x + task.width)), Math.round(toY(at.y + task.height))]
    // What is out of sight has no colour: of ten thousand tasks that costs more than drawing those in sight.
    if (right < 0 || left > across || bottom < 0 || top > down) continue
    const ink = taskInk(colouring, task.id)
    const group = groups.get(ink)
    if (group) group.push([left, top, right - left, bottom - top])
    else groups.set(ink, [[left, top, right - left, bottom - top]])
  }
  for (const [ink, boxes] of groups) {
    context.fillStyle = token(ink.border)
    for (const [left, top, width, height] of boxes) context.fillRect(left, top, width, height)
    context.fillStyle = token(ink.ground)
    for (const [left, top, width, height] of boxes) context.fillRect(left + 1, top + 1, width - 2, height - 2)
  }
}
