import { type Edge, type Node, type NodeHandle, Position as Side } from '@xyflow/react'
import type { TFunction } from 'i18next'
import type { Catalog, LinkState, Outcome, Position } from '../generated/api'
import { type DrawnRuns, describeRun, describeTask, type RunLook, type SecondLine } from './describe'
import { type Graph, type Link, linkOf, nameOf, noteOf, placeAll, typeOf } from './graph'
import type { Mark, Marks } from './marks'
import type { PlacedLink, PlacedTask, Plan, Sight } from './sight'
import { outgoingPoints, type Point, type Size, START_SIZE, taskSize } from './size'
import { START, type TaskType } from './tasks'
import type { Language } from './text'
import type { Box } from './walk'

/** How many problems a task has. */
export interface ProblemCount {
  errors: number
  warnings: number
}

/** What is selected: task ids, link keys and note keys. */
export interface Selection {
  tasks: ReadonlySet<string>
  links: ReadonlySet<string>
  notes: ReadonlySet<string>
}

/** Nothing is selected. */
export const NO_SELECTION: Selection = { tasks: new Set(), links: new Set(), notes: new Set() }

/** What a task node draws. */
export interface TaskData extends Record<string, unknown> {
  type: TaskType | undefined
  name: string
  second: SecondLine
  size: Size
  points: Point[]
  joinAny: boolean
  enabled: boolean
  problems: ProblemCount | undefined
  run: RunLook | undefined
  /** How it stands to another version. */
  mark: Mark | undefined
  /** Whether a tried run halts before it. */
  halts: boolean
  /** The outcomes that a link leaves. */
  linked: ReadonlySet<Outcome>
}

/** What a note or a frame draws. */
export interface NoteData extends Record<string, unknown> {
  text: string
  kind: 'note' | 'frame'
}

/** What a link draws. */
export interface LinkData extends Record<string, unknown> {
  outcome: Outcome
  state: LinkState | undefined
  mark: Mark | undefined
}

export type TaskNode = Node<TaskData, 'task'>
export type StartNode = Node<{ running: boolean }, 'start'>
export type NoteNode = Node<NoteData, 'note' | 'frame'>
export type CanvasNode = TaskNode | StartNode | NoteNode
export type CanvasLink = Edge<LinkData, 'link'>

/** The prefix of the node ids of notes, which no task id can have. */
export const NOTE_PREFIX = 'note:'

/** The id of the incoming connection point. */
export const IN = 'in'

/** Half the size of a connection point: React Flow places links at its outer rim, the design at the border of the node. */
export const POINT_RADIUS = 5

/** Everything that the picture depends on. */
export interface Scene {
  graph: Graph
  catalog: Catalog | undefined
  language: Language
  t: TFunction
  runs: DrawnRuns | undefined
  linkStates: readonly LinkState[] | undefined
  problems: ReadonlyMap<string, ProblemCount> | undefined
  marks?: Marks | undefined
  /** The tasks before which a tried run halts. */
  breakpoints?: ReadonlySet<string> | undefined
  selection: Selection
  /** Where things stand while they are being dragged, by node id. */
  overlay: ReadonlyMap<string, Position>
  editable: boolean
  /** The one node that Tab reaches. */
  tabStop: string | undefined
  /** Grows when the fonts have arrived, because names are measured. */
  fonts: number
}

type Remembered<T> = Map<string, { inputs: readonly unknown[]; value: T }>

/**
 * Projects a document onto React Flow's nodes and links. The projection remembers what it made: a node whose inputs did not change is
 * the same object again, so that React Flow and memo skip it.
 */
export class Projection {
  readonly #nodes: Remembered<CanvasNode> = new Map()
  readonly #links: Remembered<CanvasLink> = new Map()
  readonly #sizes: Remembered<Size> = new Map()
  readonly #ghosts = new WeakMap<CanvasNode, CanvasNode>()
  #drawnNodes: CanvasNode[] = []
  #drawnLinks: CanvasLink[] = []
  /** What the links were drawn of: a task that is moved leaves all of it as it is. */
  #seenLinks: readonly unknown[] = []
  #linked: Computed<Linked> | undefined
  #placed: Computed<ReturnType<typeof placeAll>> | undefined
  #planned: Computed<Plan> | undefined
  #plannedLinks: Linked | undefined

