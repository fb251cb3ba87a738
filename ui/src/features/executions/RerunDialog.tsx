import { Button, Group, Modal, SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation, useWrite } from '../../app/query'
import type { RerunTask } from '../../generated/api'
import { ErrorNotice, Hostile, Icon, notify, Pending, StatusBadge, visible } from '../../kit'
import css from './executions.module.css'
import { useTaskName, type Watched } from './watched'

/** Runs an execution again, whole or from a task, after showing what differs from the current version and what will run again. */
export function RerunDialog({ detail, from, onClose }: { detail: Watched; from: string | null; onClose: () => void }) {
  const { t } = useTranslation()
  const text = useText()
  const nameOf = useTaskName(detail)
  const navigate = useNavigate()
  const [version, setVersion] = useState<'same' | 'current'>('same')
  const request = { id: detail.summary.id, version, ...(from === null ? {} : { from }) }
  const preview = useOperation('execution.rerun_preview', request, { placeholderData: (before) => before })
  // What would differ is shown whatever is chosen.
  const current = useOperation('execution.rerun_preview', { ...request, version: 'current' })
  const rerun = useWrite('execution.rerun', {
    onSuccess: (started) => {
      notify({ kind: 'done', text: t('viewer.rerun.started', { id: started.summary.id }) })
      onClose()
      navigate(`/executions/${started.summary.id}`)
    },
  })
  const tasks = preview.data?.tasks ?? []
  const again = tasks.filter((task) => !task.carried)
  const destructive = again.filter((task) => task.destructive)
  const others = again.filter((task) => !task.destructive && !task.repeats)
  // What was passed over last time may be passed over again; the task that it runs from surely is not.
  const reached = others.filter((task) => task.task === from || isReached(task))
  const unreached = others.filter((task) => !reached.includes(task))
  const repeats = again.filter((task) => task.repeats && !task.destructive)
  const name = from === null ? '' : visible(nameOf(from))
  const newer = current.data !== undefined && current.data.runs !== current.data.ran
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={from === null ? t('viewer.rerun.whole_title', { id: detail.summary.id }) : t('viewer.rerun.from_title', { name })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {preview.data ? (
        <div className={css.rerun}>
          {newer ? (
            <SegmentedControl
              aria-label={t('viewer.rerun.version')}
              value={version}
              onChange={(value) => setVersion(value === 'current' ? 'current' : 'same')}
              data={[
                { value: 'same', label: t('viewer.rerun.same', { version: current.data?.ran }) },
                { value: 'current', label: t('viewer.rerun.current', { version: current.data?.runs }) },
              ]}
            />
          ) : (
            <p className="t2">{t('viewer.rerun.is_current', { version: preview.data.ran })}</p>
          )}
          {newer && current.data ? (
            <section>
              <h3>{t('viewer.rerun.differs')}</h3>
              {current.data.changes.length === 0 && !current.data.other_changes ? (
                <p className="t2">{t('viewer.rerun.only_places')}</p>
              ) : (
                <ul className={css.rerunList}>
                  {current.data.changes.map((change) => (
                    <li key={change.task}>
                      <span className={css.differsTag}>{t(`viewer.rerun.change.${change.change}`)}</span>{' '}
                      <Hostile text={text(change.name) || change.task} />
                    </li>
                  ))}
                  {current.data.other_changes ? <li className="t2">{t('viewer.rerun.other')}</li> : null}
                </ul>
              )}
            </section>
          ) : null}
          {destructive.length > 0 ? (
            <section className={css.rerunDanger}>
              <h3>
                <Icon name="warning" size={14} /> {t('viewer.rerun.destructive', { count: destructive.length })}
              </h3>
              <Names tasks={destructive} from={from} />
            </section>
          ) : null}
          {repeats.length > 0 ? (
            <section>
              <h3>{t('viewer.rerun.repeats', { count: repeats.length })}</h3>
              <Names tasks={repeats} />
            </section>
          ) : null}
          {reached.length > 0 ? (
            <section>
              <h3>{t('viewer.rerun.runs', { count: reached.length })}</h3>
              <Names tasks={reached} />
            </section>
          ) : null}
          {unreached.length > 0 ? (
            <section>
              <h3>{t('viewer.rerun.unreached', { count: unreached.length })}</h3>
              <Names tasks={unreached} />
            </section>
          ) : null}
          {tasks.length > again.length ? <p className="t2">{t('viewer.rerun.kept', { count: tasks.length - again.length })}</p> : null}
          {preview.data.refusal ? (
            <ErrorNotice
              error={{ ...preview.data.refusal, text: preview.data.refusal.message, hint: preview.data.refusal.hint, target: undefined }}
            />
          ) : null}
        </div>
      ) : (
        <Pending error={preview.error} />
      )}
      {rerun.error ? <ErrorNotice error={rerun.error} /> : null}
      <Group justify="flex-end" gap={8} mt={16}>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button
          variant="filled"
          color={destructive.length > 0 ? 'red' : undefined}
          data-autofocus
          leftSection={<Icon name="rerun" />}
          disabled={!preview.data || preview.data.refusal !== null || preview.isPlaceholderData}
          loading={rerun.isPending}
          onClick={() => rerun.mutate(request)}
        >
          {t(from === null ? 'viewer.rerun.whole' : 'viewer.rerun.from_here')}
        </Button>
      </Group>
    </Modal>
  )
}

/** Tells whether the execution came to a task: what it passed over, and what its version did not have, has no result. */
function isReached({ status }: RerunTask): boolean {
  return status !== null && status !== 'pending' && status !== 'skipped'
}

/** Lists tasks; with `from`, those that were not reached say so. */
function Names({ tasks, from }: { tasks: readonly RerunTask[]; from?: string | null }) {
  const { t } = useTranslation()
  const text = useText()
  if (tasks.length === 0) return null
  return (
    <ul className={css.rerunList}>
      {tasks.map((task) => (
        <li key={task.task}>
          <b>
            <Hostile text={text(task.name) || task.task} />
          </b>{' '}
          <span className="t2">{t(`task.type.${task.type}`, { defaultValue: task.type })}</span>{' '}
          {task.status ? <StatusBadge status={task.status} /> : null}{' '}
          {from !== undefined && task.task !== from && !isReached(task) ? <span className="t2">{t('viewer.rerun.only_if')}</span> : null}
        </li>
      ))}
    </ul>
  )
}
