import { type Graph, linksOf, noteOf, placeAll, readGraph, START, type TaskRecord, textOf } from '../../../canvas/model'
import type { Position } from '../../../generated/api'
import { addNote, connect, freshId, type Picked, place, refusal } from './edits'
import { followed } from './references'

/** What stands in the clipboard: a part of a playbook as text that people and other programs can read. */
const MARK = 'playbook-part'
/** The newest format of a part that this program reads. */
const FORMAT = 1
/** A longer text is refused before it is parsed. */
export const LONGEST_PASTE = 10 * 1024 * 1024

/** Why a text cannot be pasted. */
export type PasteRefusal = 'too_long' | 'no_json' | 'other' | 'newer' | 'empty'

/** A part that can be pasted, or why not. */
export type PastedPart = { part: Graph; refused?: undefined } | { part?: undefined; refused: PasteRefusal }

/** Returns the text of a selection: its tasks, the links between them, and its notes. */
export function copyText(graph: Graph, picked: Picked): string {
  const inside = new Set(picked.tasks)
  const { tasks: places } = placeAll(graph)
  const part = {
    haetae: MARK,
    format: FORMAT,
    tasks: Object.fromEntries(graph.order.filter((id) => inside.has(id)).map((id) => [id, graph.tasks[id]])),
    links: linksOf(graph).flatMap((link) => (inside.has(link.from) && inside.has(link.to) ? [graph.links[link.key]] : [])),
    layout: {
      tasks: Object.fromEntries([...inside].map((id) => [id, places.get(id)])),
      notes: picked.notes.map((key) => graph.notes[key]),
    },
  }
  return JSON.stringify(part, null, 2)
}

/** Reads a text from the clipboard: a part, or a whole playbook document. */
export function readPart(text: string): PastedPart {
  if (text.length > LONGEST_PASTE) return { refused: 'too_long' }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { refused: 'no_json' }
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return { refused: 'other' }
  const { haetae, format, id } = value as { haetae?: unknown; format?: unknown; id?: unknown }
  const isPart = haetae === MARK
  const isPlaybook = haetae === undefined && typeof id === 'string' && 'tasks' in value
  if (!(isPart || isPlaybook) || typeof format !== 'number') return { refused: 'other' }
  if (format > FORMAT) return { refused: 'newer' }
  const part = readGraph(value)
  return part.order.length === 0 && part.noteOrder.length === 0 ? { refused: 'empty' } : { part }
}

/** What was pasted, by the keys it has now. */
export interface Pasted {
  tasks: string[]
  notes: string[]
}

/**
 * Adds a part: fresh ids where one is taken, inner links kept, names kept unique, expressions that read a task of the part
 * following its new id. `at` is where the part's top left corner goes.
 */
export function paste(graph: Graph, part: Graph, at: Position): Pasted {
  const ids = new Map<string, string>()
  const taken = new Set<string>()
  for (const id of part.order) {
    const fresh = freshId(graph, id, taken)
    taken.add(fresh)
    ids.set(id, fresh)
  }
  const names = namesOf(graph)
  const { tasks: places } = placeAll(part)
  const notes = part.noteOrder.flatMap((key) => {
    const note = noteOf(part, key)
    return note ? [note] : []
  })
  const corners = [...places.values(), ...notes]
  const left = Math.min(...corners.map((corner) => corner.x))
  const top = Math.min(...corners.map((corner) => corner.y))
  const moved = new Map<string, Position>()
  for (const id of part.order) {
    const source = part.tasks[id]
    const fresh = ids.get(id) as string
    graph.tasks[fresh] = isPlain(source)
      ? (withUniqueName(followed(source, ids).task, names) as TaskRecord)
      : (source as unknown as TaskRecord)
    graph.order.push(fresh)
    const corner = places.get(id) as Position
    moved.set(fresh, { x: at.x + corner.x - left, y: at.y + corner.y - top })
  }
  place(graph, moved)
  for (const link of linksOf(part)) {
    const from = link.from === START ? undefined : ids.get(link.from)
    const to = ids.get(link.to)
    if (from && to && !refusal(graph, from, link.outcome, to)) connect(graph, from, link.outcome, to)
  }
  const keys = notes.map((note) => addNote(graph, note.kind, note.text, { ...note, x: at.x + note.x - left, y: at.y + note.y - top }))
  return { tasks: [...ids.values()], notes: keys }
}

const isPlain = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value)

function namesOf(graph: Graph): Record<'ko' | 'en', Set<string>> {
  const names = { ko: new Set<string>(), en: new Set<string>() }
  for (const id of graph.order) {
    const name = isPlain(graph.tasks[id]) ? graph.tasks[id].name : undefined
    for (const language of ['ko', 'en'] as const) {
      const text = textOf(name, language)
      if (text) names[language].add(text)
    }
  }
  return names
}

/** Returns a name that is not in `taken`, counting on from the number it ends with. */
export function uniqueName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  const stem = name.replace(/ \d+$/, '')
  for (let number = 2; ; number++) if (!taken.has(`${stem} ${number}`)) return `${stem} ${number}`
}

function withUniqueName(task: Record<string, unknown>, taken: Record<'ko' | 'en', Set<string>>): Record<string, unknown> {
  const { name } = task
  if (typeof name === 'string') {
    const unique = uniqueName(name, new Set([...taken.ko, ...taken.en]))
    taken.ko.add(unique)
    taken.en.add(unique)
    return { ...task, name: unique }
  }
  if (!isPlain(name)) return task
  const unique: Record<string, unknown> = { ...name }
  for (const language of ['ko', 'en'] as const) {
    const text = name[language]
    if (typeof text !== 'string') continue
    unique[language] = uniqueName(text, taken[language])
    taken[language].add(unique[language] as string)
  }
  return { ...task, name: unique }
}

/** Makes a localised or plain name unique among the tasks of a graph. */
export function nameForNew(graph: Graph, name: unknown): unknown {
  return withUniqueName({ name }, namesOf(graph)).name
}
