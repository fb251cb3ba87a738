import {
  type Box,
  type Graph,
  linkOf,
  linksOf,
  noteOf,
  outcomesOf,
  positionOf,
  START,
  type TaskRecord,
  type TaskType,
  typeOf,
  usualOutcome,
} from '../../../canvas/model'
import type { Outcome, Position } from '../../../generated/api'

/** Why two tasks cannot be linked. */
export type Refusal = 'itself' | 'start' | 'duplicate' | 'cycle' | 'missing'

/** The pause between the dots of the canvas; new things stand on them. */
export const GRID = 16

/** Rounds to the grid. */
export function onGrid(position: Position, step = GRID): Position {
  return { x: Math.round(position.x / step) * step, y: Math.round(position.y / step) * step }
}

/** Returns every task that can be reached from `from` along links, `from` itself excluded unless there is a cycle. */
export function downstream(graph: Graph, from: string): Set<string> {
  return reached(from, linksOf(graph))
}

/** Returns every task from which `to` can be reached. */
export function upstream(graph: Graph, to: string): Set<string> {
  return reached(
    to,
    linksOf(graph).map((link) => ({ from: link.to, to: link.from })),
  )
}

function reached(from: string, links: ReadonlyArray<{ from: string; to: string }>): Set<string> {
  const targets = new Map<string, string[]>()
  for (const link of links) {
    const list = targets.get(link.from)
    if (list) list.push(link.to)
    else targets.set(link.from, [link.to])
  }
  const seen = new Set<string>()
  const stack = [...(targets.get(from) ?? [])]
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    stack.push(...(targets.get(id) ?? []))
  }
  return seen
}

/** Returns why a link is impossible, or undefined when it can be drawn. `ignore` is the link being moved. */
export function refusal(graph: Graph, from: string, outcome: Outcome, to: string, ignore?: string): Refusal | undefined {
  if (to === START) return 'start'
  if (from === to) return 'itself'
  if (!(to in graph.tasks) || (from !== START && !(from in graph.tasks))) return 'missing'
  const others = linksOf(graph).filter((link) => link.key !== ignore)
  if (others.some((link) => link.from === from && link.outcome === outcome && link.to === to)) return 'duplicate'
  return from !== START && downstream(graph, to).has(from) ? 'cycle' : undefined
}

/** Returns every task that an outcome of `from` could be linked to; the same answer as `refusal` for each, in one walk. */
export function possibleTargets(graph: Graph, from: string, outcome: Outcome): string[] {
  const before = from === START ? new Set<string>() : upstream(graph, from)
  const linked = new Set(linksOf(graph).flatMap((link) => (link.from === from && link.outcome === outcome ? [link.to] : [])))
  return graph.order.filter((id) => id !== from && !before.has(id) && !linked.has(id))
}

/** Returns a key that no link or note has. */
function freshKey(prefix: string, taken: readonly string[]): string {
  let highest = 0
  for (const key of taken) highest = Math.max(highest, Number(key.slice(prefix.length)) || 0)
  return `${prefix}${highest + 1}`
}

/** Makes a task id from a word: lower case letters, digits and `_`, not taken, not `start`. */
export function freshId(graph: Graph, word: string, alsoTaken?: ReadonlySet<string>): string {
  const plain = word
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 56)
  const base = plain === '' || plain === START ? 'task' : plain
  const taken = (id: string) => id in graph.tasks || alsoTaken?.has(id) === true
  if (!taken(base)) return base
  const stem = base.replace(/_\d+$/, '')
  for (let number = 2; ; number++) if (!taken(`${stem}_${number}`)) return `${stem}_${number}`
}

/** Draws a link; the caller has asked `refusal`. An outcome of `done` is not written, as in DESIGN.md. */
export function connect(graph: Graph, from: string, outcome: Outcome, to: string): string {
  const key = freshKey('l', graph.linkOrder)
  graph.links[key] = outcome === 'done' ? { from, to } : { from, outcome, to }
  graph.linkOrder.push(key)
  return key
}

