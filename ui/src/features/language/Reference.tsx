import { history, historyKeymap } from '@codemirror/commands'
import { EditorState } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { Modal, TextInput } from '@mantine/core'
import { useEffect, useId, useMemo, useRef, useState } from 'react'
import { textIn, useText, useTranslation } from '../../app/i18n'
import { languageOf } from '../../canvas/public'
import type { CheckedExpression } from '../../generated/api'
import { EmptyState, Hint, Hostile, Icon, Kbd, Pending } from '../../kit'
import { call } from '../../platform'
import { expressionEditor, markProblems } from './editor'
import { type FunctionDoc, search, useFunctions } from './functions'
import css from './language.module.css'
import { useWords } from './words'

/** The functions of the language: found, read, and tried. */
export function Reference({ name, onOpen }: { name: string | undefined; onOpen: (name: string) => void }) {
  const { t } = useTranslation()
  const text = useText()
  const known = useFunctions()
  const [wanted, setWanted] = useState('')
  const list = useRef<HTMLDivElement>(null)
  const functions = known.data?.functions
  const families = useMemo(() => search(functions ?? [], wanted), [functions, wanted])
  const rows = useMemo(() => families.flatMap((family) => family.functions), [families])
  const doc = functions?.find((each) => each.name === name) ?? rows[0]
  const listId = useId()
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is open comes into sight whenever it changes
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [doc?.name])
  if (!functions) return <Pending error={known.error} />
  const at = rows.findIndex((each) => each.name === doc?.name)
  const open = (index: number) => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, index))]
    if (next) onOpen(next.name)
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.code === 'ArrowDown') open(at + 1)
    else if (event.code === 'ArrowUp') open(at - 1)
    else if (event.code === 'Enter') open(at)
    else return
    event.preventDefault()
  }
  return (
    <div className={css.reference}>
      <section className={css.side} aria-label={t('functions.list')}>
        <div className={css.sideHead}>
          <TextInput
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
            onKeyDown={onKeyDown}
            placeholder={t('functions.search')}
            aria-label={t('functions.search')}
            aria-controls={listId}
            leftSection={<Icon name="search" size={14} />}
            data-autofocus
          />
        </div>
        <div
          className={css.list}
          id={listId}
          ref={list}
          role="listbox"
          tabIndex={0}
          aria-label={t('functions.list')}
          aria-activedescendant={doc ? `function-${doc.name}` : undefined}
          onKeyDown={onKeyDown}
        >
          {families.map((family) => (
            <div key={family.key} role="group" aria-label={text(family.functions[0]?.family_label)}>
              <div className={css.family} aria-hidden="true">
                {text(family.functions[0]?.family_label)}
              </div>
              {family.functions.map((each) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the list itself takes the keys.
                <div
                  key={each.name}
                  id={`function-${each.name}`}
                  className={css.row}
                  role="option"
                  tabIndex={-1}
                  aria-selected={each.name === doc?.name}
                  onClick={() => onOpen(each.name)}
                >
                  {each.name}
                </div>
              ))}
            </div>
          ))}
          {rows.length === 0 ? <p className={css.none}>{t('functions.none')}</p> : null}
        </div>
      </section>
      {doc ? <FunctionPage key={doc.name} doc={doc} /> : <EmptyState icon="help" title={t('functions.none')} />}
    </div>
  )
}

