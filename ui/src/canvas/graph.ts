import type { Outcome, Playbook, Position } from '../generated/api'
import { isTaskType, START, type TaskType } from './tasks'
import { type Language, textOf } from './text'

/** A task as it stands in the document; fields that this program does not know stay in it. */
export type TaskRecord = Record<string, unknown>

/** A link that can be drawn. */
export interface Link {
  from: string
  outcome: Outcome
  to: string
}

/** A note or a frame that can be drawn. */
export interface NoteBox {
  kind: 'note' | 'frame'
  text: string
  x: number
  y: number
  width: number
  height: number
}

/**
 * A playbook document, normalised: everything that can be selected has a key of its own, and the order of the document is kept
 * beside it. What could not be understood is kept as it was, so that writing the graph gives the document that was read.
 */
export interface Graph {
  /** Every field of the document but tasks, links and layout. */
  head: Record<string, unknown>
  /** The tasks by id. */
  tasks: Record<string, TaskRecord>
  /** The ids of the tasks, in the order of the document. */
  order: string[]
  /** The links by key; a key is made when the document is read and never stands in it. */
  links: Record<string, unknown>
  /** The keys of the links, in the order of the document. */
  linkOrder: string[]
  /** The top left corners by task id. */
  positions: Record<string, unknown>
  /** The notes and frames by key. */
  notes: Record<string, unknown>
  /** The keys of the notes, in the order of the document. */
  noteOrder: string[]
  /** Fields of the layout that this program does not know. */
  layoutRest: Record<string, unknown>
}

const isRecord = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value)

/** Normalises a document; never fails, however damaged the document is. */
export function readGraph(document: unknown): Graph {
  const source = isRecord(document) ? document : {}
  const { tasks, links, layout, ...head } = source
  const graph: Graph = {
    head,
    tasks: {},
    order: [],
    links: {},
    linkOrder: [],
    positions: {},
    notes: {},
    noteOrder: [],
    layoutRest: {},
  }
  if (isRecord(tasks)) {
    for (const [id, task] of Object.entries(tasks)) {
      graph.order.push(id)
      graph.tasks[id] = task as TaskRecord
    }
  } else if (tasks !== undefined) head.tasks = tasks
  if (Array.isArray(links)) {
    for (const [index, link] of links.entries()) {
      const key = `l${index + 1}`
      graph.linkOrder.push(key)
      graph.links[key] = link
    }
  } else if (links !== undefined) head.links = links
  if (isRecord(layout)) {
    const { tasks: positions, notes, ...rest } = layout
    graph.layoutRest = rest
    if (isRecord(positions)) graph.positions = { ...positions }
    else if (positions !== undefined) graph.layoutRest.tasks = positions
    if (Array.isArray(notes)) {
      for (const [index, note] of notes.entries()) {
        const key = `n${index + 1}`
        graph.noteOrder.push(key)
        graph.notes[key] = note
      }
    } else if (notes !== undefined) graph.layoutRest.notes = notes
  } else if (layout !== undefined) head.layout = layout
  return graph
}

/** Writes the document of a graph; reading it again gives an equal graph. */
export function writeDocument(graph: Graph): Playbook {
  const document: Record<string, unknown> = { ...graph.head }
  if (graph.order.length > 0 || !('tasks' in document)) document.tasks = Object.fromEntries(graph.order.map((id) => [id, graph.tasks[id]]))
  if (graph.linkOrder.length > 0 || !('links' in document)) document.links = graph.linkOrder.map((key) => graph.links[key])
  const layout: Record<string, unknown> = { ...graph.layoutRest }
  if (Object.keys(graph.positions).length > 0) {
    const placed = graph.order.filter((id) => id in graph.positions)
    const others = Object.keys(graph.positions).filter((id) => !(id in graph.tasks))
    layout.tasks = Object.fromEntries([...placed, ...others].map((id) => [id, graph.positions[id]]))
  }
  if (graph.noteOrder.length > 0) layout.notes = graph.noteOrder.map((key) => graph.notes[key])
  if (Object.keys(layout).length > 0) document.layout = layout
  return document as Playbook
}

/** Returns the type of a task, or undefined when the document names none that exists. */
export function typeOf(task: TaskRecord | undefined): TaskType | undefined {
  return isRecord(task) && isTaskType(task.type) ? task.type : undefined
}

/** Returns what people call a task: its name in their language, else its id. */
export function nameOf(graph: Graph, id: string, language: Language): string {
  const task = graph.tasks[id]
  return (isRecord(task) ? textOf(task.name, language) : undefined) ?? id
}

const OUTCOMES: readonly unknown[] = ['done', 'true', 'false', 'approved', 'rejected', 'expired', 'failed'] satisfies Outcome[]

