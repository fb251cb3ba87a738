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
import { Annotation, EditorState, Prec } from '@codemirror/state'
import { EditorView, keymap, placeholder as placeholderOf, tooltips } from '@codemirror/view'
import { useEffect, useId, useRef, useState } from 'react'
import { textIn, useText, useTranslation } from '../../../app/i18n'
import { type Language, languageOf } from '../../../canvas/public'
import type { CheckedExpression, Playbook } from '../../../generated/api'
import { Hostile, visible } from '../../../kit'
import { call } from '../../../platform'
import css from '../designer.module.css'
import { useGraph, useSession } from '../session'
import { type FieldKind, highlighting, isInExpression } from './language'
import { bytesBefore, indexAt } from './utf8'

/** The value is asked for this long after the last key. */
const CHECK_MS = 250

/** Marks a change that came from the document, such as an undo, so that it is not written back. */
const FromDocument = Annotation.define<boolean>()

export interface ExpressionFieldProps {
  label: string
  value: string
  kind: FieldKind
  task: string | undefined
  /** Whether it stands in `assign`, where it sees `output`. */
  assign?: boolean
  multiline?: boolean
  placeholder?: string
  hideLabel?: boolean
  labelEnd?: React.ReactNode
  description?: string
  onChange: (text: string) => void
}