  /** Returns the nodes to draw; of a large drawing those in sight, and hidden ones at the far ends of the links in sight. */
  nodes(scene: Scene, sight?: Sight): CanvasNode[] {
    const { graph, selection, overlay, editable } = scene
    const { tasks: places, start } = this.places(graph)
    const { bySource: linked } = this.#linksOf(graph)
    const ghosts = sight && this.#farEnds(graph, sight)
    const nodes: CanvasNode[] = []
    for (const key of graph.noteOrder) {
      const note = noteOf(graph, key)
      if (!note) continue
      const id = NOTE_PREFIX + key
      const position = overlay.get(id) ?? { x: note.x, y: note.y }
      const inputs = [graph.notes[key], position.x, position.y, selection.notes.has(key), editable, scene.language]
      nodes.push(
        remembered<CanvasNode, NoteNode>(this.#nodes, id, inputs, () => ({
          id,
          type: note.kind,
          position,
          width: note.width,
          height: note.height,
          measured: { width: note.width, height: note.height },
          data: { text: note.text, kind: note.kind },
          selected: selection.notes.has(key),
          draggable: editable,
          connectable: false,
          focusable: false,
          zIndex: note.kind === 'frame' ? -2 : 0,
          ariaLabel: `${scene.t(note.kind === 'frame' ? 'canvas.frame' : 'canvas.note')} ${note.text}`,
          domAttributes: described(scene.t(note.kind === 'frame' ? 'canvas.frame' : 'canvas.note')),
        })),
      )
    }
    const startAt = overlay.get(START) ?? start
    nodes.push(
      remembered<CanvasNode, StartNode>(
        this.#nodes,
        START,
        [startAt.x, startAt.y, editable, scene.language, linked.has(START), scene.runs === undefined],
        () => ({
          id: START,
          type: 'start',
          position: startAt,
          width: START_SIZE,
          height: START_SIZE,
          measured: { width: START_SIZE, height: START_SIZE },
          data: { running: scene.runs !== undefined },
          draggable: false,
          selectable: false,
          focusable: false,
          ariaLabel: scene.t('canvas.start'),
          domAttributes: described(scene.t('canvas.start')),
          handles: [handle('done', 'source', Side.Right, START_SIZE, START_SIZE / 2)],
        }),
      ),
    )
    for (const id of graph.order) {
      if (sight && !sight.tasks.has(id) && !ghosts?.has(id)) continue
      const task = graph.tasks[id]
      if (task === null || typeof task !== 'object') continue
      const position = overlay.get(id) ?? places.get(id) ?? { x: 0, y: 0 }
      const run = scene.runs?.get(id)
      const outcomes = linked.get(id)
      const problems = scene.problems?.get(id)
      const selected = selection.tasks.has(id)
      const mark = scene.marks?.tasks.get(id)
      const halts = scene.breakpoints?.has(id) ?? false
      const inputs = [
        task,
        position.x,
        position.y,
        run,
        outcomes,
        problems?.errors,
        problems?.warnings,
        selected,
        scene.catalog,
        scene.language,
        editable,
        scene.tabStop === id,
        scene.fonts,
        scene.runs === undefined,
        mark,
        halts,
      ]
      const node: CanvasNode = remembered(this.#nodes, id, inputs, () => {
        const type = typeOf(task)
        const name = nameOf(graph, id, scene.language)
        const size = this.size(scene, id)
        const points = outgoingPoints(type, size)
        const look = run && describeRun(run, scene.t)
        return {
          id,
          type: 'task',
          position,
          width: size.width,
          height: size.height,
          // Known before it is drawn: nothing has to be measured, and a node that was never in view can be dragged all the same.
          measured: size,
          selected,
          draggable: editable,
          focusable: scene.tabStop === id,
          // One task is a tab stop; the others can still be given the focus when the arrows come to them.
          domAttributes: { ...described(scene.t('canvas.aria.node')), ...(scene.tabStop === id ? {} : { tabIndex: -1 }) },
          zIndex: 1,
          ariaRole: 'group',
          ariaLabel: scene.t('canvas.aria.task', {
            name,
            type: scene.t(`canvas.type.${type ?? 'unknown'}`),
            status: `${look ? `, ${look.word}${look.fact ? ` ${look.fact}` : ''}` : ''}${mark ? `, ${scene.t(`canvas.mark.${mark}`)}` : ''}`,
          }),
          data: {
            type,
            name,
            second: describeTask(task, type, scene.catalog, scene.language, scene.t),
            size,
            points,
            joinAny: task.join === 'any',
            enabled: task.enabled !== false,
            problems,
            run: look,
            mark,
            halts,
            linked: outcomes ?? NONE,
          },
          handles: [
            handle(IN, 'target', Side.Left, 0, size.height / 2),
            ...points.map((point) => handle(point.outcome, 'source', point.side === 'bottom' ? Side.Bottom : Side.Right, point.x, point.y)),
          ],
        } satisfies TaskNode
      })
      nodes.push(ghosts?.has(id) ? this.#ghost(node) : node)
    }
    this.#drawnNodes = steady(this.#drawnNodes, nodes)
    return this.#drawnNodes
  }

  /** A link is drawn when React Flow knows both its ends; a hidden node costs next to nothing. */
  #ghost(node: CanvasNode): CanvasNode {
    let ghost = this.#ghosts.get(node)
    if (!ghost) {
      ghost = { ...node, hidden: true }
      this.#ghosts.set(node, ghost)
    }
    return ghost
  }

  #farEnds(graph: Graph, sight: Sight): Set<string> {
    const ends = new Set<string>()
    const { byKey } = this.#linksOf(graph)
    for (const key of sight.links) {
      const link = byKey.get(key)
      if (!link) continue
      if (!sight.tasks.has(link.from)) ends.add(link.from)
      if (!sight.tasks.has(link.to)) ends.add(link.to)
    }
    return ends
  }

  /** Returns the links to draw; of a large drawing those in sight. */
  links(scene: Scene, sight?: Sight): CanvasLink[] {
    const { graph, selection, linkStates } = scene
    const seen = [
      graph.links,
      graph.linkOrder,
      graph.tasks,
      linkStates,
      selection.links,
      scene.marks,
      scene.editable,
      scene.language,
      sight,
    ]
    if (same(this.#seenLinks, seen)) return this.#drawnLinks
    this.#seenLinks = seen
    const drawn: CanvasLink[] = []
    const { all } = this.#linksOf(graph)
    for (const link of all) {
      if (sight && !sight.links.has(link.key)) continue
      if (!isDrawn(graph, link.from) || !isDrawn(graph, link.to)) continue
      const state = linkStates?.[link.place]
      const selected = selection.links.has(link.key)
      const mark = scene.marks?.links.get(link.key)
      const names = [nameOf(graph, link.from, scene.language), nameOf(graph, link.to, scene.language)]
      const inputs = [graph.links[link.key], state, selected, scene.editable, scene.language, mark, ...names]
      drawn.push(
        remembered<CanvasLink, CanvasLink>(this.#links, link.key, inputs, () => ({
          id: link.key,
          type: 'link',
          source: link.from,
          target: link.to,
          sourceHandle: link.from === START ? 'done' : link.outcome,
          targetHandle: IN,
          selected,
          selectable: scene.editable,
          focusable: false,
          reconnectable: scene.editable,
          data: { outcome: link.outcome, state, mark },
          domAttributes: described(scene.t('canvas.aria.edge')),
          ariaLabel: `${scene.t('canvas.aria.link', {
            from: link.from === START ? scene.t('canvas.start') : names[0],
            to: names[1],
            outcome: scene.t(`canvas.outcome.${link.outcome}`),
          })}${mark ? `, ${scene.t(`canvas.mark.${mark}`)}` : ''}`,
        })),
      )
    }
    this.#drawnLinks = steady(this.#drawnLinks, drawn)
    return this.#drawnLinks
  }

  /** Returns the size of a task's node. */
  size(scene: Pick<Scene, 'graph' | 'language' | 'fonts'>, id: string): Size {
    const task = scene.graph.tasks[id]
    return remembered(this.#sizes, id, [task, scene.language, scene.fonts], () =>
      taskSize(typeOf(task), nameOf(scene.graph, id, scene.language)),
    )
  }

  /** Finds out the sizes of tasks for so many milliseconds; returns whether all of them are known now. */
  measure(scene: Pick<Scene, 'graph' | 'language' | 'fonts'>, ms: number): boolean {
    const end = performance.now() + ms
    for (const id of scene.graph.order) {
      if (performance.now() > end) return false
      this.size(scene, id)
    }
    return true
  }

  /** Returns where everything stands. */
  places(graph: Graph): ReturnType<typeof placeAll> {
    const inputs = [graph.positions, graph.order, graph.linkOrder, graph.links]
    if (!this.#placed || !same(this.#placed.inputs, inputs)) this.#placed = { inputs, value: placeAll(graph, this.#linksOf(graph).all) }
    return this.#placed.value
  }

  /** Returns where every task and link stands. */
  plan(scene: Pick<Scene, 'graph' | 'language' | 'fonts'>): Plan {
    const { graph, language, fonts } = scene
    const placed = this.places(graph)
    const inputs = [placed, graph.tasks, graph.order, language, fonts]
    if (!this.#planned || !same(this.#planned.inputs, inputs)) {
      const before = this.#planned
      const onlyMoved = before && this.#plannedLinks === this.#linksOf(graph) && same(before.inputs.slice(1), inputs.slice(1))
      const value = (onlyMoved && moved(before.value, placed)) || this.#draft(scene, placed, before?.value)
      this.#planned = { inputs, value }
    }
    return this.#planned.value
  }

  /** Returns where those tasks stand that are near a part of the plane, with the links among them: a first picture needs no more. */
  planNear(scene: Pick<Scene, 'graph' | 'language' | 'fonts'>, { x, y, width, height }: Box): Plan {
    const { tasks, start } = this.places(scene.graph)
    const near = new Map<string, Position>()
    for (const [id, at] of tasks) {
      if (at.x > x - NEAR && at.x < x + width + NEAR && at.y > y - NEAR && at.y < y + height + NEAR) near.set(id, at)
    }
    return this.#draft(scene, { tasks: near, start }, undefined)
  }

  #draft(
    scene: Pick<Scene, 'graph' | 'language' | 'fonts'>,
    { tasks: places, start }: ReturnType<typeof placeAll>,
    before: Plan | undefined,
  ): Plan {
    const { graph } = scene
    const tasks: PlacedTask[] = []
    const at = new Map<string, PlacedTask>()
    for (const id of graph.order) {
      const position = places.get(id)
      if (!position || !isDrawn(graph, id)) continue
      const size = this.size(scene, id)
      const last = before?.at.get(id)
      const task =
        last && stands(last, position, size) ? last : { id, x: position.x, y: position.y, width: size.width, height: size.height }
      tasks.push(task)
      at.set(id, task)
    }
    const first = before?.at.get(START)
    at.set(START, first && stands(first, start, START_BOX) ? first : { id: START, x: start.x, y: start.y, ...START_BOX })
    const links: PlacedLink[] = []
    const linked = this.#linksOf(graph)
    const sameLinks = this.#plannedLinks === linked && before !== undefined
    this.#plannedLinks = linked
    for (const link of linked.all) {
      const from = at.get(link.from)
      const to = at.get(link.to)
      if (!from || !to) continue
      // Of the same links the next one that was drawn is this one, unless an end of it is new in the drawing.
      const last = sameLinks ? before.links[links.length] : undefined
      if (last?.id === link.key && before?.at.get(link.from) === from && before.at.get(link.to) === to) {
        links.push(last)
        continue
      }
      links.push(placedLink(link.key, link, from, to))
    }
    return { tasks, links, at }
  }

  #linksOf(graph: Graph): Linked {
    const inputs = [graph.links, graph.linkOrder]
    if (!this.#linked || !same(this.#linked.inputs, inputs)) {
      const all: Array<Link & { key: string; place: number }> = []
      const byKey = new Map<string, Link>()
      const bySource = new Map<string, ReadonlySet<Outcome>>()
      for (const [place, key] of graph.linkOrder.entries()) {
        const link = linkOf(graph, key)
        if (!link) continue
        const { from, outcome, to } = link
        const drawn = { from, outcome, to, key, place }
        all.push(drawn)
        byKey.set(key, drawn)
        const outcomes = bySource.get(link.from)
        if (!outcomes?.has(link.outcome)) bySource.set(link.from, setOf([...(outcomes ?? []), link.outcome]))
      }
      this.#linked = { inputs, value: { all, byKey, bySource } }
    }
    return this.#linked.value
  }
}

