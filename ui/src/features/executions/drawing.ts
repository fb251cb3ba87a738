import type { Graph, TaskRecord } from '../../canvas/public'
import type { Drawing } from '../../generated/api'

/** So many drawings are kept: what a person goes back to is among the last few. */
const KEPT = 4

/** The drawings that were read, by their keys, the one used last at the end. */
const known = new Map<string, Graph>()

/** Returns the keys of the drawings that need not be told again. */
export function knownDrawings(): string[] {
  return [...known.keys()]
}

/** Returns the graph of a drawing: made of what came, or the one that was made before. */
export function graphFor(key: string, drawing: Drawing | null): Graph | undefined {
  const graph = known.get(key) ?? (drawing ? graphOf(drawing) : undefined)
  if (!graph) return undefined
  known.delete(key)
  known.set(key, graph)
  for (const oldest of known.keys()) {
    if (known.size <= KEPT) break
    known.delete(oldest)
  }
  return graph
}

/** Makes the graph of a drawing: as `readGraph` makes that of its document, without what no picture shows. */
export function graphOf(drawing: Drawing): Graph {
  const { tasks: order, types, names, x, y, from, to, outcomes } = drawing
  const tasks: Graph['tasks'] = {}
  const positions: Graph['positions'] = {}
  for (const [place, id] of order.entries()) {
    tasks[id] = { type: types[place], name: names[place] }
    if (x[place] !== null || y[place] !== null) positions[id] = { x: x[place], y: y[place] }
  }
  const taskAt = (place: number) => tasks[order[place] ?? ''] as TaskRecord
  for (const place of drawing.any) taskAt(place).join = 'any'
  for (const place of drawing.disabled) taskAt(place).enabled = false
  const links: Graph['links'] = {}
  const linkOrder = from.map((source, place) => {
    const key = `l${place + 1}`
    links[key] = { from: source, to: to[place] }
    return key
  })
  for (const [place, outcome] of outcomes) (links[`l${place + 1}`] as Record<string, unknown>).outcome = outcome
  const all: readonly unknown[] = Array.isArray(drawing.notes) ? drawing.notes : []
  const notes: Graph['notes'] = {}
  const noteOrder = all.map((note, place) => {
    const key = `n${place + 1}`
    notes[key] = note
    return key
  })
  return { head: {}, tasks, order, links, linkOrder, positions, notes, noteOrder, layoutRest: {} }
}
