import { Annotation, EditorState } from '@codemirror/state'
import { EditorView, placeholder as placeholderOf } from '@codemirror/view'
import { useEffect, useId, useRef, useState } from 'react'
import { useText, useTranslation } from '../../../app/i18n'
import { languageOf } from '../../../canvas/public'
import type { CheckedExpression, Playbook } from '../../../generated/api'
import { Hint, Hostile } from '../../../kit'
import { call } from '../../../platform'
import { expressionEditor, type FieldKind, markProblems, ReferenceDialog, useWords } from '../../language/public'
import css from '../designer.module.css'
import { useContent, useSession } from '../session'
import { fieldFocused, fieldGone, insertPath, PATH_TYPE } from '../tryout/places'

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
  const graph = useContent()
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<EditorView | undefined>(undefined)
  const onChange = useRef(props.onChange)
  onChange.current = props.onChange
  const language = languageOf(i18n.language)
  const words = useWords()
  const asked = useRef({ language, task, assign, words })
  asked.current = { language, task, assign, words }
  const [checked, setChecked] = useState<CheckedExpression>()
  const [help, setHelp] = useState<{ name: string | undefined }>()
  const labelId = useId()

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once for a field; its value follows below
  useEffect(() => {
    if (!host.current) return
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          expressionEditor(
            {
              kind,
              place: () => ({
                document: session.document(),
                playbook: session.id,
                task: asked.current.task,
                assign: asked.current.assign,
              }),
              language: () => asked.current.language,
              words: () => asked.current.words,
              onHelp: (name) => setHelp({ name }),
              optionClass: css.option,
            },
            multiline ?? false,
          ),
          EditorView.contentAttributes.of({ 'aria-labelledby': labelId, spellcheck: 'false', autocapitalize: 'off' }),
          placeholder ? placeholderOf(placeholder) : [],
          EditorView.domEventHandlers({
            focus: (_, view) => fieldFocused(view, kind),
            dragover: (event) => {
              if (!event.dataTransfer?.types.includes(PATH_TYPE)) return false
              event.preventDefault()
              event.dataTransfer.dropEffect = 'copy'
              return true
            },
            drop: (event, view) => {
              const path = event.dataTransfer?.getData(PATH_TYPE)
              if (!path) return false
              event.preventDefault()
              insertPath(path, view, kind, view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? view.state.doc.length)
              return true
            },
          }),
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
      fieldGone(view)
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
    if (editor.current) markProblems(editor.current, checked, value, language)
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
          <Hostile text={text(problem.message)} /> {problem.hint && <Hint text={text(problem.hint)} />}
        </div>
      ) : checked?.value !== null && checked?.value !== undefined ? (
        <div
          className={css.preview}
          title={
            checked.execution === null ? t('designer.inspector.constant') : t('designer.inspector.from', { execution: checked.execution })
          }
        >
          <span>{t('designer.inspector.value')}</span>
          <code className="cut">
            <Hostile text={checked.value} />
          </code>
        </div>
      ) : props.description ? (
        <div className={css.fieldHint}>{props.description}</div>
      ) : null}
      {help && <ReferenceDialog name={help.name} onClose={() => setHelp(undefined)} />}
    </div>
  )
}
