import { onTheme } from './ink'
import type { View, Views } from './views'

/** A view that stood still for so long is at rest. */
const REST_MS = 120

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
  // Before the first layout nobody knows how large the view is, and before it is placed where it is: what is drawn then is drawn again at once.
  const isPlaced = ({ width, height, panZoom }: View) => width > 0 && height > 0 && panZoom !== null
  const redraw = () => {
    if (isPlaced(views.getState())) draw()
  }
  redraw()
  const stops = [
    views.subscribe((state, before) => {
      if (state.width !== before.width || state.height !== before.height || isPlaced(state) !== isPlaced(before)) redraw()
      else if (isElsewhere(state, before) && isPlaced(state)) {
        // A drawing that is fitted as it opens is placed, not moved.
        if (before.fitViewQueued) redraw()
        else moved()
      }
    }),
    onTheme(redraw),
    () => clearTimeout(timer),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

function isElsewhere({ transform: [x, y, zoom] }: View, { transform: before }: View): boolean {
  return x !== before[0] || y !== before[1] || zoom !== before[2]
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

/** Returns the nearest place on the screen's own pixels. */
export function whole(value: number): number {
  const density = densityOf()
  return Math.round(value * density) / density
}

/** Runs when so many frames are on the screen, so that they do not wait for it; returns how to call it off. */
export function afterFrame(run: () => void, frames = 1): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let frame = 0
  const wait = (left: number) => {
    frame = requestAnimationFrame(() => {
      if (left > 1) wait(left - 1)
      else timer = setTimeout(run)
    })
  }
  wait(frames)
  return () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
}

/** Runs a part of some work after every frame from the second on, until it says that all is done, and `done` then; returns how to call it off. */
export function betweenFrames(part: () => boolean, done: () => void): () => void {
  let stop = () => {}
  const next = () => {
    if (part()) done()
    else stop = afterFrame(next)
  }
  stop = afterFrame(next, 2)
  return () => stop()
}
