import type { ReactFlowState } from '@xyflow/react'
import { onTheme } from './ink'

/** A view that stood still for so long is at rest. */
const REST_MS = 120

/** What of React Flow's store a picture follows. */
export interface Views {
  getState(): ReactFlowState
  subscribe(changed: (state: ReactFlowState, before: ReactFlowState) => void): () => void
}

/** What a picture does while the view changes. */
export interface Follower {
  /** The picture is drawn anew: it is there for the first time, or its size or the theme has changed. */
  draw(): void
  /** The view moves; this runs in every frame of it. */
  move(): void
  /** The view has come to rest after a move. */
  rest?(): void
}

/** Draws a picture and lets it follow the view; returns how to stop. */
export function followView(views: Views, { draw, move, rest }: Follower): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const moved = () => {
    move()
    clearTimeout(timer)
    if (rest) timer = setTimeout(rest, REST_MS)
  }
  draw()
  const stops = [
    views.subscribe((state, before) => {
      if (state.width !== before.width || state.height !== before.height) draw()
      else if (state.transform !== before.transform) moved()
    }),
    onTheme(draw),
    () => clearTimeout(timer),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** Gives a canvas its size in pixels of the screen and clears it; its context counts in CSS pixels. */
export function fitTo(element: HTMLCanvasElement, context: CanvasRenderingContext2D, width: number, height: number): void {
  const density = densityOf()
  const [across, down] = [Math.max(1, Math.round(width * density)), Math.max(1, Math.round(height * density))]
  if (element.width !== across || element.height !== down) {
    element.width = across
    element.height = down
    element.style.width = `${width}px`
    element.style.height = `${height}px`
  }
  context.setTransform(density, 0, 0, density, 0, 0)
  context.clearRect(0, 0, width, height)
}

/** Returns how many pixels of the screen a CSS pixel has. */
export function densityOf(): number {
  return window.devicePixelRatio || 1
}

/** Runs when the next frame is on the screen, so that the frame does not wait for it; returns how to call it off. */
export function afterFrame(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(run)
  })
  return () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
}
