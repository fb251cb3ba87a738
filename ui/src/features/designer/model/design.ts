import { applyPatches, enablePatches, type Patch, produceWithPatches } from 'immer'
import type { Graph } from '../../../canvas/model'
import type { Label } from './label'

enablePatches()

/** One undo step: what a person did, with the patches that do it and those that take it back. */
export interface Step {
  /** Grows with every step of this design; never used twice. */
  number: number
  label: Label
  /** When it was done, in milliseconds; for a coalesced step, when it was last added to. */
  at: number
  patches: Patch[]
  inverse: Patch[]
  /** Steps of the same key coalesce while they follow one another quickly. */
  merge?: string
}

/** A gesture that is going on, such as a drag: many updates, one step. */
export interface Gesture {
  update(recipe: (graph: Graph) => void): void
  commit(): void
  cancel(): void
}

/** Two edits of the same key within this time are one step. */
export const COALESCE_MS = 1_200

/** The oldest steps are forgotten beyond this many. */
export const LONGEST_HISTORY = 10_000

/**
 * The document being designed, with its history. Every change goes through `change` or a gesture; selection, viewport, diagnostics
 * and measured sizes live elsewhere and can therefore never be undone.
 */
export class Design {
  #graph: Graph
  #past: readonly Step[] = []
  #future: readonly Step[] = []
  #number = 0
  #sealed = false
  #forgot = false
  #gesture: { start: Graph; label: Label } | undefined
  readonly #listeners = new Set<() => void>()
  readonly #now: () => number
  readonly #longest: number

  constructor(graph: Graph, now: () => number = Date.now, longest: number = LONGEST_HISTORY) {
    this.#graph = graph
    this.#now = now
    this.#longest = longest
  }

  /** The document as it stands; an immutable value. */
  get graph(): Graph {
    return this.#graph
  }

  /** The steps that can be undone, oldest first. */
  get past(): readonly Step[] {
    return this.#past
  }

  /** The steps that can be redone, next first. */
  get future(): readonly Step[] {
    return this.#future
  }

  /** The number of the last step that is done; 0 at the beginning. It names this state of the document. */
  get at(): number {
    return this.#past.at(-1)?.number ?? 0
  }

  /** Whether the oldest steps are forgotten: undoing everything does not lead to the document that was opened. */
  get forgot(): boolean {
    return this.#forgot
  }

  /** Returns how many steps lie between a state and now, in either direction; undefined when the way there is forgotten. */
  stepsSince(state: number): number | undefined {
    if (state === 0) return this.#forgot ? undefined : this.#past.length
    const done = this.#past.findIndex((step) => step.number === state)
    if (done >= 0) return this.#past.length - 1 - done
    const undone = this.#future.findIndex((step) => step.number === state)
    return undone >= 0 ? undone + 1 : undefined
  }

  /** Ends the step that is being typed: what was saved must not be changed under its name. */
  seal(): void {
    this.#sealed = true
  }

  /** Calls `listener` after every change; returns how to stop. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Makes one labelled step; does nothing and returns false when the recipe changes nothing. */
  change(label: Label, recipe: (graph: Graph) => void, merge?: string): boolean {
    this.#finishGesture()
    const [next, patches, inverse] = produceWithPatches(this.#graph, (draft: Graph) => {
      recipe(draft)
    })
    if (patches.length === 0) return false
    this.#record(label, next, patches, inverse, merge)
    return true
  }

  /** Starts a gesture; its updates show at once, and committing it makes one step however many there were. */
  begin(label: Label): Gesture {
    this.#finishGesture()
    const gesture = { start: this.#graph, label }
    this.#gesture = gesture
    const open = () => this.#gesture === gesture
    return {
      update: (recipe) => {
        if (!open()) return
        const [next] = produceWithPatches(gesture.start, (draft: Graph) => {
          recipe(draft)
        })
        if (next === this.#graph) return
        this.#graph = next
        this.#tell()
      },
      commit: () => {
        if (open()) this.#finishGesture()
      },
      cancel: () => {
        if (!open()) return
        this.#gesture = undefined
        this.#graph = gesture.start
        this.#tell()
      },
    }
  }

  /** Takes the last step back. */
  undo(): Step | undefined {
    this.#finishGesture()
    const step = this.#past.at(-1)
    if (!step) return undefined
    this.#graph = applyPatches(this.#graph, step.inverse)
    this.#past = this.#past.slice(0, -1)
    this.#future = [step, ...this.#future]
    this.#tell()
    return step
  }

  /** Does the next undone step again. */
  redo(): Step | undefined {
    this.#finishGesture()
    const step = this.#future[0]
    if (!step) return undefined
    this.#graph = applyPatches(this.#graph, step.patches)
    this.#past = [...this.#past, step]
    this.#future = this.#future.slice(1)
    this.#tell()
    return step
  }

  /** Undoes or redoes until exactly `count` steps are done. */
  go(count: number): void {
    while (this.#past.length > Math.max(0, count) && this.undo());
    while (this.#past.length < count && this.redo());
  }

  /** Starts anew from another document, with an empty history. */
  open(graph: Graph): void {
    this.#gesture = undefined
    this.#graph = graph
    this.#past = []
    this.#future = []
    this.#forgot = false
    this.#tell()
  }

  #finishGesture(): void {
    const gesture = this.#gesture
    if (!gesture) return
    this.#gesture = undefined
    const end = this.#graph
    this.#graph = gesture.start
    const [next, patches, inverse] = produceWithPatches(gesture.start, (draft: Graph) => {
      copyInto(draft as unknown as Tree, gesture.start as unknown as Tree, end as unknown as Tree)
    })
    if (patches.length === 0) this.#tell()
    else this.#record(gesture.label, next, patches, inverse)
  }

  #record(label: Label, next: Graph, patches: Patch[], inverse: Patch[], merge?: string): void {
    const at = this.#now()
    const last = this.#past.at(-1)
    const coalesces =
      merge !== undefined && !this.#sealed && last?.merge === merge && this.#future.length === 0 && at - last.at <= COALESCE_MS
    this.#sealed = false
    this.#graph = next
    this.#future = []
    if (coalesces) this.#past = [...this.#past.slice(0, -1), { ...last, label, at, ...joined(last, patches, inverse) }]
    else {
      this.#number += 1
      this.#forgot ||= this.#past.length >= this.#longest
      this.#past = [...this.#past.slice(1 - this.#longest), { number: this.#number, label, at, patches, inverse, merge }]
    }
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

type Tree = Record<string, unknown>

/** Copies into `draft` the branches of `to` that are not the very same in `from`, so that the patches are as small as the change. */
function copyInto(draft: Tree, from: Tree, to: Tree): void {
  for (const key of Object.keys(from)) if (!(key in to)) delete draft[key]
  for (const key of Object.keys(to)) {
    if (from[key] === to[key] && key in from) continue
    if (isTree(from[key]) && isTree(to[key])) copyInto(draft[key] as Tree, from[key], to[key])
    else draft[key] = to[key]
  }
}

function isTree(value: unknown): value is Tree {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** Joins a later change to a step; of a field that was typed into many times only the first and the last text are kept. */
function joined(step: Step, patches: Patch[], inverse: Patch[]): Pick<Step, 'patches' | 'inverse'> {
  const [before, after] = [step.patches, patches]
  const field = (only: Patch[]) => (only.length === 1 && only[0]?.op === 'replace' ? only[0].path.join('/') : undefined)
  const sameField = field(before) !== undefined && field(before) === field(after)
  if (sameField) return { patches: after, inverse: step.inverse }
  return { patches: [...before, ...after], inverse: [...inverse, ...step.inverse] }
}
