import { Button } from '@mantine/core'
import { useNavigate } from 'react-router'
import { useTranslation } from '../../app/i18n'
import { useOperation, useWrite } from '../../app/query'
import { useOperator } from '../../app/workspace'
import { Hostile, Icon, Kbd, notify, notifyError, Pending, SeverityBadge, TicketStatusBadge, TimeText, useShortcuts } from '../../kit'
import css from './work.module.css'

/** A new ticket: enough to decide whether it is mine. */
export function TicketMemo({ id, onDone }: { id: number; onDone: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const operator = useOperator()
  const ticket = useOperation('ticket.show', { id })
  const assign = useWrite('ticket.assign', {
    onSuccess: () => {
      notify({
        kind: 'done',
        text: t('ticket.taken', { id }),
        action: { label: t('work.open_ticket'), run: () => navigate(`/tickets/${id}`) },
      })
      onDone()
    },
    onError: notifyError,
  })
  const open = () => navigate(`/tickets/${id}`)
  const take = () => {
    if (!assign.isPending && operator) assign.mutate({ id, assignee: operator })
  }
  useShortcuts({ KeyE: open, KeyA: take })
  if (!ticket.data) return <Pending error={ticket.error} />
  const { summary, artifacts, signature, category } = ticket.data
  return (
    <>
      <div className={css.memoHead}>
        <div className={css.memoTitle}>
          <h2>
            <Hostile text={summary.title} />
          </h2>
          <SeverityBadge severity={summary.severity} chip />
          <div className={css.memoActions}>
            <Button leftSection={<Icon name="ticket" />} onClick={open}>
              {t('work.open_ticket')}
              <span style={{ marginLeft: 6 }}>
                <Kbd keys="E" />
              </span>
            </Button>
          </div>
        </div>
        <div className={css.meta}>
          <span>
            <Icon name="ticket" size={14} />
            T-{summary.id}
          </span>
          <TicketStatusBadge status={summary.status} />
          <span>{t('ticket.events', { count: summary.event_count })}</span>
          <span>
            <Icon name="clock" size={14} />
            <TimeText at={summary.opened_at} form="ago" />
          </span>
        </div>
      </div>
      <div className={css.content}>
        <h3>{t('ticket.signature')}</h3>
        <p>
          <Hostile text={signature ?? '–'} />
          {category ? (
            <span className="t2">
              {' '}
              · <Hostile text={category} />
            </span>
          ) : null}
        </p>
        <h3>
          {t('ticket.artifacts')} <span>{artifacts.length}</span>
        </h3>
        <div className={css.tableWrap}>
          <table className={css.table}>
            <tbody>
              {artifacts.slice(0, 20).map((artifact) => (
                <tr key={`${artifact.kind}:${artifact.value}`}>
                  <td className="t2 nowrap">{t(`artifact.${artifact.kind}`)}</td>
                  <td className="mono" style={{ width: '100%' }}>
                    <Hostile text={artifact.value} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
      <div className={css.decide}>
        <div className={css.decideRow}>
          <span className="t2 s12">{t('work.signed', { name: operator })}</span>
          <div className={css.buttons}>
            <Button
              className={css.primary}
              variant="filled"
              onClick={take}
              loading={assign.isPending}
              disabled={summary.status !== 'new'}
              leftSection={<Icon name="user" />}
            >
              {t('ticket.assign_me')}
              <Kbd keys="A" />
            </Button>
          </div>
        </div>
      </div>
    </>
  )
}
