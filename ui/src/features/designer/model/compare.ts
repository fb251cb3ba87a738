import { type Graph, linksOf } from '../../../canvas/model'

/** How one document differs from another. */
export interface Comparison {
  added: string[]
  removed: string[]
  changed: string[]
  /** How many links are in one only. */
  links: number
  /** Whether name, inputs, variables or other fields of the playbook differ. */
  head: boolean
}

/** Compares two documents by task id; places on the canvas do not count. */
export function compare(from: Graph, to: Graph): Comparison {
  const text = (value: unknown) => JSON.stringify(sorted(value))
  const arrows = (graph: Graph) => new Set(linksOf(graph).map((link) => `${link.from} ${link.outcome} ${link.to}`))
  const [before, after] = [arrows(from), arrows(to)]
  return {
    added: to.order.filter((id) => !(id in from.tasks)),
    removed: from.order.filter((id) => !(id in to.tasks)),
    changed: to.order.filter((id) => id in from.tasks && text(from.tasks[id]) !== text(to.tasks[id])),
    links: [...before].filter((arrow) => !after.has(arrow)).length + [...after].filter((arrow) => !before.has(arrow)).length,
    head: text(from.head) !== text(to.head),
  }
}

/** Tells whether nothing differs. */
export function isSame({ added, removed, changed, links, head }: Comparison): boolean {
  return added.length + removed.length + changed.length + links === 0 && !head
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  )
}
