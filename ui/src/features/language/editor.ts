import {
  acceptCompletion,
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap } from '@codemirror/commands'
import { bracketMatching } from '@codemirror/language'
import { type Diagnostic as Mark, setDiagnostics } from '@codemirror/lint'
import { EditorState, type Extension, Prec, StateEffect, StateField } from '@codemirror/state'
import { EditorView, hoverTooltip, keymap, showTooltip, type Tooltip, tooltips, ViewPlugin, type ViewUpdate } from '@codemirror/view'
import { textIn } from '../../app/i18n'
import type { Language } from '../../canvas/public'
import type { CheckedExpression, Diagnostic, Operations } from '../../generated/api'
import { visible } from '../../kit'
import { call } from '../../platform'
import { functionCard, valueCard, type Words } from './cards'
import { knownFunctions } from './functions'
import { type FieldKind, highlighting, isInExpression } from './highlight'
import { bytesBefore, indexAt } from './utf8'

type Completions = Operations['expression.complete']['response']
type Item = Completions['items'][number]

/** Where an expression stands: what it may read, and in which language it is explained. */
export interface Surroundings {
  kind: FieldKind
  /** The playbook document and the place in it; outside of one any name may be read. */
  place: () => Pick<Operations['expression.check']['request'], 'document' | 'playbook' | 'task' | 'assign'>
  language: () => Language
  words: () => Words & { kind: (kind: string) => string; last: (value: string) => string }
  /** Opens the reference, at the function where the cursor stands. */
  onHelp: (name: string | undefined) => void
  optionClass?: string
}

/** The cursor rests this long before the call around it is asked for. */
const CALL_MS = 120

const WORD = /[\p{L}_][\p{L}\p{N}_]*/gu
const PATH_BEFORE = /[\p{L}\p{N}_.[\]]+/u

/** Returns the word around a place. */
function wordAt(text: string, index: number): { from: number; to: number; text: string } | undefined {
  for (const match of text.matchAll(WORD)) {
    const to = match.index + match[0].length
    if (match.index <= index && index <= to) return { from: match.index, to, text: match[0] }
  }
  return undefined
}

/** Everything that makes a text field an expression field, except what its owner does with the text. */
export function expressionEditor(around: Surroundings, multiline: boolean): Extension {
  return [
    highlighting(around.kind),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ override: [(context) => complete(context, around)], icons: false, optionClass: () => around.optionClass ?? '' }),
    tooltips({ position: 'fixed' }),
    hoverTooltip((view, index) => hover(view, index, around), { hoverTime: 350 }),
    signatureHelp(around),
    Prec.highest(
      keymap.of([
        { key: 'Tab', run: acceptCompletion },
        {
          key: 'F1',
          run: (view) => {
            const { head } = view.state.selection.main
            const text = view.state.doc.toString()
            const word = wordAt(text, head)
            const inside = view.state.field(signature).doc
            void knownFunctions().then((functions) => around.onHelp(word && functions.has(word.text) ? word.text : inside))
            return true
          },
        },
        { key: 'Escape', run: closeSignature },
      ]),
    ),
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap]),
    multiline ? EditorView.lineWrapping : EditorState.transactionFilter.of((change) => (change.newDoc.lines > 1 ? [] : [change])),
  ]
}

let lastAsked: { text: string; cursor: number; around: Surroundings; answer: Promise<Completions | undefined> } | undefined

/** Asks what could stand at a place and which call is around it; the list and the signature share one answer. */
function askAt(text: string, index: number, around: Surroundings): Promise<Completions | undefined> {
  const cursor = bytesBefore(text, index)
  if (lastAsked?.text === text && lastAsked.cursor === cursor && lastAsked.around === around) return lastAsked.answer
  const answer = call('expression.complete', { text, cursor, kind: around.kind, ...around.place() }).catch(() => undefined)
  lastAsked = { text, cursor, around, answer }
  return answer
}

async function complete(context: CompletionContext, around: Surroundings): Promise<CompletionResult | null> {
  // A syllable that is still being composed is no word yet.
  if (context.view?.composing) return null
  const whole = context.state.doc.toString()
  if (!isInExpression(around.kind, whole, context.pos)) return null
  if (!context.matchBefore(PATH_BEFORE) && !context.explicit) return null
  const answer = await askAt(whole, context.pos, around)
  if (!answer || context.aborted || answer.items.length === 0) return null
  return {
    from: indexAt(whole, answer.span.start),
    to: indexAt(whole, answer.span.end),
    options: answer.items.map((item, index) => option(item, answer.items.length - index, around)),
    validFor: /^[\p{L}\p{N}_]*$/u,
  }
}

