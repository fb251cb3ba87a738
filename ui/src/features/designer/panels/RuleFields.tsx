import { ActionIcon, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useTranslation } from '../../../app/i18n'
import { useOperation } from '../../../app/query'
import type { Input } from '../../../generated/api'
import { Icon } from '../../../kit'
import css from '../designer.module.css'
import { DurationField, ParameterField, Section } from '../fields/basic'
import { ExpressionField } from '../fields/ExpressionField'
import { fieldText } from '../fields/values'
import { useGraph, useSession } from '../session'

const KINDS = ['ticket_created', 'ticket_changed', 'schedule', 'playbook'] as const
type Kind = (typeof KINDS)[number]

const record = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

/** When the playbook starts by itself, and how many of its executions may run at once. */
export function RuleFields() {
  return (
    <>
      <Triggers />
      <Concurrency />
      <Manual />
    </>
  )
}

function Triggers() {
  const { t } = useTranslation()
  const session = useSession()
  const { head } = useGraph()
  const rows = Array.isArray(head.triggers) ? head.triggers.map(record) : []
  const write = (next: Array<Record<string, unknown>>) => session.setPlaybook(['triggers'], next.length === 0 ? undefined : next)
  const change = (index: number, fields: Record<string, unknown>) =>
    write(
      rows.map((row, place) =>
        place === index ? Object.fromEntries(Object.entries({ ...row, ...fields }).filter(([, value]) => value !== undefined)) : row,
      ),
    )
  return (
    <Section title={t('designer.rules.triggers')}>
      {rows.length === 0 && <p className={css.fieldHint}>{t('designer.rules.noTriggers')}</p>}
      {rows.map((row, index) => {
        const kind = fieldText(row.on)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a trigger is its place
          <div key={index} className={css.declaration}>
            <div className={css.entry}>
              <Select
                className="grow"
                aria-label={t('designer.rules.on')}
                allowDeselect={false}
                data={[
                  ...KINDS.map((value) => ({ value: value as string, label: t(`designer.rules.kinds.${value}`) })),
                  ...((KINDS as readonly string[]).includes(kind) ? [] : [{ value: kind, label: kind }]),
                ]}
                value={kind}
                onChange={(value) => value && write(rows.map((old, place) => (place === index ? fresh(value as Kind) : old)))}
              />
              <ActionIcon
                aria-label={`${t('designer.inspector.remove')} ${t('designer.rules.trigger', { number: index + 1 })}`}
                onClick={() => write(rows.filter((_, place) => place !== index))}
              >
                <Icon name="close" size={14} />
              </ActionIcon>
            </div>
            {(kind === 'ticket_created' || kind === 'ticket_changed') && (
              <TextInput
                label={t('designer.rules.when')}
                description={t('designer.rules.whenHint')}
                inputWrapperOrder={['label', 'input', 'description']}
                classNames={{ input: 'mono' }}
                spellCheck={false}
                placeholder={'ticket.severity == "critical"'}
                value={fieldText(row.when)}
                onChange={(event) => change(index, { when: event.currentTarget.value || undefined })}
              />
            )}
            {kind === 'schedule' && <Schedule row={row} onChange={(fields) => change(index, fields)} />}
            {kind === 'playbook' && <p className={css.fieldHint}>{t('designer.rules.playbookHint')}</p>}
          </div>
        )
      })}
      <button type="button" className={css.addRow} onClick={() => write([...rows, fresh('ticket_created')])}>
        <Icon name="plus" size={14} />
        {t('designer.rules.add')}
      </button>
    </Section>
  )
}

function fresh(kind: Kind): Record<string, unknown> {
  return kind === 'schedule' ? { on: kind, cron: '0 9 * * 1-5' } : { on: kind }
}

/** The zones that people of this program use most; any other may be typed. */
const ZONES = ['Asia/Seoul', 'UTC', 'Asia/Tokyo', 'Europe/Berlin', 'America/New_York']

function Schedule({ row, onChange }: { row: Record<string, unknown>; onChange: (fields: Record<string, unknown>) => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const { head } = useGraph()
  const inputs = (Array.isArray(head.inputs) ? head.inputs : []) as Input[]
  const given = record(row.input)
  return (
    <>
      <div className={css.pair}>
        <TextInput
          label={t('designer.rules.cron')}
          description={t('designer.rules.cronHint')}
          inputWrapperOrder={['label', 'input', 'description']}
          classNames={{ input: 'mono' }}
          spellCheck={false}
          value={fieldText(row.cron)}
          onChange={(event) => onChange({ cron: event.currentTarget.value })}
        />
        <Select
          label={t('designer.rules.timezone')}
          placeholder={t('designer.rules.workspaceZone')}
          clearable
          searchable
          data={[...new Set([...ZONES, ...(row.timezone ? [fieldText(row.timezone)] : [])])]}
          value={fieldText(row.timezone) || null}
          onChange={(value) => onChange({ timezone: value ?? undefined })}
        />
      </div>
      {inputs.map((input) => (
        <ParameterField
          key={input.name}
          label={input.name}
          labelEnd={<span className={css.kind}>{t(`designer.types.${input.type}`)}</span>}
          value={given[input.name]}
          kind={input.type}
          task={session.graph.order[0] ?? ''}
          onChange={(value) => {
            const next = { ...given, [input.name]: value }
            if (value === undefined) delete next[input.name]
            onChange({ input: Object.keys(next).length === 0 ? undefined : next })
          }}
        />
      ))}
    </>
  )
}

function Concurrency() {
  const { t } = useTranslation()
  const session = useSession()
  const { head } = useGraph()
  const known = record(head.concurrency)
  const key = fieldText(known.key)
  return (
    <Section title={t('designer.rules.concurrency')}>
      <ExpressionField
        label={t('designer.rules.key')}
        description={t('designer.rules.keyHint', { example: '{{ ticket.id }}' })}
        value={key}
        kind="template"
        task={undefined}
        onChange={(text) =>
          text === '' ? session.setPlaybook(['concurrency'], undefined) : session.setPlaybook(['concurrency'], { ...known, key: text })
        }
      />
      {key !== '' && (
        <div>
          <div className={css.fieldLabel}>{t('designer.rules.policy')}</div>
          <SegmentedControl
            fullWidth
            aria-label={t('designer.rules.policy')}
            value={fieldText(known.policy) || 'skip'}
            onChange={(policy) => session.setPlaybook(['concurrency'], { ...known, policy })}
            data={(['skip', 'queue'] as const).map((value) => ({ value, label: t(`designer.rules.policies.${value}`) }))}
          />
        </div>
      )}
    </Section>
  )
}

function Manual() {
  const { t } = useTranslation()
  const session = useSession()
  const { head } = useGraph()
  // The saved triggers can only fire for a playbook that may run.
  const { data } = useOperation('playbook.list', {})
  const forbidden = data?.playbooks.some((playbook) => playbook.id === session.id && !playbook.enabled) ?? false
  const triggers = Array.isArray(head.triggers) && head.triggers.length > 0
  return (
    <>
      {triggers && forbidden && <p className={css.fieldWarning}>{t('designer.rules.forbidden')}</p>}
      <DurationField
        label={t('designer.rules.manual')}
        description={t('designer.rules.manualHint')}
        value={head.manual}
        onChange={(value) => session.setPlaybook(['manual'], value)}
      />
    </>
  )
}
