import type { TFunction } from 'i18next'
import { createContext, use } from 'react'
import { LivePoints } from './livePoints'

/** What every node of one canvas knows. */
export interface CanvasContext {
  /** Texts, each asked for once. */
  t: TFunction
  /** Under 50 % zoom: nodes show only their glyph and status. */
  far: boolean
  /** Under 25 %: nodes are only boxes. */
  speck: boolean
  editable: boolean
  /** The tasks whose connection points answer. */
  points: LivePoints
  /** Opens the problems of a task. */
  onProblems: ((task: string) => void) | undefined
  /** Stores the text of a note. */
  onNoteText: ((key: string, text: string) => void) | undefined
  /** Stores the size of a note when a resize has ended. */
  onNoteResize: ((key: string, box: { x: number; y: number; width: number; height: number }) => void) | undefined
}

export const Canvas = createContext<CanvasContext>({
  t: ((key: string) => key) as TFunction,
  far: false,
  speck: false,
  editable: false,
  points: new LivePoints(),
  onProblems: undefined,
  onNoteText: undefined,
  onNoteResize: undefined,
})

/** Returns what the canvas around a node says. */
export function useCanvas(): CanvasContext {
  return use(Canvas)
}