/** Returns a plan in which a few tasks stand elsewhere, or nothing where that is not all. */
function moved(before: Plan, { tasks: places, start }: ReturnType<typeof placeAll>): Plan | undefined {
  if (places.size !== before.tasks.length) return undefined
  const at = new Map(before.at)
  const tasks = before.tasks.map((task) => {
    const position = places.get(task.id)
    if (!position || (position.x === task.x && position.y === task.y)) return task
    const next = { ...task, x: position.x, y: position.y }
    at.set(task.id, next)
    return next
  })
  const first = at.get(START)
  if (first && !stands(first, start, START_BOX)) at.set(START, { ...first, x: start.x, y: start.y })
  const links = before.links.map((link) => {
    const [from, to] = [at.get(link.from), at.get(link.to)]
    const stays = from === before.at.get(link.from) && to === before.at.get(link.to)
    return stays || !from || !to ? link : placedLink(link.id, link, from, to)
  })
  return { tasks, links, at }
}

/** Returns the box that the curve of a link stays in. */
function placedLink(id: string, { from, to, outcome, place }: Link & { place: number }, start: PlacedTask, end: PlacedTask): PlacedLink {
  // A link that leads back swings out on both sides.
  const swing = end.x > start.x + start.width ? 24 : linkReach(start.x + start.width, end.x)
  const [left, top] = [Math.min(start.x, end.x) - swing, Math.min(start.y, end.y)]
  const width = Math.max(start.x + start.width, end.x + end.width) + swing - left
  const height = Math.max(start.y + start.height, end.y + end.height) + swing - top
  return { id, from, to, outcome, place, x: left, y: top, width, height }
}