/** Moves an end of a link, keeping fields that this program does not know. */
export function reconnect(graph: Graph, key: string, from: string, outcome: Outcome, to: string): void {
  const link = graph.links[key] as Record<string, unknown>
  link.from = from
  link.to = to
  if (outcome === 'done') delete link.outcome
  else link.outcome = outcome
}

/** Removes a link. */
export function disconnect(graph: Graph, key: string): void {
  delete graph.links[key]
  graph.linkOrder = graph.linkOrder.filter((other) => other !== key)
}

/** Adds a task at a place. */
export function addTask(graph: Graph, id: string, task: TaskRecord, position: Position): void {
  graph.tasks[id] = task
  graph.order.push(id)
  graph.positions[id] = { x: position.x, y: position.y }
}

/** Puts a task into a link: what led on leads to the task, and the task's usual outcome leads on. */
export function insertOnLink(graph: Graph, key: string, id: string): boolean {
  const link = linkOf(graph, key)
  if (!link || link.from === id || link.to === id) return false
  const outcome = usualOutcome(typeOf(graph.tasks[id]))
  if (refusal(graph, link.from, link.outcome, id, key) || refusal(graph, id, outcome, link.to, key)) return false
  reconnect(graph, key, link.from, link.outcome, id)
  connect(graph, id, outcome, link.to)
  return true
}

/** Puts an approval before a task: what led to the task leads to the approval, and its `approved` to the task. */
export function addApproval(graph: Graph, task: string, approval: TaskRecord, at: Position): string {
  const id = freshId(graph, 'approval')
  addTask(graph, id, approval, at)
  for (const link of linksOf(graph)) if (link.to === task) reconnect(graph, link.key, link.from, link.outcome, id)
  connect(graph, id, 'approved', task)
  return id
}

/** Gives a parameter of a task another name; it keeps its value and its place. */
export function renameParameter(graph: Graph, id: string, from: string, to: string): void {
  const known = graph.tasks[id]?.parameters
  if (known === null || typeof known !== 'object' || Array.isArray(known)) return
  setEntries(
    graph,
    id,
    'parameters',
    Object.entries(known).flatMap(([name, value]) =>
      name === from ? [[to, value] as const] : name === to ? [] : [[name, value] as const],
    ),
  )
}

/** Removes a declared variable; the last one takes the list with it. */
export function removeVariable(graph: Graph, name: string): void {
  const known = graph.head.variables
  if (!Array.isArray(known)) return
  const kept = known.filter((variable) => (variable as { name?: unknown } | null)?.name !== name)
  setHead(graph, ['variables'], kept.length === 0 ? undefined : kept)
}

/** What is selected, by kind. */
export interface Picked {
  tasks: readonly string[]
  links: readonly string[]
  notes: readonly string[]
}

/** Deletes what was picked. A task in a straight line, with one link in and one out, is healed: what led to it leads on. */
export function remove(graph: Graph, picked: Picked): void {
  for (const key of picked.links) if (key in graph.links) disconnect(graph, key)
  for (const id of picked.tasks) {
    if (!(id in graph.tasks)) continue
    const links = linksOf(graph)
    const incoming = links.filter((link) => link.to === id)
    const outgoing = links.filter((link) => link.from === id)
    const [before, after] = [incoming[0], outgoing[0]]
    const straight = incoming.length === 1 && outgoing.length === 1
    const heals =
      straight &&
      before &&
      after?.outcome === usualOutcome(typeOf(graph.tasks[id])) &&
      !refusal(graph, before.from, before.outcome, after.to, after.key)
    if (heals) reconnect(graph, before.key, before.from, before.outcome, after.to)
    const gone = new Set([...incoming, ...outgoing].map((link) => link.key))
    if (heals) gone.delete(before.key)
    for (const key of gone) delete graph.links[key]
    if (gone.size > 0) graph.linkOrder = graph.linkOrder.filter((key) => !gone.has(key))
    delete graph.tasks[id]
    delete graph.positions[id]
    graph.order = graph.order.filter((other) => other !== id)
  }
  for (const key of picked.notes) {
    if (!(key in graph.notes)) continue
    delete graph.notes[key]
    graph.noteOrder = graph.noteOrder.filter((other) => other !== key)
  }
}

