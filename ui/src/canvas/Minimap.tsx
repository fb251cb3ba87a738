import { useReactFlow, useStore } from '@xyflow/react'
import { memo, type PointerEvent, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { CanvasLink, CanvasNode, ProblemCount } from './projection'

const WIDTH = 160
const HEIGHT = 96

/** The whole drawing in a corner: a press or a drag there moves the view, the wheel zooms. One path for each look, however many tasks. */
export const Minimap = memo(function Minimap({ nodes }: { nodes: readonly CanvasNode[] }) {
  const { t } = useTranslation()
  const flow = useReactFlow<CanvasNode, CanvasLink>()
  const [x, y, zoom] = useStore((state) => state.transform)
  const width = useStore((state) => state.width)
  const height = useStore((state) => state.height)
  const pressed = useRef<{ x: number; y: number } | undefined>(undefined)
  const { paths, bounds } = useMemo(() => draw(nodes), [nodes])
  const view = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom }
  const left = Math.min(bounds.left, view.x)
  const top = Math.min(bounds.top, view.y)
  const across = Math.max(bounds.right, view.x + view.width) - left
  const down = Math.max(bounds.bottom, view.y + view.height) - top
  const scale = Math.max(across / WIDTH, down / HEIGHT) * 1.08 || 1
  const box = { x: left - (WIDTH * scale - across) / 2, y: top - (HEIGHT * scale - down) / 2, width: WIDTH * scale, height: HEIGHT * scale }
  const at = (event: PointerEvent<SVGSVGElement>) => {
    const frame = event.currentTarget.getBoundingClientRect()
    return { x: box.x + (event.clientX - frame.left) * scale, y: box.y + (event.clientY - frame.top) * scale }
  }
  return (
    <div className="react-flow__panel minimap">
      <svg
        role="img"
        aria-label={t('canvas.aria.minimap')}
        width={WIDTH}
        height={HEIGHT}
        viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          const to = at(event)
          const inside = to.x >= view.x && to.x <= view.x + view.width && to.y >= view.y && to.y <= view.y + view.height
          // Outside of the view it jumps there; inside it is taken along from where it was grasped.
          if (!inside) void flow.setCenter(to.x, to.y, { zoom })
          pressed.current = { x: event.clientX, y: event.clientY }
        }}
        onPointerMove={(event) => {
          const { current } = pressed
          if (!current) return
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
        {paths.map(([look, path]) => (
          <path key={look} className={look} d={path} />
        ))}
        <path
          className="minimap-mask"
          fillRule="evenodd"
          d={`M${box.x - box.width} ${box.y - box.height}h${3 * box.width}v${3 * box.height}h${-3 * box.width}zM${view.x} ${view.y}h${view.width}v${view.height}h${-view.width}z`}
        />
      </svg>
    </div>
  )
})

function draw(nodes: readonly CanvasNode[]) {
  const bounds = {
    left: Number.POSITIVE_INFINITY,
    top: Number.POSITIVE_INFINITY,
    right: Number.NEGATIVE_INFINITY,
    bottom: Number.NEGATIVE_INFINITY,
  }
  const drawn = new Map<string, string>()
  for (const node of nodes) {
    const { x, y } = node.position
    const [width, height] = [node.width ?? 0, node.height ?? 0]
    bounds.left = Math.min(bounds.left, x)
    bounds.top = Math.min(bounds.top, y)
    bounds.right = Math.max(bounds.right, x + width)
    bounds.bottom = Math.max(bounds.bottom, y + height)
    const look = lookOf(node)
    drawn.set(look, `${drawn.get(look) ?? ''}M${x} ${y}h${width}v${height}h${-width}z`)
  }
  // Frames stand behind, what is selected and what is wrong in front.
  const rank = (look: string) => (look === 'map-frame' || look === 'map-note' ? 0 : look === 'map-selected' ? 2 : 1)
  return { bounds, paths: [...drawn].sort(([one], [other]) => rank(one) - rank(other)) }
}

function lookOf(node: CanvasNode): string {
  if (node.type !== 'task') return `map-${node.type ?? 'start'}`
  const { run, problems, mark } = node.data as { run?: { status: string }; problems?: ProblemCount; mark?: string }
  if (node.selected) return 'map-selected'
  if (run) return `map-run is-${run.status}`
  if (mark) return `map-mark mark-${mark}`
  return problems && problems.errors > 0 ? 'map-error' : 'map-task'
}
