import type { TFunction } from 'i18next'
import { createContext, use, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react'
import { createStore, type StoreApi, useStore } from 'zustand'
import {
  afterFrame,
  type Box,
  type CanvasView,
  type Direction,
  type Graph,
  linkOf,
  NO_SELECTION,
  nameOf,
  neighbour,
  noteOf,
  onlyMoves,
  placeAll,
  readGraph,
  type Selection,
  START,
  type TaskType,
  taskSize,
  writeDocument,
} from '../../canvas/public'
import type { Catalog, Diagnostic, Fix, Outcome, Playbook, PlaybookDetail, Position } from '../../generated/api'
import { isName } from './fields/values'
import { Autosave, type DraftState } from './model/autosave'
import { copyText, nameForNew, type PasteRefusal, paste, readPart } from './model/clipboard'
import { equal, isSameDocument, sharing } from './model/compare'
import { Design } from './model/design'
import {
  type Alignment,
  addApproval,
  addNote,
  addTask,
  aligned,
  connect,
  disconnect,
  distributed,
  freeOutcomes,
  freshId,
  insertOnLink,
  newTask,
  notesAfter,
  onGrid,
  type Picked,
  place,
  reconnect,
  refusal,
  remove,
  removeVariable,
  renameParameter,
  setEntries,
  setField,
  setHead,
} from './model/edits'
import { renameTask } from './model/references'
import type { TidyRequest } from './model/tidy'

/** What is on the screen but not in the document: never undone, never saved. */
export interface Look {
  selection: Selection
  /** Whether the inspector is open; with nothing selected it shows the playbook itself. */
  inspector: boolean
  grid: boolean
  minimap: boolean
  zoom: number
  problems: boolean
  finding: boolean
  outline: boolean
  /** The version that the document started from; 0 for none. */
  base: number
  draft: DraftState
  /** When an unsaved draft was opened instead of the version. */
  recovered: string | undefined
  diagnostics: readonly Diagnostic[]
  /** A tidy is being computed. */
  tidying: boolean
  /** Whether the draft is being tried. */
  tryout: boolean
  /** Where a link is being drawn from by keyboard. */
  connecting: { from: string; outcome?: Outcome } | undefined
}

/** What the palette can add. */
export type Ingredient = { type: TaskType; app?: string; command?: string }

/** What the session asks of the program around it. */
export interface Surroundings {
  saveDraft(document: Playbook, base: number): Promise<void>
  discardDraft(): Promise<void>
  check(document: Playbook): Promise<readonly Diagnostic[]>
  tidy(request: TidyRequest): Promise<Record<string, Position>>
  copy(text: string): Promise<void>
  refusePaste(reason: PasteRefusal): void
  catalog(): Catalog | undefined
  t(language: 'ko' | 'en'): TFunction
  language(): 'ko' | 'en'
}

/** Checks follow the last change after this. */
const CHECK_MS = 220

/** One playbook being designed: the document with its history, what is on the screen, and everything that can be done. */
export class Session {
  readonly design: Design
  readonly look: StoreApi<Look>
  readonly id: string
  readonly #around: Surroundings
  readonly #autosave: Autosave
  #view: CanvasView | null = null
  #saved: Graph
  /** The states of the history that were saved, by version. */
  readonly #marks = new Map<number, number>()
  #same: { graph: Graph; saved: Graph; is: boolean } | undefined
  /** What the document was when it was opened. */
  readonly opened: { kind: 'version' | 'draft'; version: number }
  readonly #followers = new Set<() => void>()
  #later: (() => void) | undefined
  #checkTimer: ReturnType<typeof setTimeout> | undefined
  #checkNumber = 0
  #pastes = 0

  constructor(detail: PlaybookDetail, around: Surroundings) {
    this.id = detail.summary.id
    this.#around = around
    const saved = readGraph(detail.document ?? { format: 1, id: detail.summary.id, tasks: {}, links: [] })
    this.#saved = saved
    const opened = detail.draft ? sharing(readGraph(detail.draft.document), saved) : saved
    this.design = new Design(opened)
    const differs = detail.draft !== null && !isSameDocument(opened, saved)
    const recovered = differs && detail.version > 0
    this.opened = { kind: differs ? 'draft' : 'version', version: detail.draft?.base ?? detail.version }
    if (!differs && detail.version > 0) this.#marks.set(0, detail.version)
    this.look = createStore<Look>(() => ({
      selection: NO_SELECTION,
      inspector: opened.order.length === 0,
      grid: true,
      minimap: true,
      zoom: 1,
      problems: true,
      finding: false,
      outline: false,
      base: detail.draft?.base ?? detail.version,
      draft: detail.draft ? { kind: 'saved', at: Date.parse(detail.draft.saved_at) } : { kind: 'clean' },
      recovered: recovered ? detail.draft?.saved_at : undefined,
      diagnostics: [],
      tidying: false,
      tryout: false,
      connecting: undefined,
    }))
    this.#autosave = new Autosave(
      () => this.#writeDraft(),
      (draft) => this.look.setState({ draft }),
    )
    let graph = this.design.graph
    this.design.subscribe(() => {
      if (this.design.graph !== graph) {
        graph = this.design.graph
        this.#autosave.changed()
        this.#forgetGone()
        this.checkSoon()
        if (this.#view?.showAhead(graph)) {
          this.#later ??= afterFrame(this.#tell)
          return
        }
      }
      this.#tell()
    })
    this.checkSoon()
  }

  get graph(): Graph {
    return this.design.graph
  }

  /** Follows the document: `changed` runs at once, and after the frame where the canvas shows a change by itself; returns how to stop. */
  follow = (changed: () => void): (() => void) => {
    this.#followers.add(changed)
    return () => this.#followers.delete(changed)
  }

  #tell = (): void => {
    this.#later?.()
    this.#later = undefined
    for (const changed of this.#followers) changed()
  }

  /** The saved version that the document started from. */
  get saved(): Graph {
    return this.#saved
  }

  /** What tasks may use, once it is known. */
  catalog(): Catalog | undefined {
    return this.#around.catalog()
  }

  get view(): CanvasView | null {
    return this.#view
  }

  setView = (view: CanvasView | null): void => {
    this.#view = view
  }

  /** The document as it would be saved. */
  document(): Playbook {
    return writeDocument(this.graph)
  }

  /** Tells whether the document differs from the saved version. */
  isChanged(): boolean {
    const { graph } = this
    if (this.#same?.graph !== graph || this.#same.saved !== this.#saved)
      this.#same = { graph, saved: this.#saved, is: isSameDocument(graph, this.#saved) }
    return !this.#same.is
  }

  /** Returns how many steps lead from the saved version to the document: 0 when they are equal, undefined when nobody knows the way. */
  changesSinceSaved(): number | undefined {
    if (!this.isChanged()) return 0
    const base = this.look.getState().base
    const ways = [...this.#marks].flatMap(([state, version]) => (version === base ? (this.design.stepsSince(state) ?? []) : []))
    return ways.length === 0 ? undefined : Math.max(1, Math.min(...ways))
  }

  /** Returns the version that was saved at a state of the history. */
  versionAt(state: number): number | undefined {
    return this.#marks.get(state)
  }

  async #writeDraft(): Promise<void> {
    const { base } = this.look.getState()
    if (base > 0 && !this.isChanged()) await this.#around.discardDraft()
    else await this.#around.saveDraft(this.document(), base)
  }

  /** Writes the draft now. */
  flush(): Promise<void> {
    return this.#autosave.flush()
  }

  /** Writes the draft once more: a version that was saved elsewhere took the one that was there with it. */
  keepDraft(): void {
    if (this.isChanged()) this.#autosave.changed()
  }

  /** Writes the draft and stops. */
  async close(): Promise<void> {
    clearTimeout(this.#checkTimer)
    this.#later?.()
    await this.#autosave.stop()
  }

  /** A version was saved from `document`. Changes made meanwhile stay a draft of it. */
  versionSaved(document: Playbook, version: number): void {
    this.#saved = sharing(readGraph(document), this.graph)
    this.design.seal()
    if (!this.isChanged()) this.#marks.set(this.design.at, version)
    this.look.setState({ base: version, recovered: undefined })
    if (this.isChanged()) this.#autosave.changed()
    else this.#autosave.settle()
  }

  /** Goes on from another version, as one step that can be undone. */
  restore(document: Playbook, version: number): void {
    const graph = readGraph(document)
    this.#saved = graph
    this.look.setState({ base: version, recovered: undefined, selection: NO_SELECTION })
    this.design.change({ key: 'restore', values: { version } }, (draft) => void Object.assign(draft, graph))
    this.#marks.set(this.design.at, version)
  }

  /** Takes the content of an older version as the draft, as one step that can be undone; the newest version stays what it is saved over. */
  restoreOld(document: Playbook, version: number): void {
    const graph = readGraph(document)
    this.look.setState({ recovered: undefined, selection: NO_SELECTION })
    this.design.change({ key: 'restore', values: { version } }, (draft) => void Object.assign(draft, graph))
  }

  /** Starts drawing a link by keyboard, from the selected task or from the start. */
  startConnecting(): void {
    this.look.setState({ connecting: { from: this.onlyTask() ?? START }, finding: false })
  }

  /** Goes back to the saved version that the document started from, as one step that can be undone. */
  backToSaved(): void {
    const saved = this.#saved
    this.look.setState({ recovered: undefined, selection: NO_SELECTION })
    const { base } = this.look.getState()
    this.design.change({ key: 'restore', values: { version: base } }, (draft) => void Object.assign(draft, saved))
    this.#marks.set(this.design.at, base)
  }

  /** Asks for the diagnostics of the document as it is, a moment after the last change. */
  checkSoon(): void {
    clearTimeout(this.#checkTimer)
    this.#checkTimer = setTimeout(() => {
      const number = ++this.#checkNumber
      this.#around.check(this.document()).then(
        (diagnostics) => {
          // What is found again draws nothing anew: most changes leave the problems as they were.
          const isNew = number === this.#checkNumber && !equal(diagnostics, this.look.getState().diagnostics)
          if (isNew) this.look.setState({ diagnostics })
        },
        () => {
          // The draft's own failure is already shown in the toolbar; the last diagnostics stay.
        },
      )
    }, CHECK_MS)
  }

  // ---- selection ----

  get selection(): Selection {
    return this.look.getState().selection
  }

  select(selection: Partial<Selection>, open?: boolean): void {
    this.look.setState((look) => ({ selection: { ...NO_SELECTION, ...selection }, inspector: open ?? look.inspector }))
  }

  changeSelection = (change: (selection: Selection) => Selection): void => {
    const wasOpen = this.look.getState().inspector
    this.look.setState((look) => {
      const selection = change(look.selection)
      const picked = selection.tasks.size + selection.links.size + selection.notes.size
      return { selection, inspector: picked === 1 || (picked > 1 && look.inspector) }
    })
    // The inspector takes room from the canvas: what was clicked must not vanish under it, nor the view be another one under the hand.
    const only = this.onlyTask()
    if (!wasOpen && only !== undefined) this.#view?.reveal(only, 'stays')
  }

  selectAll(): void {
    this.select({ tasks: new Set(this.graph.order), notes: new Set(this.graph.noteOrder) })
  }

  /** Selects a task, brings it into sight and gives it the focus. */
  goTo(task: string, focus = true): void {
    this.select({ tasks: new Set([task]) })
    this.#view?.reveal(task)
    if (focus) this.#view?.focus(task)
  }

  /** Returns the one selected task. */
  onlyTask(): string | undefined {
    const { tasks, links, notes } = this.selection
    return tasks.size === 1 && links.size + notes.size === 0 ? [...tasks][0] : undefined
  }

  picked(): Picked {
    const { tasks, links, notes } = this.selection
    return {
      tasks: this.graph.order.filter((id) => tasks.has(id)),
      links: this.graph.linkOrder.filter((key) => links.has(key)),
      notes: this.graph.noteOrder.filter((key) => notes.has(key)),
    }
  }

  #forgetGone(): void {
    const { tasks, links, notes } = this.selection
    const { graph } = this
    const kept = {
      tasks: new Set([...tasks].filter((id) => id in graph.tasks)),
      links: new Set([...links].filter((key) => key in graph.links)),
      notes: new Set([...notes].filter((key) => key in graph.notes)),
    }
    if (kept.tasks.size !== tasks.size || kept.links.size !== links.size || kept.notes.size !== notes.size)
      this.look.setState({ selection: kept })
  }

  // ---- names ----

  /** The name of a task as the document holds it, for labels. */
  nameFor(id: string): unknown {
    if (id === START) return { ko: this.#around.t('ko')('canvas.start'), en: this.#around.t('en')('canvas.start') }
    return this.graph.tasks[id]?.name ?? id
  }

  nameIn(id: string): string {
    return id === START ? this.#around.t(this.#around.language())('canvas.start') : nameOf(this.graph, id, this.#around.language())
  }

  // ---- adding ----

  /** Adds a task. With a place it stands there, in the link under it if there is one; else it follows the selected task. */
  add(ingredient: Ingredient, at?: Position, link?: string): string {
    const task = this.#make(ingredient)
    const id = freshId(this.graph, ingredient.command ?? ingredient.type)
    const size = taskSize(ingredient.type, '')
    const before = at ? undefined : this.onlyTask()
    const outcome = before && freeOutcomes(this.graph, before).filter((free) => free !== 'failed')[0]
    const corner = at ? onGrid({ x: at.x - size.width / 2, y: at.y - size.height / 2 }, 8) : this.#freeSpot(size, before)
    this.design.change({ key: 'add', values: { name: task.name } }, (graph) => {
      addTask(graph, id, task, corner)
      if (link) insertOnLink(graph, link, id)
      else if (graph.order.length === 1) connect(graph, START, 'done', id)
      else if (before && outcome) connect(graph, before, outcome, id)
    })
    this.select({ tasks: new Set([id]) }, true)
    if (!at) this.#view?.reveal(id)
    this.#view?.focus(id)
    return id
  }

  /** Adds a task and links it from where a connection was dropped. */
  addFrom(ingredient: Ingredient, from: string, outcome: Outcome, at: Position): void {
    const task = this.#make(ingredient)
    const id = freshId(this.graph, ingredient.command ?? ingredient.type)
    const size = taskSize(ingredient.type, '')
    this.design.change({ key: 'add', values: { name: task.name } }, (graph) => {
      addTask(graph, id, task, onGrid({ x: at.x, y: at.y - size.height / 2 }, 8))
      connect(graph, from, outcome, id)
    })
    this.select({ tasks: new Set([id]) }, true)
  }

  #make({ type, app, command }: Ingredient) {
    const found = app === undefined ? undefined : this.#around.catalog()?.apps[app]
    const described = command === undefined ? undefined : found?.commands[command]
    const plain = { ko: this.#around.t('ko')(`canvas.type.${type}`), en: this.#around.t('en')(`canvas.type.${type}`) }
    const task = newTask(type, nameForNew(this.graph, described?.name ?? plain))
    if (app !== undefined) task.app = app
    if (command !== undefined) task.command = command
    const connections = app === undefined ? undefined : this.#around.catalog()?.connections[app]
    if (found?.needs_connection && connections?.[0] && connections[0] !== 'default') task.connection = connections[0]
    return task
  }

  /** Returns the nearest place to the right of a task, or to the middle of the view, where nothing stands yet. */
  #freeSpot(size: { width: number; height: number }, after: string | undefined): Position {
    const boxes = this.boxes()
    const source = after === undefined ? undefined : boxes.get(after)
    const middle = this.#view?.middle() ?? { x: 0, y: 0 }
    const wanted = source
      ? { x: source.x + source.width + 72, y: source.y + source.height / 2 - size.height / 2 }
      : { x: middle.x - size.width / 2, y: middle.y - size.height / 2 }
    const spot = onGrid(wanted, 8)
    const hits = () => [...boxes.values()].some((box) => overlaps(box, { ...spot, ...size }))
    for (let tries = 0; hits() && tries < 200; tries++) spot.y += 24
    return spot
  }

  addNote(kind: 'note' | 'frame'): void {
    const boxes = [...this.boxes()].filter(([id]) => this.selection.tasks.has(id)).map(([, box]) => box)
    const middle = this.#view?.middle() ?? { x: 0, y: 0 }
    const around: Box =
      kind === 'frame' && boxes.length > 0
        ? boundary(boxes, 16, 32)
        : {
            ...onGrid({ x: middle.x - 108, y: middle.y - 40 }, 8),
            width: kind === 'frame' ? 320 : 216,
            height: kind === 'frame' ? 200 : 80,
          }
    let key = ''
    this.design.change({ key: 'add', values: { name: this.#word(`canvas.${kind}`) } }, (graph) => {
      key = addNote(graph, kind, '', around)
    })
    this.select({ notes: new Set([key]) }, true)
  }

  #word(key: 'canvas.note' | 'canvas.frame') {
    return { ko: this.#around.t('ko')(key), en: this.#around.t('en')(key) }
  }

  // ---- links ----

  connect(from: string, outcome: Outcome, to: string): void {
    if (refusal(this.graph, from, outcome, to)) return
    this.design.change(
      { key: 'connect', values: { from: this.nameFor(from), to: this.nameFor(to) } },
      (graph) => void connect(graph, from, outcome, to),
    )
  }

  reconnect(link: string, from: string, outcome: Outcome, to: string): void {
    if (refusal(this.graph, from, outcome, to, link)) return
    this.design.change({ key: 'reconnect', values: { from: this.nameFor(from), to: this.nameFor(to) } }, (graph) =>
      reconnect(graph, link, from, outcome, to),
    )
  }

  disconnect(link: string): void {
    const ends = linkOf(this.graph, link)
    this.design.change(
      { key: 'disconnect', values: { from: ends ? this.nameFor(ends.from) : '?', to: ends ? this.nameFor(ends.to) : '?' } },
      (graph) => disconnect(graph, link),
    )
  }

  // ---- what is selected ----

  deleteSelected(key: 'delete' | 'cut' = 'delete'): void {
    const picked = this.picked()
    const onlyLink = picked.tasks.length + picked.notes.length === 0 && picked.links.length === 1 ? picked.links[0] : undefined
    if (key === 'delete' && onlyLink) {
      this.disconnect(onlyLink)
      return
    }
    const count = picked.tasks.length + picked.notes.length + picked.links.length
    const [first] = picked.tasks
    if (count === 0) return
    const next = first === undefined ? undefined : neighbour(this.graph, this.boxes(), first, 'left')
    this.design.change({ key, values: { count, name: count === 1 && first ? this.nameFor(first) : '' } }, (graph) => remove(graph, picked))
    if (next && next in this.graph.tasks && picked.tasks.length === 1) this.#view?.focus(next)
  }

  duplicate(): void {
    const picked = this.picked()
    const copied = readPart(copyText(this.graph, picked))
    if (!copied.part) return
    const { part } = copied
    const corners = this.#corners(picked)
    this.design.change({ key: 'duplicate', values: { count: picked.tasks.length + picked.notes.length } }, (graph) => {
      const pasted = paste(graph, part, { x: corners.x + 32, y: corners.y + 32 })
      this.#selectPasted(pasted)
    })
  }

  copied(): string | undefined {
    const picked = this.picked()
    return picked.tasks.length + picked.notes.length === 0 ? undefined : copyText(this.graph, picked)
  }

  /** What is selected was copied: the next paste stands beside it again. */
  copiedNow(): void {
    this.#pastes = 0
  }

  async copySelected(): Promise<void> {
    const text = this.copied()
    this.copiedNow()
    if (text !== undefined) await this.#around.copy(text)
  }

  pasted(text: string): void {
    const read = readPart(text)
    if (!read.part) {
      this.#around.refusePaste(read.refused)
      return
    }
    const { part } = read
    const { tasks } = placeAll(part)
    const stays = part.order.some((id) => id in this.graph.tasks)
    const corner = cornerOf([...tasks.values()])
    // Pasted beside what was copied when that is here, else into the middle of the view.
    this.#pastes += 1
    const middle = this.#view?.middle() ?? { x: 0, y: 0 }
    const at = onGrid(
      stays ? { x: corner.x + 32 * this.#pastes, y: corner.y + 32 * this.#pastes } : { x: middle.x - 88, y: middle.y - 28 },
      8,
    )
    this.design.change({ key: 'paste', values: { count: part.order.length + part.noteOrder.length } }, (graph) => {
      this.#selectPasted(paste(graph, part, at))
    })
  }

  #selectPasted(pasted: { tasks: string[]; notes: string[] }): void {
    queueMicrotask(() => this.select({ tasks: new Set(pasted.tasks), notes: new Set(pasted.notes) }))
  }

  #corners(picked: Picked): Position {
    const { tasks } = placeAll(this.graph)
    return cornerOf([...picked.tasks.flatMap((id) => tasks.get(id) ?? []), ...picked.notes.flatMap((key) => noteOf(this.graph, key) ?? [])])
  }

  // ---- placing ----

  boxes(): Map<string, Box> {
    return this.#view?.boxes() ?? new Map()
  }

  selectedBoxes(): Map<string, Box> {
    const { tasks } = this.selection
    return new Map([...this.boxes()].filter(([id]) => tasks.has(id)))
  }

  align(alignment: Alignment): void {
    const boxes = this.selectedBoxes()
    if (boxes.size < 2) return
    this.design.change({ key: 'align', values: { how: alignment, count: boxes.size } }, (graph) => place(graph, aligned(boxes, alignment)))
  }

  distribute(direction: 'horizontal' | 'vertical'): void {
    const boxes = this.selectedBoxes()
    if (boxes.size < 3) return
    this.design.change({ key: 'distribute', values: { how: direction, count: boxes.size } }, (graph) =>
      place(graph, distributed(boxes, direction)),
    )
  }

  /** Lays out the selection, or everything when fewer than two tasks are selected. */
  async tidy(): Promise<void> {
    const chosen = this.selectedBoxes()
    const boxes = chosen.size > 1 ? chosen : this.boxes()
    if (boxes.size === 0) return
    const before = this.graph
    this.look.setState({ tidying: true })
    try {
      const placed = await this.#around.tidy({
        nodes: [...boxes].map(([id, { y, width, height }]) => ({ id, y, width, height })),
        links: this.graph.linkOrder
          .flatMap((key) => linkOf(this.graph, key) ?? [])
          .filter((link) => boxes.has(link.from) && boxes.has(link.to)),
      })
      // Somebody went on drawing: an old layout must not throw tasks about.
      if (this.graph !== before) return
      const corner = cornerOf([...boxes.values()])
      const to = new Map(Object.entries(placed).map(([id, { x, y }]) => [id, { x: x + corner.x, y: y + corner.y }]))
      const notes = notesAfter(this.graph, boxes, to)
      this.design.change({ key: 'tidy', values: { count: boxes.size } }, (graph) => {
        place(graph, to)
        for (const [key, box] of notes) Object.assign(graph.notes[key] as object, box)
      })
      if (boxes !== chosen) requestAnimationFrame(() => this.#view?.fit())
    } finally {
      this.look.setState({ tidying: false })
    }
  }

  moved(tasks: ReadonlyMap<string, Position>, notes: ReadonlyMap<string, Position>, dropped: string | undefined): void {
    const count = tasks.size + notes.size
    const [only] = tasks.keys()
    const free =
      only !== undefined &&
      tasks.size === 1 &&
      !this.graph.linkOrder.some((key) => [linkOf(this.graph, key)?.from, linkOf(this.graph, key)?.to].includes(only))
    const into = free && dropped ? dropped : undefined
    this.design.change(
      { key: into ? 'insert' : 'move', values: { count, name: count === 1 && only ? this.nameFor(only) : '' } },
      (graph) => {
        place(graph, tasks, notes)
        if (into && only) insertOnLink(graph, into, only)
      },
    )
  }

  /** Moves the selection by a few pixels; presses that follow one another are one step. */
  nudge(direction: Direction, far: boolean): void {
    const step = far ? 32 : 8
    const by = { left: [-step, 0], right: [step, 0], up: [0, -step], down: [0, step] }[direction] as [number, number]
    const picked = this.picked()
    const { tasks: places } = placeAll(this.graph)
    const shifted = (at: Position) => ({ x: at.x + by[0], y: at.y + by[1] })
    const tasks = new Map(picked.tasks.map((id) => [id, shifted(places.get(id) ?? { x: 0, y: 0 })]))
    const notes = new Map(
      picked.notes.flatMap((key) => {
        const note = noteOf(this.graph, key)
        return note ? [[key, shifted(note)] as const] : []
      }),
    )
    if (tasks.size + notes.size === 0) return
    this.design.change(
      { key: 'nudge', values: { count: tasks.size + notes.size } },
      (graph) => place(graph, tasks, notes),
      `nudge ${[...tasks.keys(), ...notes.keys()].join()}`,
    )
  }

  /** Walks the graph from the selected task; with `extend` the next one is added to the selection. */
  walk(direction: Direction, extend: boolean): void {
    const boxes = this.boxes()
    const from = [...this.selection.tasks].at(-1)
    const next = from === undefined ? this.graph.order[0] : neighbour(this.graph, boxes, from, direction)
    if (next === undefined) return
    this.select({ tasks: new Set(extend ? [...this.selection.tasks, next] : [next]) })
    this.#view?.reveal(next)
    this.#view?.focus(next)
  }

  /** Does the one obvious thing about a problem; where a person has to choose, it asks. */
  fix(fix: Fix): void {
    const name = 'task' in fix ? this.nameFor(fix.task) : ''
    const change = (recipe: (graph: Graph) => void) => this.design.change({ key: 'fix', values: { kind: fix.fix, name } }, recipe)
    switch (fix.fix) {
      case 'connect':
        if (fix.to !== null) this.connect(fix.from, fix.outcome as Outcome, fix.to)
        else this.look.setState({ connecting: { from: fix.from, outcome: fix.outcome as Outcome }, finding: false })
        break
      case 'remove_link': {
        const key = this.graph.linkOrder[fix.link]
        if (key !== undefined) this.disconnect(key)
        break
      }
      case 'remove_variable':
        change((graph) => removeVariable(graph, fix.name))
        break
      case 'add_approval': {
        const approval = this.#make({ type: 'approval' })
        const box = this.boxes().get(fix.task)
        const at = onGrid({ x: (box?.x ?? 0) - 264, y: (box?.y ?? 0) - 16 }, 8)
        let id = ''
        change((graph) => {
          id = addApproval(graph, fix.task, approval, at)
        })
        this.goTo(id)
        this.look.setState({ inspector: true })
        break
      }
      case 'replace':
        change((graph) => setField(graph, fix.task, fix.field.split('.'), fix.text))
        break
      case 'rename_parameter':
        change((graph) => renameParameter(graph, fix.task, fix.from, fix.to))
        break
    }
  }

  // ---- fields ----

  /** Gives a task another id; returns how many places in expressions were rewritten, or undefined when the id cannot be taken. */
  rename(id: string, to: string): number | undefined {
    if (!isName(to) || to === START || to in this.graph.tasks) return undefined
    let count = 0
    this.design.change({ key: 'rename', values: { from: id, to } }, (graph) => {
      count = renameTask(graph, id, to)
    })
    this.select({ tasks: new Set([to]) })
    return count
  }

  /** Sets a field of a task; typing into one field coalesces. */
  set(task: string, path: readonly string[], value: unknown): void {
    this.design.change(
      { key: 'field', values: { name: this.nameFor(task), field: path.join('.') } },
      (graph) => setField(graph, task, path, value),
      `${task} ${path.join('.')}`,
    )
  }

  setEntries(task: string, field: string, entries: ReadonlyArray<readonly [string, unknown]>): void {
    this.design.change(
      { key: 'field', values: { name: this.nameFor(task), field } },
      (graph) => setEntries(graph, task, field, entries),
      `${task} ${field}`,
    )
  }

  /** Sets several fields of a task as one step. */
  setFields(task: string, fields: Record<string, unknown>): void {
    this.design.change({ key: 'field', values: { name: this.nameFor(task), field: Object.keys(fields)[0] ?? '' } }, (graph) => {
      for (const [field, value] of Object.entries(fields)) setField(graph, task, [field], value)
    })
  }

  setPlaybook(path: readonly string[], value: unknown): void {
    this.design.change(
      { key: 'playbook', values: { field: path.join('.') } },
      (graph) => setHead(graph, path, value),
      `playbook ${path.join('.')}`,
    )
  }

  setNote(key: string, fields: Record<string, unknown>): void {
    const resized = 'width' in fields
    this.design.change(
      {
        key: resized ? 'resize' : 'note',
        values: { kind: this.#word(noteOf(this.graph, key)?.kind === 'frame' ? 'canvas.frame' : 'canvas.note') },
      },
      (graph) => void Object.assign(graph.notes[key] as object, fields),
      resized ? undefined : `note ${key}`,
    )
  }
}