/** Places tasks and notes; a note keeps its other fields. */
export function place(graph: Graph, tasks: ReadonlyMap<string, Position>, notes?: ReadonlyMap<string, Position>): void {
  for (const [id, { x, y }] of tasks) {
    if (!(id in graph.tasks)) continue
    const old = positionOf(graph, id)
    if (!old || old.x !== x || old.y !== y) graph.positions[id] = { x, y }
  }
  for (const [key, { x, y }] of notes ?? []) {
    const note = noteOf(graph, key)
    if (note && (note.x !== x || note.y !== y)) Object.assign(graph.notes[key] as object, { x, y })
  }
}

/** How far a note may be from a task that it belongs to. */
const BESIDE = 240

/**
 * Returns where notes and frames stand once tasks have moved: a frame stays around the tasks that stood in it, with the room that it
 * left them, and a note stays beside the task that was nearest to it. Others stay where they are.
 */
export function notesAfter(graph: Graph, before: ReadonlyMap<string, Box>, to: ReadonlyMap<string, Position>): Map<string, Box> {
  const moved = [...to].flatMap(([id, position]) => {
    const box = before.get(id)
    return box ? [{ was: box, is: { ...box, ...position } }] : []
  })
  const after = new Map<string, Box>()
  for (const key of graph.noteOrder) {
    const note = noteOf(graph, key)
    if (!note) continue
    const own: Box = { x: note.x, y: note.y, width: note.width, height: note.height }
    if (note.kind === 'frame') {
      const inside = moved.filter(({ was }) => holds(own, was))
      if (inside.length === 0) continue
      const [was, is] = [around(inside.map((each) => each.was)), around(inside.map((each) => each.is))]
      after.set(key, {
        x: is.x - (was.x - own.x),
        y: is.y - (was.y - own.y),
        width: is.width + own.width - was.width,
        height: is.height + own.height - was.height,
      })
    } else {
      const [nearest] = moved.map((each) => ({ ...each, far: gap(own, each.was) })).sort((a, b) => a.far - b.far)
      if (!nearest || nearest.far > BESIDE) continue
      after.set(key, { ...own, x: own.x + nearest.is.x - nearest.was.x, y: own.y + nearest.is.y - nearest.was.y })
    }
  }
  return after
}

/** Tells whether the middle of a box is inside a frame. */
function holds(frame: Box, box: Box): boolean {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  return x >= frame.x && x <= frame.x + frame.width && y >= frame.y && y <= frame.y + frame.height
}

function around(boxes: readonly Box[]): Box {
  const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))]
  const right = Math.max(...boxes.map((box) => box.x + box.width))
  const bottom = Math.max(...boxes.map((box) => box.y + box.height))
  return { x, y, width: right - x, height: bottom - y }
}

/** Returns the distance between two boxes; 0 where they touch. */
function gap(one: Box, other: Box): number {
  const across = Math.max(0, other.x - one.x - one.width, one.x - other.x - other.width)
  const down = Math.max(0, other.y - one.y - one.height, one.y - other.y - other.height)
  return Math.hypot(across, down)
}

/** The six alignments. */
export type Alignment = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom'

/** Returns where boxes stand once they are aligned to the outermost of them, or to the middle of them all. */
export function aligned(boxes: ReadonlyMap<string, Box>, alignment: Alignment): Map<string, Position> {
  const all = [...boxes.values()]
  const left = Math.min(...all.map((box) => box.x))
  const right = Math.max(...all.map((box) => box.x + box.width))
  const top = Math.min(...all.map((box) => box.y))
  const bottom = Math.max(...all.map((box) => box.y + box.height))
  const to: Record<Alignment, (box: Box) => Position> = {
    left: (box) => ({ x: left, y: box.y }),
    centre: (box) => ({ x: (left + right - box.width) / 2, y: box.y }),
    right: (box) => ({ x: right - box.width, y: box.y }),
    top: (box) => ({ x: box.x, y: top }),
    middle: (box) => ({ x: box.x, y: (top + bottom - box.height) / 2 }),
    bottom: (box) => ({ x: box.x, y: bottom - box.height }),
  }
  return new Map([...boxes].map(([id, box]) => [id, to[alignment](box)]))
}

