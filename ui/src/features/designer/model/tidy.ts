import dagre from '@dagrejs/dagre'
import type { Position } from '../../../generated/api'

/** What is laid out: sizes of nodes by id, and links among them. */
export interface TidyRequest {
  /** `y` is where a node stands now, so that the layout keeps what was above above. */
  nodes: Array<{ id: string; y: number; width: number; height: number }>
  links: Array<{ from: string; to: string }>
}

/** Lays a graph out from left to right, each connected part by itself and the parts one under another; the corner is at 0, 0. */
export function tidy({ nodes, links }: TidyRequest): Record<string, Position> {
  const placed: Record<string, Position> = {}
  let top = 0
  for (const part of parts(nodes, links)) {
    const graph = new dagre.graphlib.Graph({ multigraph: true })
    graph.setGraph({ rankdir: 'LR', nodesep: 32, ranksep: 72, marginx: 0, marginy: 0 })
    graph.setDefaultEdgeLabel(() => ({}))
    for (const node of part.nodes) graph.setNode(node.id, { width: node.width, height: node.height })
    for (const [index, link] of part.links.entries()) graph.setEdge(link.from, link.to, {}, String(index))
    dagre.layout(graph)
    const corners = part.nodes.map((node) => {
      const { x, y } = graph.node(node.id) as Position
      return { node, x: x - node.width / 2, y: y - node.height / 2 }
    })
    if (isUpsideDown(corners)) {
      const foot = Math.max(...corners.map((corner) => corner.y + corner.node.height))
      for (const corner of corners) corner.y = foot - corner.y - corner.node.height
    }
    const left = Math.min(...corners.map((corner) => corner.x))
    const first = Math.min(...corners.map((corner) => corner.y))
    for (const { node, x, y } of corners) placed[node.id] = { x: Math.round(x - left), y: Math.round(y - first + top) }
    top += Math.max(...corners.map((corner) => corner.y + corner.node.height)) - first + 64
  }
  return placed
}

/** Tells whether most neighbours in a column stand the other way round than before; the layout is as good mirrored. */
function isUpsideDown(corners: ReadonlyArray<{ node: { y: number }; x: number; y: number }>): boolean {
  const sorted = [...corners].sort((a, b) => a.x - b.x || a.y - b.y)
  let turned = 0
  for (const [index, corner] of sorted.entries()) {
    const above = sorted[index - 1]
    if (above && Math.abs(above.x - corner.x) < 100) turned += Math.sign(above.node.y - corner.node.y)
  }
  return turned > 0
}

function parts(nodes: TidyRequest['nodes'], links: TidyRequest['links']): TidyRequest[] {
  const root = new Map(nodes.map((node) => [node.id, node.id]))
  const find = (id: string): string => {
    let at = id
    while (root.get(at) !== at) at = root.get(at) as string
    root.set(id, at)
    return at
  }
  const inner = links.filter((link) => root.has(link.from) && root.has(link.to))
  for (const link of inner) root.set(find(link.from), find(link.to))
  const byRoot = new Map<string, TidyRequest>()
  for (const node of nodes) {
    const key = find(node.id)
    const part = byRoot.get(key) ?? { nodes: [], links: [] }
    part.nodes.push(node)
    byRoot.set(key, part)
  }
  for (const link of inner) byRoot.get(find(link.from))?.links.push(link)
  return [...byRoot.values()].sort((a, b) => b.nodes.length - a.nodes.length)
}
