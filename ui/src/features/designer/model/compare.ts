import { type Graph, type Link, linksOf, type Mark, noteOf, placeAll, positionOf } from '../../../canvas/model'

/** One value that is not the same in both documents; undefined where there is none. */
export interface Difference {
  path: string
  before: unknown
  after: unknown
}

/** How one document differs from another. */
export interface Comparison {
  added: string[]
  removed: string[]
  changed: string[]
  addedLinks: Link[]
  removedLinks: Link[]
  /** Fields of the playbook itself. */
  head: Difference[]
  /** Whether notes or frames differ. */
  notes: boolean
}

const isPlain = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value)

/** Tells whether two JSON values are equal; the order of fields does not count, and shared parts are not walked. */
export function equal(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (Array.isArray(one)) return Array.isArray(other) && one.length === other.length && one.every((item, at) => equal(item, other[at]))
  if (!isPlain(one) || !isPlain(other)) return false
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && equal(one[key], other[key]))
}

const arrow = (link: Link) => `${link.from} ${link.outcome} ${link.to}`

/** Returns the links of `graph` that `other` has not, by their ends and outcome. */
function onlyIn(graph: Graph, other: Graph): Link[] {
  const known = new Set(linksOf(other).map(arrow))
  return linksOf(graph).filter((link) => !known.has(arrow(link)))
}

const notesOf = (graph: Graph) => graph.noteOrder.map((key) => graph.notes[key])

/** Compares two documents by task id; places on the canvas do not count. */
export function compare(from: Graph, to: Graph): Comparison {
  return {
    added: to.order.filter((id) => !(id in from.tasks)),
    removed: from.order.filter((id) => !(id in to.tasks)),
    changed: to.order.filter((id) => id in from.tasks && !equal(from.tasks[id], to.tasks[id])),
    addedLinks: onlyIn(to, from),
    removedLinks: onlyIn(from, to),
    head: differences(from.head, to.head),
    notes: !equal(notesOf(from), notesOf(to)),
  }
}

/** Tells whether nothing differs. */
export function isSame({ added, removed, changed, addedLinks, removedLinks, head, notes }: Comparison): boolean {
  return [added, removed, changed, addedLinks, removedLinks, head].every((list) => list.length === 0) && !notes
}

/** Tells whether two graphs would be written as equal documents, places included. */
export function isSameDocument(one: Graph, other: Graph): boolean {
  const lists = (graph: Graph) => [graph.order, graph.linkOrder.map((key) => graph.links[key]), notesOf(graph)]
  return (
    equal(one.tasks, other.tasks) &&
    equal(one.head, other.head) &&
    equal(one.positions, other.positions) &&
    equal(one.layoutRest, other.layoutRest) &&
    equal(lists(one), lists(other))
  )
}

/** Returns a graph with every part that equals one of `other` replaced by that very part, so that comparing them later is quick. */
export function sharing(graph: Graph, other: Graph): Graph {
  const parts = <T>(own: Record<string, T>, theirs: Record<string, T>): Record<string, T> =>
    Object.fromEntries(
      Object.entries(own).map(([key, value]) => {
        const known = theirs[key]
        return [key, known !== undefined && equal(value, known) ? known : value]
      }),
    )
  return {
    ...graph,
    head: parts(graph.head, other.head),
    tasks: parts(graph.tasks, other.tasks),
    links: parts(graph.links, other.links),
    positions: parts(graph.positions, other.positions),
    notes: parts(graph.notes, other.notes),
  }
}

/** Returns every field that differs, those of inner maps by their path; a list is one value. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (equal(before, after)) return []
  if (!isPlain(before) || !isPlain(after)) {
    // A map that is new or gone is told field by field too, unless it is empty.
    const [was, is] = [before ?? {}, after ?? {}]
    const filled = path !== '' && isPlain(was) && isPlain(is) && Object.keys(was).length + Object.keys(is).length > 0
    return filled && (before === undefined || after === undefined) ? differences(was, is, path) : [{ path, before, after }]
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap((key) => differences(before[key], after[key], path === '' ? key : `${path}.${key}`))
}

/** Both documents as one picture: what differs has a mark. */
export interface Drawn {
  graph: Graph
  marks: { tasks: Map<string, Mark>; links: Map<string, Mark> }
}

const CLOSE = { x: 120, y: 48 }

/** Draws both documents as one: the later one, with what was removed put back where it stood. */
export function drawBoth(from: Graph, to: Graph): Drawn {
  const found = compare(from, to)
  const marks: Drawn['marks'] = { tasks: new Map(), links: new Map() }
  for (const kind of ['added', 'removed', 'changed'] as const) for (const id of found[kind]) marks.tasks.set(id, kind)
  const { tasks: before } = placeAll(from)
  const { tasks: now } = placeAll(to)
  const positions: Graph['positions'] = { ...to.positions }
  for (const id of to.order) positions[id] = positionOf(to, id) ?? now.get(id)
  const taken = [...now.values()]
  for (const id of found.removed) {
    const spot = { ...(before.get(id) ?? { x: 0, y: 0 }) }
    while (taken.some((other) => Math.abs(other.x - spot.x) < CLOSE.x && Math.abs(other.y - spot.y) < CLOSE.y)) spot.y += 24
    taken.push(spot)
    positions[id] = spot
  }
  const graph: Graph = {
    ...to,
    order: [...to.order, ...found.removed],
    tasks: { ...to.tasks, ...Object.fromEntries(found.removed.map((id) => [id, from.tasks[id] ?? {}])) },
    positions,
    links: { ...to.links },
    linkOrder: [...to.linkOrder],
  }
  const added = new Set(found.addedLinks.map(arrow))
  for (const link of linksOf(to)) if (added.has(arrow(link))) marks.links.set(link.key, 'added')
  for (const [index, link] of found.removedLinks.entries()) {
    const key = `gone${index + 1}`
    graph.links[key] = { from: link.from, outcome: link.outcome, to: link.to }
    graph.linkOrder.push(key)
    marks.links.set(key, 'removed')
  }
  // Notes carry no identity that both versions share; those of the later one are enough to find the way.
  graph.noteOrder = to.noteOrder.filter((key) => noteOf(to, key))
  return { graph, marks }
}