function overlaps(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width + 8 &&
    other.x < one.x + one.width + 8 &&
    one.y < other.y + other.height + 8 &&
    other.y < one.y + one.height + 8
  )
}

function cornerOf(positions: readonly Position[]): Position {
  return { x: Math.min(...positions.map(({ x }) => x)), y: Math.min(...positions.map(({ y }) => y)) }
}

function boundary(boxes: readonly Box[], margin: number, head: number): Box {
  const { x, y } = cornerOf(boxes)
  const right = Math.max(...boxes.map((box) => box.x + box.width))
  const bottom = Math.max(...boxes.map((box) => box.y + box.height))
  return { x: x - margin, y: y - head, width: right - x + 2 * margin, height: bottom - y + head + margin }
}

const SessionContext = createContext<Session | undefined>(undefined)

/** Gives a session to everything inside. */
export const SessionProvider = SessionContext.Provider

/** Returns the session of the designer around. */
export function useSession(): Session {
  const session = use(SessionContext)
  if (!session) throw new Error('outside of a designer')
  return session
}

/** Returns what is on the screen, and follows it. */
export function useLook<T>(pick: (look: Look) => T): T {
  return useStore(useSession().look, pick)
}

/** Returns the document as it stands, and follows it. */
export function useGraph(): Graph {
  return useGraphPart((graph) => graph)
}

