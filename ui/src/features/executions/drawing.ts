import { type Graph, type TaskRecord, VERY_MANY } from '../../canvas/public'
import type { Drawing, Language } from '../../generated/api'

/** So many drawings are kept: what a person goes back to is among the last few. */
const KEPT = 4

/** The drawings that were read, by their language and key, the one used last at the end. */
const known = new Map<string, Drawn>()

/** Returns the keys of the drawings that need not be told again in a language. */
export function knownDrawings(language: Language): string[] {
  return [...known.keys()].flatMap((name) => (name.startsWith(`${language} `) ? [name.slice(language.length + 1)] : []))
}

/** Returns what is drawn of an execution: made of what came, or what was made before. */
export function drawnFor(key: string, language: Language, drawing: Drawing | null): Drawn | undefined {
  const name = `${language} ${key}`
  const drawn = known.get(name) ?? (drawing ? new Drawn(drawing) : undefined)
  if (!drawn) return undefined
  known.delete(name)
  known.set(name, drawn)
  for (const oldest of known.keys()) {
    if (known.size <= KEPT) break
    known.delete(oldest)
  }
  return drawn
}

/** Of a drawing with more tasks than this a first picture is made of a part. */
const LARGE = 1_000
/** A part has at least so many tasks, by which the canvas takes it for a large drawing and opens at its start. */
const LEAST = VERY_MANY + 1
/** A part reaches so many windows to each side of the start: a large drawing opens there, at a zoom under one. */
const REACH = 2
/** And is made wider so often when few tasks stand there. */
const WIDER = 8

/** What a first picture shows of a large drawing: the same tasks and links, without the others. */
export interface FirstPart {
  graph: Graph
  /** The places of its links in the document. */
  links: readonly number[]
}

/** The drawing of a document; its graph is made when it is asked for, because a first picture needs a part of it only. */
export class Drawn {
  readonly #drawing: Drawing
  readonly #any: ReadonlySet<number>
  readonly #disabled: ReadonlySet<number>
  readonly #outcomes: ReadonlyMap<number, unknown>
  #whole: Graph | undefined
  #first: FirstPart | null | undefined

  constructor(drawing: Drawing) {
    this.#drawing = drawing
    this.#any = new Set(drawing.any)
    this.#disabled = new Set(drawing.disabled)
    this.#outcomes = new Map(drawing.outcomes)
  }

  /** How many tasks it has. */
  get size(): number {
    return this.#drawing.tasks.length
  }

  /** How many links it has. */
  get links(): number {
    return this.#drawing.from.length
  }

  /** As `readGraph` reads its document, without what no picture shows. */
  get whole(): Graph {
    this.#whole ??= this.#graphOf(this.#drawing.tasks.keys(), this.#drawing.from.keys())
    return this.#whole
  }

  /** What the first picture shows of a large one. */
  get first(): FirstPart | undefined {
    if (this.#first === undefined) this.#first = this.#firstPart() ?? null
    return this.#first ?? undefined
  }

  /** Returns a task. */
  task(id: string): TaskRecord | undefined {
    return this.first?.graph.tasks[id] ?? this.whole.tasks[id]
  }

  #firstPart(): FirstPart | undefined {
    const { tasks, x, y, from, to } = this.#drawing
    if (tasks.length <= LARGE) return undefined
    // Where the start stands follows from the outermost of the tasks that it leads to.
    let [left, top, bottom] = [-1, -1, -1]
    for (const [place, source] of from.entries()) {
      const target = source === -1 ? (to[place] ?? -1) : -1
      if (target === -1) continue
      if (left === -1 || (x[target] ?? 0) < (x[left] ?? 0)) left = target
      if (top === -1 || (y[target] ?? 0) < (y[top] ?? 0)) top = target
      if (bottom === -1 || (y[target] ?? 0) > (y[bottom] ?? 0)) bottom = target
    }
    if (left === -1) return undefined
    const middle = ((y[top] ?? 0) + (y[bottom] ?? 0)) / 2
    const inside = new Set<number>()
    for (let wider = 0, reach = REACH; inside.size < LEAST; wider++, reach *= 2) {
      if (wider > WIDER) return undefined
      const [across, down] = [window.innerWidth * reach, window.innerHeight * reach]
      for (let place = 0; place < tasks.length; place++) {
        const [atX, atY] = [x[place], y[place]]
        // Where a task stands that the document does not place depends on all the others.
        if (typeof atX !== 'number' || typeof atY !== 'number') return undefined
        if (Math.abs(atX - (x[left] ?? 0)) < across && Math.abs(atY - middle) < down) inside.add(place)
      }
    }
    // The first one is what Tab reaches.
    for (const place of [0, left, top, bottom]) inside.add(place)
    const isInside = (place: number | null | undefined) => place === -1 || (typeof place === 'number' && inside.has(place))
    const links: number[] = []
    for (const [place, source] of from.entries()) if (isInside(source) && isInside(to[place])) links.push(place)
    return {
      graph: this.#graphOf(
        [...inside].sort((one, other) => one - other),
        links,
      ),
      links,
    }
  }

  #graphOf(taskPlaces: Iterable<number>, linkPlaces: Iterable<number>): Graph {
    const { tasks: ids, x, y, notes: written } = this.#drawing
    const made = this.#whole ?? this.#first?.graph
    const tasks: Graph['tasks'] = {}
    const order: string[] = []
    const positions: Graph['positions'] = {}
    for (const place of taskPlaces) {
      const id = ids[place] ?? ''
      order.push(id)
      // A task of the one graph is the very same in the other: what was drawn of it stays.
      tasks[id] = made?.tasks[id] ?? this.#taskAt(place)
      const [atX, atY] = [x[place] ?? null, y[place] ?? null]
      if (atX !== null || atY !== null) positions[id] = { x: atX, y: atY }
    }
    const links: Graph['links'] = {}
    const linkOrder: string[] = []
    for (const place of linkPlaces) {
      const key = `l${place + 1}`
      linkOrder.push(key)
      links[key] = made?.links[key] ?? this.#linkAt(place)
    }
    const all: readonly unknown[] = Array.isArray(written) ? written : []
    const notes: Graph['notes'] = {}
    const noteOrder = all.map((note, place) => {
      const key = `n${place + 1}`
      notes[key] = note
      return key
    })
    return { head: {}, tasks, order, links, linkOrder, positions, notes, noteOrder, layoutRest: {} }
  }

  #taskAt(place: number): TaskRecord {
    const { types, type_of, names } = this.#drawing
    const task: TaskRecord = { type: types[type_of[place] ?? -1], name: names[place] }
    if (this.#any.has(place)) task.join = 'any'
    if (this.#disabled.has(place)) task.enabled = false
    return task
  }

  #linkAt(place: number): unknown {
    const { from, to } = this.#drawing
    const link: Record<string, unknown> = { from: this.#endOf(from[place]), to: this.#endOf(to[place]) }
    if (this.#outcomes.has(place)) link.outcome = this.#outcomes.get(place)
    return link
  }

  /** Returns what a link names; nothing for what is no task. */
  #endOf(place: number | null | undefined): string | undefined {
    return place === -1 ? 'start' : this.#drawing.tasks[place ?? -1]
  }
}