interface Computed<T> {
  inputs: readonly unknown[]
  value: T
}

interface Linked {
  /** The links that can be drawn, with their keys and their places in the document. */
  all: ReadonlyArray<Link & { key: string; place: number }>
  byKey: ReadonlyMap<string, Link>
  bySource: ReadonlyMap<string, ReadonlySet<Outcome>>
}

function isDrawn(graph: Graph, id: string): boolean {
  return id === START || (graph.tasks[id] !== null && typeof graph.tasks[id] === 'object')
}

/** Returns how far a link swings out from its ends before it turns to the other one. */
export function linkReach(fromX: number, toX: number): number {
  return Math.max(24, (toX - fromX) * 0.5, toX < fromX ? Math.min(160, (fromX - toX) * 0.35) : 0)
}

/** Farther than any node is large. */
const NEAR = 480

const START_BOX: Size = { width: START_SIZE, height: START_SIZE }

function stands(task: PlacedTask, at: Position, size: Size): boolean {
  return task.x === at.x && task.y === at.y && task.width === size.width && task.height === size.height
}

/** Returns the list of before when it holds the very same things: a new list makes React Flow look at each of them. */
function steady<T>(before: T[], now: T[]): T[] {
  return same(before, now) ? before : now
}

const NONE: ReadonlySet<Outcome> = new Set()

