import type { Outcome } from '../generated/api'
import { innerOutcomes, type TaskType } from './tasks'

/** A size in pixels at 100 %. */
export interface Size {
  width: number
  height: number
}

/** The diameter of the start node. */
export const START_SIZE = 40

/** Measures a text in the font of task names. */
export type Measure = (text: string) => number

let measureInBrowser: Measure | undefined

/** Returns the measure of the browser's canvas; where there is none, half-width and full-width characters are counted. */
export function textMeasure(): Measure {
  if (measureInBrowser) return measureInBrowser
  const context = typeof document === 'undefined' ? null : document.createElement('canvas').getContext?.('2d')
  if (!context) return countMeasure
  context.font = `700 13px ${getComputedStyle(document.body).fontFamily || 'sans-serif'}`
  const known = new Map<string, number>()
  measureInBrowser = (text) => {
    let width = known.get(text)
    if (width === undefined) {
      width = context.measureText(text).width
      known.set(text, width)
    }
    return width
  }
  return measureInBrowser
}

/** Forgets measured widths, for when the fonts have arrived. */
export function forgetMeasures(): void {
  measureInBrowser = undefined
}

/** Counts 13 px for a full-width character and 7.4 px for any other. */
export const countMeasure: Measure = (text) => {
  let width = 0
  for (const character of text) width += (character.codePointAt(0) ?? 0) >= 0x1100 ? 13 : 7.4
  return width
}

/** Returns how many lines a name takes when it wraps between words, and inside a word that is wider than a line. */
export function lineCount(name: string, width: number, measure: Measure): number {
  const space = measure(' ')
  let lines = 1
  let used = 0
  for (const word of name.split(/\s+/).filter(Boolean)) {
    const length = measure(word)
    if (used > 0 && used + space + length <= width) used += space + length
    else {
      if (used > 0) lines += 1
      const over = Math.ceil(length / width)
      lines += Math.max(0, over - 1)
      used = length - Math.max(0, over - 1) * width
    }
  }
  return lines
}

/** Border, padding, tile and gap to the left of a name, and the padding to its right. */
const BESIDE_NAME = 9 + 28 + 8 + 8
/** The room for outcome names inside a node. */
const BESIDE_OUTCOMES = 52
const LINE = 18

/** Returns the size of a task node: its width depends on the type only, its height also on how its name wraps. */
export function taskSize(type: TaskType | undefined, name: string, measure: Measure = textMeasure()): Size {
  const inner = innerOutcomes(type).length
  const width = inner > 0 ? 216 : 176
  const lines = lineCount(name, width - BESIDE_NAME - (inner > 0 ? BESIDE_OUTCOMES : 0) - 2, measure)
  return { width, height: Math.max(inner === 3 ? 84 : 56, 20 + LINE * (lines + 1)) }
}

/** A connection point of an outcome, relative to the node's top left corner. */
export interface Point {
  outcome: Outcome
  x: number
  y: number
  side: 'right' | 'bottom'
}

/** The distance between outcomes named inside a node. */
const OUTCOME_STEP = 26

/** Returns the outgoing connection points of a type: inside names every 26 px, `failed` 16 px under `done`, else at the foot. */
export function outgoingPoints(type: TaskType | undefined, size: Size): Point[] {
  const middle = size.height / 2
  const inner = innerOutcomes(type)
  if (inner.length === 0) {
    return [
      { outcome: 'done', x: size.width, y: middle, side: 'right' },
      { outcome: 'failed', x: size.width, y: middle + 16, side: 'right' },
    ]
  }
  const points: Point[] = inner.map((outcome, index) => ({
    outcome,
    x: size.width,
    y: middle + (index - (inner.length - 1) / 2) * OUTCOME_STEP,
    side: 'right',
  }))
  points.push({ outcome: 'failed', x: 23, y: size.height, side: 'bottom' })
  return points
}
