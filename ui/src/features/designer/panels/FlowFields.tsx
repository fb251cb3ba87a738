import { ActionIcon, NumberInput, SegmentedControl, Switch, TextInput } from '@mantine/core'
import { useTranslation } from '../../../app/i18n'
import { asksPerson, linksOf, type TaskRecord, typeOf } from '../../../canvas/public'
import { Icon } from '../../../kit'
import css from '../designer.module.css'
import { DurationField, Section } from '../fields/basic'
import { fieldText } from '../fields/values'
import { useContent, useSession } from '../session'

/** When a task starts, how long it may take, how often it is tried, and where it leads. */
export function FlowFields({ id, task }: { id: string; task: TaskRecord }) {
  const { t } = useTranslation()
  const session = useSession()
  const graph = useContent()
  const retry = task.retry !== null && typeof task.retry === 'object' ? (task.retry as Record<string, unknown>) : {}
  const attempts = typeof retry.attempts === 'number' ? retry.attempts : ''
  const codes = Array.isArray(retry.on) ? retry.on.join(', ') : ''
  const outgoing = linksOf(graph).filter((link) => link.from === id)
  const setRetry = (field: string, value: unknown) => {
    if (field === 'attempts' && value === undefined) session.set(id, ['retry'], undefined)
    else session.set(id, ['retry', field], value)
  }
  return (
    <>
      <div>
        <div className={css.fieldLabel}>{t('designer.inspector.join')}</div>
        <SegmentedControl
          fullWidth
          aria-label={t('designer.inspector.join')}
          value={task.join === 'any' ? 'any' : 'all'}
          onChange={(value) => session.set(id, ['join'], value === 'any' ? 'any' : undefined)}
          data={[
            { value: 'all', label: t('designer.inspector.joinAll') },
            { value: 'any', label: t('designer.inspector.joinAny') },
          ]}
        />
      </div>
      {!asksPerson(typeOf(task)) && (
        <>
          <div className={css.triple}>
            <DurationField
              label={t('designer.inspector.timeout')}
              description={t('designer.inspector.timeoutHint')}
              value={task.timeout}
              onChange={(value) => session.set(id, ['timeout'], value)}
            />
            <NumberInput
              label={t('designer.inspector.attempts')}
              description={t('designer.inspector.times')}
              inputWrapperOrder={['label', 'input', 'description']}
              placeholder={t('designer.inspector.reset')}
              min={1}
              max={100}
              allowDecimal={false}
              value={attempts}
              onChange={(value) => setRetry('attempts', typeof value === 'number' ? value : undefined)}
            />
            <DurationField
              label={t('designer.inspector.backoff')}
              description={t('designer.inspector.backoffHint')}
              value={retry.backoff}
              onChange={(value) => setRetry('backoff', value)}
            />
          </div>
          {attempts !== '' && (
            <TextInput
              label={t('designer.inspector.retryOn')}
              description={t('designer.inspector.retryOnHint')}
              inputWrapperOrder={['label', 'input', 'description']}
              placeholder="APP-429, ENGINE-TIMEOUT"
              classNames={{ input: 'mono' }}
              defaultValue={codes}
              key={codes}
              onBlur={(event) => {
                const list = event.currentTarget.value.split(/[\s,]+/).filter(Boolean)
                setRetry('on', list.length === 0 ? undefined : list)
              }}
            />
          )}
        </>
      )}
      <Switch
        label={t('designer.inspector.enabled')}
        description={t('designer.inspector.enabledHint')}
        checked={task.enabled !== false}
        onChange={(event) => session.set(id, ['enabled'], event.currentTarget.checked ? undefined : false)}
      />
      <Section title={t('designer.inspector.outgoing')}>
        {outgoing.length === 0 && <p className={css.fieldHint}>{t('designer.inspector.noLinks')}</p>}
        {outgoing.map((link) => (
          <div key={link.key} className={css.linkRow}>
            <span className={link.outcome === 'failed' ? css.errors : 't2'}>{t(`canvas.outcome.${link.outcome}`)}</span>
            <button type="button" className={css.linkTarget} onClick={() => session.goTo(link.to, false)}>
              <Icon name="chevronRight" size={12} />
              <span className="cut">{session.nameIn(link.to)}</span>
            </button>
            <ActionIcon
              aria-label={`${t('designer.inspector.remove')} ${fieldText(session.nameIn(link.to))}`}
              onClick={() => session.disconnect(link.key)}
            >
              <Icon name="close" size={14} />
            </ActionIcon>
          </div>
        ))}
      </Section>
    </>
  )
}