const sets = new Map<string, ReadonlySet<Outcome>>()

/** Returns the set of some outcomes, the same one for the same outcomes: there are few, and nodes are compared by it. */
function setOf(outcomes: readonly Outcome[]): ReadonlySet<Outcome> {
  const key = outcomes.join()
  let set = sets.get(key)
  if (!set) {
    set = new Set(outcomes)
    sets.set(key, set)
  }
  return set
}

const projections = new WeakMap<Graph, Projection>()

/** Returns the projection that a graph was drawn with before, if it still is there: what it found out about a large graph is kept. */
export function projectionOf(graph: Graph): Projection {
  let projection = projections.get(graph)
  if (!projection) {
    projection = new Projection()
    projections.set(graph, projection)
  }
  return projection
}

function handle(id: string, type: 'source' | 'target', position: Side, x: number, y: number): NodeHandle {
  return { id, type, position, x: x - POINT_RADIUS, y: y - POINT_RADIUS, width: 2 * POINT_RADIUS, height: 2 * POINT_RADIUS }
}

function same(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => Object.is(value, other[index]))
}

/** What screen readers call a thing on the canvas; React Flow says "node" and "edge" in every language. */
const described = (word: string) => ({ 'aria-roledescription': word })

function remembered<T, V extends T>(memory: Remembered<T>, id: string, inputs: readonly unknown[], make: () => V): V {
  const known = memory.get(id)
  if (known && same(known.inputs, inputs)) return known.value as V
  const value = make()
  memory.set(id, { inputs, value })
  return value
}
