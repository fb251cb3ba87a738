import type { ReactFlowState, useStoreApi, Viewport } from '@xyflow/react'
import { useSyncExternalStore } from 'react'

/** A view that moved is told to everybody when it stood still for so long. */
const REST_MS = 120
/** Nodes that nobody sees follow the view so much later: what is under the pointer then is what is seen there. */
const LAG_MS = 40

/** What of React Flow's state the view is, and whether it stands where the drawing opens. */
export type View = Pick<ReactFlowState, 'transform' | 'width' | 'height' | 'panZoom' | 'fitViewQueued'>

type Store = ReturnType<typeof useStoreApi>
type Follow = (now: View, before: View) => void

/**
 * The view of one canvas. React Flow asks every connection point and every link of the page, a thousand subscribers, after each frame of a
 * move, though none of them depends on the view. Of a large drawing a move is told here instead, to those who follow the view; whoever
 * reads the state of React Flow finds the new view there at once, and its subscribers are asked when the move has come to rest.
 */
export class Views {
  readonly #store: Store
  readonly #followers = new Set<Follow>()
  #drawing: HTMLElement | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #lag: ReturnType<typeof setTimeout> | undefined
  #isCovered = false

  constructor(store: Store) {
    this.#store = store
  }

  getState = (): View => this.#store.getState()

  subscribe = (follow: Follow): (() => void) => {
    this.#followers.add(follow)
    const stop = this.#store.subscribe(follow)
    return () => {
      this.#followers.delete(follow)
      stop()
    }
  }

  /** Moves the view without asking the subscribers of React Flow. */
  move = ({ x, y, zoom }: Viewport): void => {
    const state = this.#store.getState()
    const { transform, width, height, panZoom, fitViewQueued } = state
    if (transform[0] === x && transform[1] === y && transform[2] === zoom) return
    state.transform = [x, y, zoom]
    for (const follow of this.#followers) follow(state, { transform, width, height, panZoom, fitViewQueued })
    clearTimeout(this.#lag)
    if (this.#isCovered) this.#lag = setTimeout(this.#place, LAG_MS)
    else this.#place()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#tell, REST_MS)
  }

  /** Whether a picture covers the nodes and links. */
  get isCovered(): boolean {
    return this.#isCovered
  }

  /** While a picture covers the nodes and links, they need not follow every step of a move: a page places each part of each of them anew. */
  cover(isCovered: boolean): void {
    this.#isCovered = isCovered
    if (!isCovered) this.#place()
  }

  #place = (): void => {
    clearTimeout(this.#lag)
    const { domNode, transform } = this.#store.getState()
    const [x, y, zoom] = transform
    if (!this.#drawing?.isConnected) this.#drawing = domNode?.querySelector('.react-flow__viewport') ?? null
    if (this.#drawing) this.#drawing.style.transform = `translate(${x}px,${y}px) scale(${zoom})`
  }

  #tell = (): void => this.#store.setState({ transform: this.#store.getState().transform })
}

const known = new WeakMap<Store['getState'], Views>()

/** Returns the view of the canvas that a store belongs to. */
export function viewsOf(store: Store): Views {
  let views = known.get(store.getState)
  if (!views) {
    views = new Views(store)
    known.set(store.getState, views)
  }
  return views
}

/** Returns whether the zoom is under `limit`, and follows it. */
export function useUnder(views: Views, limit: number): boolean {
  return useSyncExternalStore(views.subscribe, () => views.getState().transform[2] < limit)
}
