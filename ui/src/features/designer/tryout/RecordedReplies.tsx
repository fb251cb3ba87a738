import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core'
import { useText, useTranslation } from '../../../app/i18n'
import { useOperation } from '../../../app/query'
import { Hostile, Icon, notify, notifyError, StatusBadge, TimeText } from '../../../kit'
import { asApiError, call } from '../../../platform'
import { pickPlaybooks } from '../../playbooks/public'
import { useSession } from '../session'
import { readRehearsal, recordedOf } from './recorded'
import { trialOf, useTrial } from './trial'
import css from './tryout.module.css'

/** How many past executions are offered. */
const EXECUTIONS = 5

/** Which recorded replies the trial takes: of the playbook's rehearsals, of a past execution, or of a file. */
export function RecordedReplies() {
  const { t } = useTranslation()
  const session = useSession()
  const recorded = useTrial(session, (state) => state.recorded)
  const trial = trialOf(session)
  return (
    <>
      <h3>{t('tryout.recorded.title')}</h3>
      {recorded ? (
        <div className={css.recorded}>
          <span className="grow">
            <Hostile text={recorded.name} />{' '}
            <span className="t3">{t('tryout.recorded.count', { count: Object.keys(recorded.replies).length })}</span>
          </span>
          <Tooltip label={t('tryout.recorded.none')}>
            <ActionIcon aria-label={t('tryout.recorded.none')} onClick={() => trial.record(undefined)}>
              <Icon name="close" size={14} />
            </ActionIcon>
          </Tooltip>
        </div>
      ) : (
        <p className="t3">{t('tryout.recorded.empty')}</p>
      )}
      <Menu position="top-start">
        <Menu.Target>
          <Button className={css.choose} rightSection={<Icon name="chevronDown" size={12} />}>
            {t('tryout.recorded.choose')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Sources />
        </Menu.Dropdown>
      </Menu>
    </>
  )
}

function Sources() {
  const { t } = useTranslation()
  const text = useText()
  const session = useSession()
  const trial = trialOf(session)
  const rehearsals = useOperation('playbook.rehearsals', { id: session.id }).data?.rehearsals ?? []
  const executions = useOperation('execution.list', { playbook: session.id, limit: EXECUTIONS }).data?.executions ?? []
  const take = (name: string, rehearsal: unknown) => {
    const recorded = readRehearsal(name, rehearsal)
    if (recorded) trial.record(recorded)
    else notify({ kind: 'error', text: t('tryout.recorded.bad', { name }) })
  }
  const takeFile = async (file: File) => take(file.name, jsonOf(await file.text()))
  const takeExecution = (id: number) =>
    call('execution.show', { id }).then(
      (execution) => trial.record(recordedOf(t('tryout.recorded.execution', { id }), execution, text)),
      (thrown: unknown) => notifyError(asApiError(thrown)),
    )
  return (
    <>
      {rehearsals.length > 0 ? <Menu.Label>{t('tryout.recorded.rehearsals')}</Menu.Label> : null}
      {rehearsals.map(({ case: course, rehearsal }) => {
        const name = course ? t(`tryout.recorded.course.${course}`, { defaultValue: course }) : t('tryout.recorded.usual')
        return (
          <Menu.Item key={name} onClick={() => take(name, rehearsal)}>
            {name}
          </Menu.Item>
        )
      })}
      {executions.length > 0 ? <Menu.Label>{t('tryout.recorded.executions')}</Menu.Label> : null}
      {executions.map(({ id, status, started_at }) => (
        <Menu.Item key={id} onClick={() => void takeExecution(id)} rightSection={started_at ? <TimeText at={started_at} /> : null}>
          <span className="row">
            {t('tryout.recorded.execution', { id })} <StatusBadge status={status} />
          </span>
        </Menu.Item>
      ))}
      {rehearsals.length + executions.length > 0 ? <Menu.Divider /> : null}
      <Menu.Item onClick={() => pickPlaybooks(([file]) => void (file && takeFile(file)))}>{t('tryout.recorded.file')}</Menu.Item>
    </>
  )
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
