/** The canvas: a playbook document drawn, to be looked at or edited. */
export { onlyMoves } from './ahead'
export type { DrawnRun, DrawnRuns } from './describe'
export { type CanvasEditor, type CanvasView, GraphCanvas } from './GraphCanvas'
export { Glyph, type GlyphName } from './glyphs'
export * from './model'
export { PlaybookCanvas } from './PlaybookCanvas'
export { afterFrame } from './picture'
export { NO_SELECTION, type ProblemCount, type Selection } from './projection'