/** Returns a part of the document, and is drawn again only when that part has changed. */
export function useGraphPart<T>(pick: (graph: Graph) => T): T {
  const { design, follow } = useSession()
  return useSyncExternalStore(follow, () => pick(design.graph))
}

/** Returns the document for what does not tell where things stand: a task that is only moved draws nothing again. */
export function useContent(): Graph {
  const last = useRef<Graph>(undefined)
  return useGraphPart((graph) => {
    const { current } = last
    const onlyMoved = current && onlyMoves(current, graph)
    if (!onlyMoved) last.current = graph
    return onlyMoved ? current : graph
  })
}

/**
 * Returns something of the session as it was at the last frame: what stands beside the canvas and only tells what was done must not hold
 * up the frame that shows it. `pick` returns the same value as long as nothing changed.
 */
export function useLater<T>(pick: (session: Session) => T): T {
  const session = useSession()
  const [value, setValue] = useState(() => pick(session))
  const newest = useRef(pick)
  useLayoutEffect(() => {
    newest.current = pick
  })
  useEffect(() => {
    let cancel: (() => void) | undefined
    const look = () => {
      cancel = undefined
      setValue(() => newest.current(session))
    }
    const changed = () => {
      cancel ??= afterFrame(look)
    }
    look()
    const stops = [session.design.subscribe(changed), session.look.subscribe(changed)]
    return () => {
      for (const stop of stops) stop()
      cancel?.()
    }
  }, [session])
  return value
}
