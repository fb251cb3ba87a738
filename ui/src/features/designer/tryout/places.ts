import type { EditorView } from '@codemirror/view'
import { type FieldKind, isInExpression } from '../../language/public'

/** What is dragged: a path such as `tasks.lookup.output.score`. */
export const PATH_TYPE = 'application/x-haetae-path'

let last: { view: EditorView; kind: FieldKind } | undefined

/** Remembers the expression field that was written in last: what is picked beside the form goes there. */
export function fieldFocused(view: EditorView, kind: FieldKind): void {
  last = { view, kind }
}

export function fieldGone(view: EditorView): void {
  if (last?.view === view) last = undefined
}

/** Returns what is written for a path at a place: in a text outside of an expression it needs its braces. */
export function writtenAt(path: string, text: string, index: number, kind: FieldKind): string {
  return kind === 'template' && !isInExpression(kind, text, index) ? `{{ ${path} }}` : path
}

/** Writes a path into a field. */
export function insertPath(path: string, view: EditorView, kind: FieldKind, index?: number): void {
  const { main } = view.state.selection
  const [from, to] = index === undefined ? [main.from, main.to] : [index, index]
  const insert = writtenAt(path, view.state.doc.toString(), from, kind)
  view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: 'input.drop' })
  view.focus()
}

/** Writes a path into the field that was written in last; tells whether there is one. */
export function insertInLast(path: string): boolean {
  if (!last?.view.dom.isConnected) return false
  insertPath(path, last.view, last.kind)
  return true
}
