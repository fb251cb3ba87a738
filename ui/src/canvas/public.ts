/** The canvas: a playbook document drawn, to be looked at or edited. */
export { durationInWords, writtenDuration } from './describe'
export { type CanvasEditor, type CanvasView, GraphCanvas, type GraphCanvasProps } from './GraphCanvas'
export { Glyph, type GlyphName } from './glyphs'
export * from './model'
export { PlaybookCanvas, type PlaybookCanvasProps } from './PlaybookCanvas'
export { NO_SELECTION, type ProblemCount, type Selection } from './projection'