/** Returns where boxes stand once the gaps between them are equal; the outermost two stay. */
export function distributed(boxes: ReadonlyMap<string, Box>, direction: 'horizontal' | 'vertical'): Map<string, Position> {
  const [start, length] = direction === 'horizontal' ? (['x', 'width'] as const) : (['y', 'height'] as const)
  const sorted = [...boxes].sort(([, a], [, b]) => a[start] - b[start])
  const [first, last] = [sorted[0]?.[1], sorted.at(-1)?.[1]]
  if (!first || !last || sorted.length < 3) return new Map()
  const filled = sorted.reduce((sum, [, box]) => sum + box[length], 0)
  const gap = (last[start] + last[length] - first[start] - filled) / (sorted.length - 1)
  const placed = new Map<string, Position>()
  let at = first[start]
  for (const [id, box] of sorted) {
    placed.set(id, direction === 'horizontal' ? { x: Math.round(at), y: box.y } : { x: box.x, y: Math.round(at) })
    at += box[length] + gap
  }
  return placed
}

/** Adds a note or a frame. */
export function addNote(graph: Graph, kind: 'note' | 'frame', text: string, box: Box): string {
  const key = freshKey('n', graph.noteOrder)
  const ids = new Set(graph.noteOrder.map((other) => (graph.notes[other] as { id?: unknown } | null)?.id))
  let id = key
  for (let number = 2; ids.has(id); number++) id = `${key}_${number}`
  graph.notes[key] = { id, kind, text, x: box.x, y: box.y, width: box.width, height: box.height }
  graph.noteOrder.push(key)
  return key
}

/** Sets a field of a task by its path, such as `['parameters', 'ip']`; undefined removes it, and maps that become empty with it. */
export function setField(graph: Graph, id: string, path: readonly string[], value: unknown): void {
  const task: unknown = graph.tasks[id]
  if (task !== null && typeof task === 'object') setIn(task as TaskRecord, path, value)
}

/** Sets a field of the playbook itself. */
export function setHead(graph: Graph, path: readonly string[], value: unknown): void {
  setIn(graph.head, path, value)
}

function setIn(root: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name, ...rest] = path
  if (name === undefined) return
  if (rest.length === 0) {
    if (value === undefined) delete root[name]
    else root[name] = value
    return
  }
  const inner = root[name]
  if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) {
    if (value === undefined) return
    root[name] = {}
  }
  setIn(root[name] as Record<string, unknown>, rest, value)
  if (value === undefined && Object.keys(root[name] as object).length === 0) delete root[name]
}

/** Replaces the entries of a map field in a given order; renaming a key must not move it to the end. */
export function setEntries(graph: Graph, id: string, field: string, entries: ReadonlyArray<readonly [string, unknown]>): void {
  setField(graph, id, [field], entries.length === 0 ? undefined : Object.fromEntries(entries))
}

/** Returns the fields that a new task of a type starts with. */
export function newTask(type: TaskType, name: unknown): TaskRecord {
  const fields: Record<TaskType, TaskRecord> = {
    action: { app: '', command: '' },
    branch: { condition: '' },
    formula: { variable: '', expression: '' },
    input: { question: '', kind: 'boolean', variable: '', deadline: '1h' },
    approval: { question: '', deadline: '30m' },
    wait: { seconds: 60 },
    email: { to: '', subject: '', body: '' },
    call: { playbook: '' },
    query: { source: 'events', query: '' },
  }
  return { type, ...(name === undefined ? {} : { name }), ...fields[type] }
}

/** Returns the outcomes of a task that no link leaves yet, the usual first. */
export function freeOutcomes(graph: Graph, id: string): Outcome[] {
  const used = new Set(linksOf(graph).flatMap((link) => (link.from === id ? [link.outcome] : [])))
  return outcomesOf(typeOf(graph.tasks[id])).filter((outcome) => !used.has(outcome))
}