function option(item: Item, boost: number, around: Surroundings): Completion {
  return {
    label: item.insert,
    detail: item.value === null ? item.detail : `${item.detail}  ${visible(item.value)}`,
    boost: Math.min(99, boost),
    type: item.kind,
    info: async () => {
      const language = around.language()
      const words = around.words()
      const doc = item.kind === 'function' ? (await knownFunctions()).get(item.insert.replace(/\($/, '')) : undefined
      if (doc) return functionCard(doc, language, words)
      const box = document.createElement('div')
      const head = box.appendChild(document.createElement('b'))
      head.className = 'mono'
      head.textContent = visible(item.insert)
      box.appendChild(document.createElement('span')).textContent = ` ${words.kind(item.kind)} ${item.detail}`
      const said = textIn(item.documentation, language)
      if (said) box.appendChild(document.createElement('p')).textContent = visible(said)
      if (item.value !== null) box.appendChild(document.createElement('p')).textContent = words.last(visible(item.value))
      return box
    },
  }
}

async function hover(view: EditorView, index: number, around: Surroundings): Promise<Tooltip | null> {
  const text = view.state.doc.toString()
  if (view.composing || !isInExpression(around.kind, text, index)) return null
  const word = wordAt(text, index)
  if (!word || isQuoted(text, word.from, around.kind)) return null
  const { from, to } = word
  const at = { pos: from, end: to, above: true, arrow: false }
  const doc = (await knownFunctions()).get(word.text)
  if (doc && /^\s*\(/.test(text.slice(to))) return { ...at, create: () => ({ dom: functionCard(doc, around.language(), around.words()) }) }
  const path = /[\p{L}_][\p{L}\p{N}_]*(?:\[-?\d+\]|\.[\p{L}_][\p{L}\p{N}_]*)*$/u.exec(text.slice(0, to))?.[0] ?? word.text
  const checked = await call('expression.check', { text: path, kind: 'expression', ...around.place() }).catch(() => undefined)
  if (!checked) return null
  const problem = checked.diagnostics[0]
  if (!problem && checked.value === null) return null
  const said = problem && textIn(problem.message, around.language())
  return { ...at, create: () => ({ dom: valueCard(path, checked.value, checked.value_type, said, around.words()) }) }
}

/** Tells whether a place is inside a quoted text. */
function isQuoted(text: string, index: number, kind: FieldKind): boolean {
  const start = kind === 'template' ? text.lastIndexOf('{{', index) + 2 : 0
  let quoted = false
  for (let at = start; at < index; at++) {
    if (text[at] === '\\' && quoted) at++
    else if (text[at] === '"') quoted = !quoted
  }
  return quoted
}

// ---- the signature while arguments are typed ----

const showSignature = StateEffect.define<{ tooltip: Tooltip; doc: string } | null>()

const signature = StateField.define<{ tooltip: Tooltip | null; doc: string | undefined }>({
  create: () => ({ tooltip: null, doc: undefined }),
  update(shown, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(showSignature)) return { tooltip: effect.value?.tooltip ?? null, doc: effect.value?.doc }
    if (shown.tooltip === null || !transaction.docChanged) return shown
    return { ...shown, tooltip: { ...shown.tooltip, pos: Math.min(transaction.newSelection.main.head, transaction.newDoc.length) } }
  },
  provide: (field) => showTooltip.from(field, (shown) => shown.tooltip),
})

function closeSignature(view: EditorView): boolean {
  if (view.state.field(signature).tooltip === null) return false
  view.dispatch({ effects: showSignature.of(null) })
  return true
}

/** Shows the call around the cursor while its arguments are typed; never while a syllable is composed. */
function signatureHelp(around: Surroundings): Extension {
  const follow = ViewPlugin.fromClass(
    class {
      #timer: ReturnType<typeof setTimeout> | undefined
      #number = 0

      constructor(readonly view: EditorView) {}

      update(update: ViewUpdate) {
        if (update.focusChanged && !update.view.hasFocus) this.#later(0)
        else if ((update.docChanged || update.selectionSet) && update.view.hasFocus) this.#later(CALL_MS)
      }

      #later(wait: number) {
        clearTimeout(this.#timer)
        const number = ++this.#number
        this.#timer = setTimeout(() => void this.#ask(number), wait)
      }

      async #ask(number: number) {
        const { view } = this
        const { head } = view.state.selection.main
        const text = view.state.doc.toString()
        const before = text.slice(0, head)
        // Without an open bracket before the cursor there is no call, and nothing to ask.
        if (!view.hasFocus || view.composing || !before.includes('(') || !isInExpression(around.kind, text, head)) {
          closeSignature(view)
          return
        }
        const answer = await askAt(text, head, around)
        const doc = answer?.call ? (await knownFunctions()).get(answer.call.function) : undefined
        if (number !== this.#number || view.composing) return
        const argument = answer?.call?.argument
        if (!doc) {
          closeSignature(view)
          return
        }
        const card = functionCard(doc, around.language(), around.words(), argument)
        view.dispatch({
          effects: showSignature.of({
            doc: doc.name,
            tooltip: { pos: head, above: true, strictSide: false, arrow: false, create: () => ({ dom: card }) },
          }),
        })
      }

      destroy() {
        clearTimeout(this.#timer)
        this.#number = -1
      }
    },
  )
  return [signature, follow]
}

// ---- diagnostics ----

/** Marks what is wrong in the text it was found in; marks of an older text are dropped. */
export function markProblems(view: EditorView, checked: CheckedExpression | undefined, of: string, language: Language): void {
  const shown = view.state.doc.toString()
  const marks = shown === of ? (checked?.diagnostics ?? []).map((each) => markOf(each, shown, language)) : []
  view.dispatch(setDiagnostics(view.state, marks))
}

function markOf(diagnostic: Diagnostic, text: string, language: Language): Mark {
  let from = diagnostic.span ? indexAt(text, diagnostic.span.start) : 0
  const to = Math.max(from, diagnostic.span ? indexAt(text, diagnostic.span.end) : text.length)
  // A mark of no width is invisible; at the end of the text it stands under the last character.
  if (from === to && to === text.length && from > 0) from -= 1
  const hint = textIn(diagnostic.hint, language)
  return {
    from,
    to,
    severity: diagnostic.level === 'error' ? 'error' : 'warning',
    message: `${diagnostic.code} ${visible(textIn(diagnostic.message, language))}${hint ? `\n${visible(hint)}` : ''}`,
  }
}