/** An expression, or a text with `{{ }}`: coloured, checked as it is typed, completed, with its value under it. */
export function ExpressionField(props: ExpressionFieldProps) {
  const { label, value, kind, task, assign, multiline, placeholder } = props
  const { t, i18n } = useTranslation()
  const text = useText()
  const session = useSession()
  const graph = useGraph()
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<EditorView | undefined>(undefined)
  const onChange = useRef(props.onChange)
  onChange.current = props.onChange
  const language = languageOf(i18n.language)
  const asked = useRef({ language, task, assign, t })
  asked.current = { language, task, assign, t }
  const [checked, setChecked] = useState<CheckedExpression>()
  const labelId = useId()

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once for a field; its value follows below
  useEffect(() => {
    if (!host.current) return
    const complete = async (context: CompletionContext): Promise<CompletionResult | null> => {
      const whole = context.state.doc.toString()
      if (!isInExpression(kind, whole, context.pos)) return null
      const before = context.matchBefore(/[\p{L}\p{N}_.[\]]+/u)
      if (!before && !context.explicit) return null
      const { task: taskId, assign: inAssign, language: spoken } = asked.current
      const answer = await call('expression.complete', {
        text: whole,
        cursor: bytesBefore(whole, context.pos),
        kind,
        document: session.document(),
        playbook: session.id,
        task: taskId,
        assign: inAssign,
      }).catch(() => undefined)
      if (!answer || context.aborted || answer.items.length === 0) return null
      return {
        from: indexAt(whole, answer.span.start),
        to: indexAt(whole, answer.span.end),
        options: answer.items.map((item, index) => option(item, answer.items.length - index, spoken, asked.current.t)),
        validFor: /^[\p{L}\p{N}_]*$/u,
      }
    }
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          highlighting(kind),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ override: [complete], icons: false, optionClass: () => css.option ?? '' }),
          tooltips({ position: 'fixed' }),
          Prec.highest(keymap.of([{ key: 'Tab', run: acceptCompletion }])),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap]),
          multiline ? EditorView.lineWrapping : EditorState.transactionFilter.of((change) => (change.newDoc.lines > 1 ? [] : [change])),
          EditorView.contentAttributes.of({ 'aria-labelledby': labelId, spellcheck: 'false', autocapitalize: 'off' }),
          placeholder ? placeholderOf(placeholder) : [],
          EditorView.updateListener.of((update) => {
            if (!update.docChanged || update.transactions.some((change) => change.annotation(FromDocument))) return
            onChange.current(update.state.doc.toString())
          }),
        ],
      }),
    })
    editor.current = view
    return () => {
      editor.current = undefined
      view.destroy()
    }
  }, [])

  useEffect(() => {
    const view = editor.current
    if (!view) return
    const shown = view.state.doc.toString()
    if (shown !== value) view.dispatch({ changes: { from: 0, to: shown.length, insert: value }, annotations: FromDocument.of(true) })
  }, [value])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the value depends on the whole document, not only on this text
  useEffect(() => {
    if (value.trim() === '' || (kind === 'template' && !value.includes('{{'))) {
      setChecked(undefined)
      return
    }
    let live = true
    const timer = setTimeout(() => {
      const document: Playbook = session.document()
      call('expression.check', { text: value, kind, document, playbook: session.id, task, assign }).then(
        (answer) => {
          if (live) setChecked(answer)
        },
        () => {
          if (live) setChecked(undefined)
        },
      )
    }, CHECK_MS)
    return () => {
      live = false
      clearTimeout(timer)
    }
  }, [value, kind, task, assign, session, graph])

  useEffect(() => {
    const view = editor.current
    if (!view) return
    const shown = view.state.doc.toString()
    const marks: Mark[] = (shown === value ? (checked?.diagnostics ?? []) : []).map((diagnostic) => {
      const from = diagnostic.span ? indexAt(shown, diagnostic.span.start) : 0
      const to = diagnostic.span ? indexAt(shown, diagnostic.span.end) : shown.length
      return {
        from,
        to: Math.max(from, to),
        severity: diagnostic.level === 'error' ? 'error' : 'warning',
        message: `${diagnostic.code} ${visible(textIn(diagnostic.message, language))}`,
      }
    })
    view.dispatch(setDiagnostics(view.state, marks))
  }, [checked, value, language])

  const problem = checked?.diagnostics[0]
  return (
    <div className={css.field}>
      <div className={props.hideLabel ? 'visually-hidden' : css.fieldLabel}>
        <span id={labelId}>{label}</span>
        {props.labelEnd}
      </div>
      <div ref={host} className={`${css.editor} ${multiline ? css.editorTall : ''}`} />
      {problem ? (
        <div className={problem.level === 'error' ? css.fieldError : css.fieldWarning}>
          <Hostile text={text(problem.message)} /> {problem.hint && <Hostile text={text(problem.hint)} />}
        </div>
      ) : checked?.value !== null && checked?.value !== undefined ? (
        <div className={css.preview} title={checked.execution ? t('designer.inspector.from', { execution: checked.execution }) : undefined}>
          <span>{t('designer.inspector.value')}</span>
          <code className="cut">
            <Hostile text={checked.value} />
          </code>
        </div>
      ) : props.description ? (
        <div className={css.fieldHint}>{props.description}</div>
      ) : null}
    </div>
  )
}

type Item = Awaited<ReturnType<typeof call<'expression.complete'>>>['items'][number]

function option(item: Item, boost: number, language: Language, t: ReturnType<typeof useTranslation>['t']): Completion {
  return {
    label: item.insert,
    detail: item.value === null ? item.detail : `${item.detail}  ${visible(item.value)}`,
    boost: Math.min(99, boost),
    type: item.kind,
    info: () => {
      const box = document.createElement('div')
      const head = box.appendChild(document.createElement('b'))
      head.className = 'mono'
      head.textContent = item.insert
      const kind = box.appendChild(document.createElement('span'))
      const known = ['function', 'input', 'variable', 'task', 'field'].includes(item.kind)
      kind.textContent = ` ${known ? t(`designer.completion.${item.kind as 'field'}`) : item.kind} ${item.detail}`
      const words = textIn(item.documentation, language)
      if (words) box.appendChild(document.createElement('p')).textContent = visible(words)
      if (item.value !== null)
        box.appendChild(document.createElement('p')).textContent = t('designer.completion.last', { value: visible(item.value) })
      return box
    },
  }
}
