import { ActionIcon, Checkbox, Select, Textarea, TextInput } from '@mantine/core'
import { useTranslation } from '../../../app/i18n'
import type { ValueType } from '../../../generated/api'
import { Icon } from '../../../kit'
import css from '../designer.module.css'
import { freeName, NameField, Section } from '../fields/basic'
import { fieldText, fieldValue, inLanguage, withLanguage } from '../fields/values'
import { useGraph, useSession } from '../session'
import { RuleFields } from './RuleFields'

const TYPES: readonly ValueType[] = ['any', 'string', 'number', 'boolean', 'list', 'object', 'ip', 'date', 'ticket', 'event']

/** The playbook itself: its names, what it is given, its variables. */
export function PlaybookFields() {
  const { t } = useTranslation()
  const session = useSession()
  const { head } = useGraph()
  const set = (field: 'name' | 'description', language: 'ko' | 'en', text: string) =>
    session.setPlaybook([field], withLanguage(head[field], language, text))
  return (
    <>
      <TextInput
        label={t('designer.inspector.nameKo')}
        value={inLanguage(head.name, 'ko')}
        onChange={(event) => set('name', 'ko', event.currentTarget.value)}
      />
      <TextInput
        label={t('designer.inspector.nameEn')}
        value={inLanguage(head.name, 'en')}
        onChange={(event) => set('name', 'en', event.currentTarget.value)}
      />
      <Textarea
        label={t('designer.inspector.descriptionKo')}
        autosize
        minRows={2}
        value={inLanguage(head.description, 'ko')}
        onChange={(event) => set('description', 'ko', event.currentTarget.value)}
      />
      <Textarea
        label={t('designer.inspector.descriptionEn')}
        autosize
        minRows={2}
        value={inLanguage(head.description, 'en')}
        onChange={(event) => set('description', 'en', event.currentTarget.value)}
      />
      <TextInput label={t('designer.inspector.playbookId')} value={session.id} readOnly classNames={{ input: 'mono' }} />
      <Declarations field="inputs" />
      <Declarations field="variables" />
      <RuleFields />
    </>
  )
}

/** The declared inputs or variables, one a row. */
function Declarations({ field }: { field: 'inputs' | 'variables' }) {
  const { t } = useTranslation()
  const session = useSession()
  const { head } = useGraph()
  const known = head[field]
  const rows: Array<Record<string, unknown>> = Array.isArray(known) ? known.filter((row) => row !== null && typeof row === 'object') : []
  const names = rows.map((row) => fieldText(row.name))
  const write = (next: Array<Record<string, unknown>>) => session.setPlaybook([field], next.length === 0 ? undefined : next)
  const change = (index: number, name: string, value: unknown) =>
    write(
      rows.map((row, place) => {
        if (place !== index) return row
        const next = { ...row, [name]: value }
        if (value === undefined) delete (next as Record<string, unknown>)[name]
        return next
      }),
    )
  const first = field === 'inputs' ? 'default' : 'value'
  return (
    <Section title={t(field === 'inputs' ? 'designer.inspector.playbookInputs' : 'designer.inspector.playbookVariables')}>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; its name changes while it is typed
        <div key={index} className={css.declaration}>
          <div className={css.entry}>
            <NameField
              label={t('designer.inspector.name')}
              hideLabel
              value={fieldText(row.name)}
              taken={names}
              onChange={(name) => change(index, 'name', name)}
            />
            <Select
              aria-label={t('designer.inspector.type')}
              data={TYPES.map((value) => ({ value, label: t(`designer.types.${value}`) }))}
              value={fieldText(row.type) || 'any'}
              onChange={(value) => change(index, 'type', value ?? 'any')}
            />
            <ActionIcon
              aria-label={`${t('designer.inspector.remove')} ${fieldText(row.name)}`}
              onClick={() => write(rows.filter((_, place) => place !== index))}
            >
              <Icon name="close" size={14} />
            </ActionIcon>
          </div>
          <div className={css.entry}>
            <TextInput
              className="grow"
              aria-label={t(field === 'inputs' ? 'designer.inspector.default' : 'designer.inspector.first')}
              placeholder={t(field === 'inputs' ? 'designer.inspector.default' : 'designer.inspector.first')}
              classNames={{ input: 'mono' }}
              value={fieldText(row[first])}
              onChange={(event) => change(index, first, fieldValue(event.currentTarget.value, (fieldText(row.type) || 'any') as ValueType))}
            />
            {field === 'inputs' && (
              <Checkbox
                label={t('designer.inspector.required')}
                checked={row.required === true}
                onChange={(event) => change(index, 'required', event.currentTarget.checked || undefined)}
              />
            )}
          </div>
        </div>
      ))}
      <button
        type="button"
        className={css.addRow}
        onClick={() =>
          write([
            ...rows,
            { name: freeName(field === 'inputs' ? 'input' : 'variable', names), type: field === 'inputs' ? 'string' : 'any' },
          ])
        }
      >
        <Icon name="plus" size={14} />
        {t(field === 'inputs' ? 'designer.inspector.addInput' : 'designer.inspector.addVariable')}
      </button>
    </Section>
  )
}
