import { useReactFlow, useStoreApi } from '@xyflow/react'
import { memo, type PointerEvent, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { type Colouring, taskInk, tokensOf } from './ink'
import { afterFrame, fitTo, followView } from './picture'
import type { CanvasLink, CanvasNode } from './projection'
import type { Plan } from './sight'
import { viewsOf } from './views'
import type { Box } from './walk'

const WIDTH = 160
const HEIGHT = 96

/** A part of the plane, and how much of it a pixel of the map shows. */
type Shown = Box & { scale: number }

/** The whole drawing in a corner: a press or a drag there moves the view, the wheel zooms. Panning only moves the frame of the view. */
export const Minimap = memo(function Minimap(props: { plan: Plan; notes: readonly Box[]; colouring: Colouring }) {
  const { plan, notes, colouring } = props
  const { t } = useTranslation()
  const flow = useReactFlow<CanvasNode, CanvasLink>()
  const views = viewsOf(useStoreApi())
  const canvas = useRef<HTMLCanvasElement>(null)
  const frame = useRef<HTMLDivElement>(null)
  const pressed = useRef<{ x: number; y: number } | undefined>(undefined)
  const box = useRef<Shown>({ x: 0, y: 0, width: WIDTH, height: HEIGHT, scale: 1 })

  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    const view = frame.current
    if (!element || !context || !view) return
    const token = tokensOf(element)
    const bounds = boundsOf(plan, notes)
    const next = () => around(bounds, seenIn(views.getState()))
    const paint = (part: Shown) => {
      box.current = part
      fitTo(element, context, WIDTH, HEIGHT)
      const put = ({ x, y, width, height }: Box) =>
        context.fillRect(
          (x - part.x) / part.scale,
          (y - part.y) / part.scale,
          Math.max(1, width / part.scale),
          Math.max(1, height / part.scale),
        )
      context.fillStyle = token('--border')
      for (const note of notes) put(note)
      // What is selected and what is wrong stands in front.
      const specks = new Map<string, Box[]>([['--control', []]])
      for (const task of plan.tasks) {
        const { speck } = taskInk(colouring, task.id)
        const same = specks.get(speck)
        if (same) same.push(task)
        else specks.set(speck, [task])
      }
      for (const [speck, tasks] of specks) {
        context.fillStyle = token(speck)
        for (const task of tasks) put(task)
      }
    }
    /** What was painted last, which a view that moves beyond the drawing only makes smaller. */
    let painted: { part: Shown; copy: HTMLCanvasElement } | undefined
    const follow = () => {
      const seen = seenIn(views.getState())
      const { x, y, scale } = box.current
      view.style.transform = `translate(${(seen.x - x) / scale}px, ${(seen.y - y) / scale}px)`
      view.style.width = `${seen.width / scale}px`
      view.style.height = `${seen.height / scale}px`
    }
    const draw = () => {
      painted = undefined
      paint(next())
      follow()
    }
    const move = () => {
      const part = next()
      if (!isSame(part, box.current)) {
        painted ??= { part: box.current, copy: copyOf(element) }
        const { part: old, copy } = painted
        box.current = part
        fitTo(element, context, WIDTH, HEIGHT)
        context.drawImage(
          copy,
          (old.x - part.x) / part.scale,
          (old.y - part.y) / part.scale,
          old.width / part.scale,
          old.height / part.scale,
        )
      }
      follow()
    }
    const rest = () => {
      if (painted) draw()
    }
    // What there is, and what has changed, is on the map when the frame that shows it is on the screen.
    let stop: (() => void) | undefined
    const wait = afterFrame(() => {
      stop = followView(views, { draw, move, rest })
    })
    return () => {
      wait()
      stop?.()
    }
  }, [views, plan, notes, colouring])

  const at = (event: PointerEvent<HTMLElement>) => {
    const corner = event.currentTarget.getBoundingClientRect()
    const { x, y, scale } = box.current
    return { x: x + (event.clientX - corner.left) * scale, y: y + (event.clientY - corner.top) * scale }
  }
  return (
    <div className="react-flow__panel minimap">
      <div
        role="img"
        aria-label={t('canvas.aria.minimap')}
        className="minimap-picture"
        style={{ width: WIDTH, height: HEIGHT }}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          const to = at(event)
          const view = seenIn(views.getState())
          const inside = to.x >= view.x && to.x <= view.x + view.width && to.y >= view.y && to.y <= view.y + view.height
          // Outside of the view it jumps there; inside it is taken along from where it was grasped.
          if (!inside) void flow.setCenter(to.x, to.y, { zoom: flow.getZoom() })
          pressed.current = { x: event.clientX, y: event.clientY }
        }}
        onPointerMove={(event) => {
          const { current } = pressed
          if (!current) return
          const { scale } = box.current
          const by = { x: (event.clientX - current.x) * scale, y: (event.clientY - current.y) * scale }
          pressed.current = { x: event.clientX, y: event.clientY }
          const now = flow.getViewport()
          void flow.setViewport({ ...now, x: now.x - by.x * now.zoom, y: now.y - by.y * now.zoom })
        }}
        onPointerUp={() => {
          pressed.current = undefined
        }}
        onWheel={(event) => void (event.deltaY < 0 ? flow.zoomIn() : flow.zoomOut())}
      >
        <canvas ref={canvas} />
        <div ref={frame} className="minimap-view" />
      </div>
    </div>
  )
})

function seenIn({ transform: [x, y, zoom], width, height }: { transform: [number, number, number]; width: number; height: number }): Box {
  return { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom }
}

function boundsOf({ tasks }: Plan, notes: readonly Box[]): Box | undefined {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const list of [tasks, notes]) {
    for (const { x, y, width, height } of list) {
      left = Math.min(left, x)
      top = Math.min(top, y)
      right = Math.max(right, x + width)
      bottom = Math.max(bottom, y + height)
    }
  }
  return left > right ? undefined : { x: left, y: top, width: right - left, height: bottom - top }
}

function isSame(one: Shown, other: Shown): boolean {
  return one.x === other.x && one.y === other.y && one.scale === other.scale
}

function copyOf(element: HTMLCanvasElement): HTMLCanvasElement {
  const copy = document.createElement('canvas')
  copy.width = element.width
  copy.height = element.height
  copy.getContext('2d')?.drawImage(element, 0, 0)
  return copy
}

/** Returns the part of the plane that the map shows: the drawing and the view. */
function around(bounds: Box | undefined, view: Box): Shown {
  const left = Math.min(bounds?.x ?? view.x, view.x)
  const top = Math.min(bounds?.y ?? view.y, view.y)
  const across = Math.max(bounds ? bounds.x + bounds.width : view.x, view.x + view.width) - left
  const down = Math.max(bounds ? bounds.y + bounds.height : view.y, view.y + view.height) - top
  const scale = Math.max(across / WIDTH, down / HEIGHT) * 1.08 || 1
  return {
    x: left - (WIDTH * scale - across) / 2,
    y: top - (HEIGHT * scale - down) / 2,
    width: WIDTH * scale,
    height: HEIGHT * scale,
    scale,
  }
}
