import { ActionIcon, Autocomplete, SegmentedControl, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from '../../../app/i18n'
import { languageOf } from '../../../canvas/public'
import type { ValueType } from '../../../generated/api'
import { Icon } from '../../../kit'
import css from '../designer.module.css'
import { ExpressionField } from './ExpressionField'
import { fieldText, fieldValue, inLanguage, isDuration, isName, withLanguage } from './values'

/** A part of a form with its head. */
export function Section({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section className={css.section}>
      <h3>{title}</h3>
      {children}
    </section>
  )
}

/** A duration such as `30s`; an empty field removes it. */
export function DurationField(props: {
  label: string
  value: unknown
  description?: string
  onChange: (value: string | undefined) => void
}) {
  const { t } = useTranslation()
  const text = fieldText(props.value)
  return (
    <TextInput
      label={props.label}
      description={props.description}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      placeholder={t('designer.inspector.reset')}
      value={text}
      error={text === '' || isDuration(text) ? undefined : t('designer.inspector.duration')}
      onChange={(event) => props.onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
    />
  )
}

const FULL = { style: { width: '100%' } }

/** A value that may hold `{{ }}`; the text that was typed stays as long as it means what the document holds. */
export function ParameterField(props: {
  label: string
  labelEnd?: ReactNode
  value: unknown
  kind: ValueType
  task: string
  choices?: readonly string[] | undefined
  description?: string | undefined
  hideLabel?: boolean
  text?: (value: unknown) => string
  read?: (text: string) => unknown
  onChange: (value: unknown) => void
}) {
  const show = props.text ?? fieldText
  const read = props.read ?? ((text: string) => fieldValue(text, props.kind))
  const [typed, setTyped] = useState<string>()
  const shown = typed !== undefined && JSON.stringify(read(typed)) === JSON.stringify(props.value) ? typed : show(props.value)
  const change = (text: string) => {
    setTyped(text)
    props.onChange(read(text))
  }
  const few = props.choices ?? (props.kind === 'boolean' ? ['true', 'false'] : undefined)
  if (few && !shown.includes('{{'))
    return (
      <Autocomplete
        label={
          <span className={css.labelRow}>
            {props.label}
            {props.labelEnd}
          </span>
        }
        labelProps={FULL}
        rightSection={<Icon name="chevronDown" size={14} />}
        rightSectionPointerEvents="none"
        data={[...few]}
        value={shown}
        onChange={change}
        description={props.description}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        comboboxProps={{ withinPortal: true }}
        filter={({ options }) => options}
      />
    )
  return (
    <ExpressionField
      label={props.label}
      labelEnd={props.labelEnd}
      hideLabel={props.hideLabel}
      value={shown}
      kind="template"
      task={props.task}
      description={props.description}
      multiline
      onChange={change}
    />
  )
}

/** A text in one or both languages, with the language to edit chosen beside the label. */
export function LocalizedField(props: {
  label: string
  value: unknown
  task?: string
  template?: boolean
  onChange: (value: unknown) => void
}) {
  const { i18n } = useTranslation()
  const [language, setLanguage] = useState<'ko' | 'en'>(() => languageOf(i18n.language))
  const picker = (
    <SegmentedControl
      className={css.languages}
      size="xs"
      aria-label={props.label}
      value={language}
      onChange={(value) => setLanguage(value === 'en' ? 'en' : 'ko')}
      data={[
        { value: 'ko', label: '한국어' },
        { value: 'en', label: 'English' },
      ]}
    />
  )
  const text = inLanguage(props.value, language)
  const change = (next: string) => props.onChange(withLanguage(props.value, language, next) ?? '')
  return (
    <ExpressionField
      key={language}
      label={props.label}
      labelEnd={picker}
      value={text}
      kind="template"
      task={props.task}
      multiline
      onChange={change}
    />
  )
}

/** A variable's name. */
export function NameField(props: {
  label: string
  hideLabel?: boolean
  value: string
  taken?: readonly string[]
  onChange: (value: string) => void
}) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState<string>()
  const shown = typed ?? props.value
  const wrong = shown !== '' && (!isName(shown) || (shown !== props.value && props.taken?.includes(shown)))
  return (
    <TextInput
      label={props.hideLabel ? undefined : props.label}
      aria-label={props.label}
      value={shown}
      classNames={{ input: 'mono' }}
      error={wrong ? t('designer.inspector.name_rule') : undefined}
      onChange={(event) => {
        const name = event.currentTarget.value
        const usable = isName(name) && !(name !== props.value && props.taken?.includes(name))
        // A name on its way stays in the field; the document gets it when it can be one.
        setTyped(usable || name === props.value ? undefined : name)
        if (usable || (name === '' && props.taken === undefined)) {
          setTyped(undefined)
          props.onChange(name)
        }
      }}
      onBlur={() => setTyped(undefined)}
    />
  )
}

/** Names with a value each: what is kept of a result, or free parameters. */
export function EntriesField(props: {
  entries: Record<string, unknown>
  kind: 'assign' | 'parameters'
  task: string
  add: string
  fresh: () => readonly [string, unknown]
  onChange: (entries: ReadonlyArray<readonly [string, unknown]>) => void
}) {
  const { t } = useTranslation()
  const entries = Object.entries(props.entries)
  const names = entries.map(([name]) => name)
  const replace = (index: number, entry: readonly [string, unknown]) =>
    props.onChange(entries.map((old, place) => (place === index ? entry : old)))
  return (
    <>
      {entries.map(([name, value], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; its name changes while it is typed
        <div key={index} className={css.entry}>
          <NameField
            label={props.kind === 'assign' ? t('designer.inspector.variable') : t('designer.inspector.name')}
            hideLabel
            value={name}
            taken={names}
            onChange={(next) => replace(index, [next, value])}
          />
          <span className="t3">=</span>
          <div className="grow">
            {props.kind === 'assign' ? (
              <ExpressionField
                label={name}
                hideLabel
                value={fieldText(value)}
                kind="expression"
                task={props.task}
                assign
                onChange={(text) => replace(index, [name, text])}
              />
            ) : (
              <ParameterField
                label={name}
                hideLabel
                value={value}
                kind="any"
                task={props.task}
                onChange={(next) => replace(index, [name, next ?? ''])}
              />
            )}
          </div>
          <ActionIcon
            aria-label={`${t('designer.inspector.remove')} ${name}`}
            onClick={() => props.onChange(entries.filter((_, place) => place !== index))}
          >
            <Icon name="close" size={14} />
          </ActionIcon>
        </div>
      ))}
      <button type="button" className={css.addRow} onClick={() => props.onChange([...entries, props.fresh()])}>
        <Icon name="plus" size={14} />
        {props.add}
      </button>
    </>
  )
}

/** Returns a name that is not taken, counting on from 2. */
export function freeName(word: string, taken: readonly string[]): string {
  if (!taken.includes(word)) return word
  for (let number = 2; ; number++) if (!taken.includes(`${word}_${number}`)) return `${word}_${number}`
}