/** Returns a link that can be drawn, or undefined when what the document holds is none. */
export function linkOf(graph: Graph, key: string): Link | undefined {
  const link = graph.links[key]
  if (!isRecord(link) || typeof link.from !== 'string' || typeof link.to !== 'string') return undefined
  const outcome = link.outcome ?? 'done'
  return OUTCOMES.includes(outcome) ? { from: link.from, outcome: outcome as Outcome, to: link.to } : undefined
}

/** Returns every link that can be drawn, with its key. */
export function linksOf(graph: Graph): Array<Link & { key: string }> {
  const links: Array<Link & { key: string }> = []
  for (const key of graph.linkOrder) {
    const link = linkOf(graph, key)
    if (link) links.push({ key, ...link })
  }
  return links
}

/** Returns where a task stands, or undefined when the document does not say. */
export function positionOf(graph: Graph, id: string): Position | undefined {
  const position = graph.positions[id]
  if (!isRecord(position) || !Number.isFinite(position.x) || !Number.isFinite(position.y)) return undefined
  return { x: position.x as number, y: position.y as number }
}

/** Returns a note or frame that can be drawn. */
export function noteOf(graph: Graph, key: string): NoteBox | undefined {
  const note = graph.notes[key]
  if (!isRecord(note) || !Number.isFinite(note.x) || !Number.isFinite(note.y)) return undefined
  const size = (value: unknown, otherwise: number) => (Number.isFinite(value) && (value as number) > 0 ? (value as number) : otherwise)
  return {
    kind: note.kind === 'frame' ? 'frame' : 'note',
    text: typeof note.text === 'string' ? note.text : '',
    x: note.x as number,
    y: note.y as number,
    width: size(note.width, 216),
    height: size(note.height, 80),
  }
}

/** The distance between columns and rows of tasks that the document does not place. */
const COLUMN = 264
const ROW = 96

/**
 * Returns a position for every task and for the start: the document's own, and for tasks that it does not place a column by the
 * length of the longest way from the start. Nothing of this is written back until somebody moves the task.
 */
export function placeAll(graph: Graph, links: readonly Link[] = linksOf(graph)): { tasks: Map<string, Position>; start: Position } {
  const tasks = new Map<string, Position>()
  const missing: string[] = []
  for (const id of graph.order) {
    const position = positionOf(graph, id)
    if (position) tasks.set(id, position)
    else missing.push(id)
  }
  if (missing.length > 0) {
    const depth = depths(graph)
    let top = 48
    for (const { y } of tasks.values()) top = Math.max(top, y + ROW)
    const rows = new Map<number, number>()
    for (const id of missing) {
      const column = depth.get(id) ?? 1
      const row = rows.get(column) ?? 0
      rows.set(column, row + 1)
      tasks.set(id, { x: column * COLUMN - COLUMN + 96, y: top + row * ROW })
    }
  }
  const first = links.filter((link) => link.from === START && tasks.has(link.to))
  const targets = first.map((link) => tasks.get(link.to) as Position)
  if (targets.length === 0) targets.push(...[...tasks.values()].sort((a, b) => a.x - b.x).slice(0, 1))
  if (targets.length === 0) return { tasks, start: { x: 0, y: 0 } }
  const x = Math.min(...targets.map((position) => position.x)) - 88
  const y = (Math.min(...targets.map((position) => position.y)) + Math.max(...targets.map((position) => position.y))) / 2 + 8
  return { tasks, start: { x, y } }
}

/** Returns the length of the longest way from the start to each task; a cycle ends the walk. */
function depths(graph: Graph): Map<string, number> {
  const incoming = new Map<string, string[]>()
  for (const link of linksOf(graph)) {
    if (link.from !== START) incoming.set(link.to, [...(incoming.get(link.to) ?? []), link.from])
  }
  const depth = new Map<string, number>()
  for (const root of graph.order) {
    // An explicit stack: a chain of thousands of tasks must not overflow the call stack.
    const stack: Array<{ id: string; next: number }> = [{ id: root, next: 0 }]
    const open = new Set<string>([root])
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const sources = incoming.get(frame.id) ?? []
      const source = sources[frame.next]
      if (depth.has(frame.id) || source === undefined) {
        const known = sources.map((id) => depth.get(id) ?? 0)
        if (!depth.has(frame.id)) depth.set(frame.id, 1 + Math.max(0, ...known))
        open.delete(frame.id)
        stack.pop()
      } else {
        frame.next += 1
        if (!depth.has(source) && !open.has(source)) {
          open.add(source)
          stack.push({ id: source, next: 0 })
        }
      }
    }
  }
  return depth
}
