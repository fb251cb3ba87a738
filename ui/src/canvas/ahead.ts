import { type Graph, typeOf } from './graph'
import { frameLink, type LinkEnds, linkHead, linkPath } from './LinkEdge'
import type { PlacedLink, PlacedTask, Plan } from './sight'
import { outgoingPoints, START_SIZE } from './size'
import { START } from './tasks'

/**
 * Puts nodes and links of the page where a document has them, ahead of React and React Flow, which draw the same a frame later: telling
 * them takes longer than a frame, and what a key moves is to be seen in the frame of that key.
 */
export class Ahead {
  /** What stands where React does not know of yet. */
  readonly #moved = new Map<string, PlacedTask>()

  /** Moves to `after` what differs from `before`; returns whether the page now shows where everything of it stands. */
  move(page: Element, graph: Graph, before: Plan, after: Plan): boolean {
    for (const [id, task] of after.at) if (task !== before.at.get(id)) this.#moved.set(id, task)
    return this.keep(page, graph, after)
  }

  /**
   * Puts what was moved before where it stands now: React would leave it, because what it knows may be the very same. Returns whether all
   * of it is in the page.
   */
  keep(page: Element, graph: Graph, plan: Plan): boolean {
    if (this.#moved.size === 0) return true
    let all = true
    for (const id of this.#moved.keys()) {
      const task = plan.at.get(id)
      const node = page.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)
      if (task && node) {
        node.style.transform = `translate(${task.x}px,${task.y}px)`
        this.#moved.set(id, task)
      } else all = false
    }
    for (const link of plan.links) {
      if (!this.#moved.has(link.from) && !this.#moved.has(link.to)) continue
      const edge = page.querySelector(`.react-flow__edge[data-id="${CSS.escape(link.id)}"] .link`)
      if (edge && !bend(edge, graph, link, plan)) all = false
    }
    return all
  }

  /** React has drawn a plan: from here on it knows what stands where. */
  drawn(plan: Plan): void {
    for (const [id, task] of this.#moved) {
      const known = plan.at.get(id)
      if (!known || (known.x === task.x && known.y === task.y)) this.#moved.delete(id)
    }
  }
}

/** Draws the curve and the head of a link anew; returns whether its ends are known. */
function bend(edge: Element, graph: Graph, link: PlacedLink, plan: Plan): boolean {
  const [from, to] = [plan.at.get(link.from), plan.at.get(link.to)]
  const leaves = from && leaving(graph, link, from)
  if (!leaves || !to) return false
  const [x, y] = [to.x, to.y + to.height / 2]
  const ends: LinkEnds = [leaves.x, leaves.y, x, y, leaves.down]
  const curve = linkPath(...ends)
  for (const path of edge.querySelectorAll('.link-hit, .link-line')) path.setAttribute('d', curve)
  edge.querySelector('.link-head')?.setAttribute('d', linkHead(x, y))
  frameLink(edge, ...ends)
  return true
}

/** Returns where a link leaves its task, or nothing where that type of task has no such outcome. */
function leaving(graph: Graph, link: PlacedLink, from: PlacedTask): { x: number; y: number; down: boolean } | undefined {
  if (link.from === START) return { x: from.x + START_SIZE, y: from.y + START_SIZE / 2, down: false }
  const point = outgoingPoints(typeOf(graph.tasks[link.from]), from).find(({ outcome }) => outcome === link.outcome)
  return point && { x: from.x + point.x, y: from.y + point.y, down: point.side === 'bottom' }
}

/** Tells whether two documents differ in nothing but where their tasks stand. */
export function onlyMoves(one: Graph, other: Graph): boolean {
  return CONTENT.every((part) => one[part] === other[part])
}

const CONTENT = ['head', 'tasks', 'order', 'links', 'linkOrder', 'notes', 'noteOrder'] as const