function FunctionPage({ doc }: { doc: FunctionDoc }) {
  const { t } = useTranslation()
  const text = useText()
  const [tried, setTried] = useState(doc.examples[0]?.expression ?? doc.signature)
  const remark = (parameter: FunctionDoc['parameters'][number]) =>
    [
      parameter.required ? undefined : t('functions.optional'),
      parameter.repeated ? t('functions.repeated') : undefined,
      parameter.named ? t('functions.named', { name: parameter.name }) : undefined,
    ]
      .filter(Boolean)
      .join(', ')
  return (
    <article className={css.page} aria-label={doc.name}>
      <h1>{doc.name}</h1>
      <code className={css.signature}>{doc.signature}</code>
      <p className={css.prose}>{text(doc.documentation)}</p>
      {doc.parameters.length > 0 ? (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t('functions.parameter')}</th>
              <th scope="col">{t('functions.kinds')}</th>
              <th scope="col">{t('functions.purpose')}</th>
            </tr>
          </thead>
          <tbody>
            {doc.parameters.map((parameter) => (
              <tr key={parameter.name}>
                <td>
                  <code>{parameter.name}</code>
                </td>
                <td className="t2">{text(parameter.kinds)}</td>
                <td>
                  {text(parameter.documentation)} {remark(parameter) ? <span className="t3">({remark(parameter)})</span> : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      <p className="t2">{t('functions.gives', { kinds: text(doc.result) })}</p>
      <h2>{t('functions.examples')}</h2>
      <ul className={css.examples}>
        {doc.examples.map((example) => (
          <li key={example.expression}>
            <button type="button" className={css.example} onClick={() => setTried(example.expression)} title={t('functions.tryThis')}>
              <code>{example.expression}</code>
              <span className="t3" aria-hidden="true">
                →
              </span>
              {example.value === null ? <span className="t3">{t('functions.depends')}</span> : <code className="t2">{example.value}</code>}
            </button>
          </li>
        ))}
      </ul>
      <h2>{t('functions.try')}</h2>
      <TryLine text={tried} onChange={setTried} />
    </article>
  )
}

/** The value is asked for this long after the last key. */
const TRY_MS = 120

/** An expression with its value under it, as it is typed. */
function TryLine({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const { t, i18n } = useTranslation()
  const words = useText()
  const language = languageOf(i18n.language)
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<EditorView | undefined>(undefined)
  const current = useRef({ onChange, language, words: useWords() })
  current.current = { onChange, language, words: useWords() }
  const [answer, setAnswer] = useState<{ of: string; checked: CheckedExpression }>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; its text follows below
  useEffect(() => {
    if (!host.current) return
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          expressionEditor(
            {
              kind: 'expression',
              place: () => ({}),
              language: () => current.current.language,
              words: () => current.current.words,
              onHelp: () => {},
            },
            false,
          ),
          history(),
          keymap.of(historyKeymap),
          EditorView.contentAttributes.of({ 'aria-label': t('functions.try'), spellcheck: 'false', autocapitalize: 'off' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) current.current.onChange(update.state.doc.toString())
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
    const shown = editor.current?.state.doc.toString()
    if (editor.current && shown !== text) editor.current.dispatch({ changes: { from: 0, to: shown?.length ?? 0, insert: text } })
    if (text.trim() === '') {
      setAnswer(undefined)
      return
    }
    let live = true
    const timer = setTimeout(() => {
      call('expression.check', { text, kind: 'expression' }).then(
        (checked) => live && setAnswer({ of: text, checked }),
        () => live && setAnswer(undefined),
      )
    }, TRY_MS)
    return () => {
      live = false
      clearTimeout(timer)
    }
  }, [text])
  useEffect(() => {
    if (editor.current) markProblems(editor.current, answer?.checked, answer?.of ?? '', language)
  }, [answer, language])
  const checked = answer?.of === text ? answer.checked : undefined
  const problem = checked?.diagnostics[0]
  return (
    <div>
      <div ref={host} className={css.editor} />
      <output className={css.result} data-problem={problem ? true : undefined} aria-live="polite">
        {problem ? (
          <>
            <Hostile text={textIn(problem.message, language)} /> <Hint text={words(problem.hint)} />
          </>
        ) : checked?.value != null ? (
          <>
            <code>
              <Hostile text={checked.value} />
            </code>
            {checked.value_type ? <span className="t3">{checked.value_type}</span> : null}
          </>
        ) : checked ? (
          <span className="t3">{t('functions.readsNames')}</span>
        ) : (
          <span className="t3">…</span>
        )}
      </output>
    </div>
  )
}

/** The reference over whatever is open, so that nothing is left. */
export function ReferenceDialog({ name, onClose }: { name: string | undefined; onClose: () => void }) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(name)
  return (
    <Modal
      opened
      onClose={onClose}
      size={980}
      padding={0}
      title={
        <span className="row">
          <b>{t('functions.title')}</b> <Kbd keys="F1" />
        </span>
      }
      classNames={{ header: css.dialogHead ?? '', body: css.dialogBody ?? '' }}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Reference name={opened} onOpen={setOpened} />
    </Modal>
  )
}
