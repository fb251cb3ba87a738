import { ViewportPortal } from '@xyflow/react'
import { memo, useMemo } from 'react'
import { type CanvasLink, type CanvasNode, POINT_RADIUS } from './projection'

/** Every link as one path for each look: far away, hundreds of links that can each be hit would cost more than they are worth. */
export const LinkLayer = memo(function LinkLayer({ nodes, links }: { nodes: readonly CanvasNode[]; links: readonly CanvasLink[] }) {
  const paths = useMemo(() => {
    const byId = new Map(nodes.map((node) => [node.id, node]))
    const ends = (id: string, handle: string | null | undefined) => {
      const node = byId.get(id)
      const point = node?.handles?.find((each) => each.id === handle)
      return node && point && { x: node.position.x + point.x + POINT_RADIUS, y: node.position.y + point.y + POINT_RADIUS }
    }
    const drawn = new Map<string, string>()
    for (const link of links) {
      const [from, to] = [ends(link.source, link.sourceHandle), ends(link.target, link.targetHandle)]
      if (!from || !to) continue
      const look = lookOf(link)
      // At this size a curve and a straight line look the same.
      drawn.set(look, `${drawn.get(look) ?? ''}M${from.x} ${from.y}L${to.x} ${to.y}`)
    }
    return [...drawn]
  }, [nodes, links])
  return (
    <ViewportPortal>
      <svg className="link-layer" aria-hidden="true">
        {paths.map(([look, path]) => (
          <g key={look} className={`link ${look}`}>
            <path className="link-line" d={path} vectorEffect="non-scaling-stroke" />
          </g>
        ))}
      </svg>
    </ViewportPortal>
  )
})

function lookOf({ selected, data }: CanvasLink): string {
  const classes: string[] = []
  if (selected) classes.push('link-selected')
  if (data?.state) classes.push(`link-${data.state}`)
  if (data?.outcome === 'failed') classes.push('link-failed')
  if (data?.mark) classes.push(`mark-${data.mark}`)
  return classes.join(' ')
}
