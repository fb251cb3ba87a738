import { Modal } from '@mantine/core'
import { useNavigate } from 'react-router'
import { useTranslation } from '../../app/i18n'
import { useOperation } from '../../app/query'
import { DurationText, Pending, StatusBadge, TimeText } from '../../kit'
import css from './executions.module.css'
import type { Watched } from './watched'

/** Chooses the execution of the same playbook that an execution is compared with. */
export function CompareDialog({ detail, onClose }: { detail: Watched; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { summary } = detail
  const list = useOperation('execution.list', { playbook: summary.playbook, limit: 100 })
  const others = (list.data?.executions ?? []).filter((row) => row.id !== summary.id)
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={t('viewer.compare.with', { id: summary.id })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {list.data ? (
        <ul className={css.choices}>
          {others.map((row) => (
            <li key={row.id}>
              <button type="button" className={css.child} onClick={() => navigate(`/executions/${summary.id}?with=${row.id}`)}>
                <span className="mono">#{row.id}</span>
                <span className="grow">
                  <StatusBadge status={row.status} code={row.status === 'failed' ? row.error_code : null} />
                </span>
                <span className="t2 s12">{t('execution.version_n', { version: row.version })}</span>
                <span className="t2 s12">
                  <TimeText at={row.started_at} /> · <DurationText from={row.started_at} to={row.ended_at} />
                </span>
              </button>
            </li>
          ))}
          {others.length === 0 ? <li className="t2">{t('viewer.compare.alone')}</li> : null}
        </ul>
      ) : (
        <Pending error={list.error} />
      )}
    </Modal>
  )
}
