import { ActionIcon, Button, Textarea, Tooltip } from '@mantine/core'
import type { TFunction } from 'i18next'
import { useMemo, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useText, useTranslation } from '../../app/i18n'
import { useWrite } from '../../app/query'
import type { Artifact, EventSummary, ExecutionSummary, TicketDetail, TimelineEntry } from '../../generated/api'
import {
  type Column,
  DurationText,
  EmptyState,
  Hostile,
  Icon,
  type IconName,
  Kbd,
  Markdown,
  notify,
  notifyError,
  SeverityBadge,
  StatusBadge,
  TimeText,
  VirtualGrid,
} from '../../kit'
import { clipboard } from '../../platform'
import css from './tickets.module.css'

/** The observables, by kind. */
export function Artifacts({ artifacts }: { artifacts: Artifact[] }) {
  const { t } = useTranslation()
  return (
    <section>
      <h2 className={css.sectionHead}>
        {t('ticket.artifacts')} <span className="t3">{artifacts.length}</span>
      </h2>
      {artifacts.length === 0 ? <p className="t2">{t('ticket.no_artifacts')}</p> : null}
      <ul className={css.artifacts}>
        {artifacts.map((artifact, index) => (
          <li key={`${artifact.kind}:${artifact.value}`}>
            <span className="t2 s12">{artifact.kind === artifacts[index - 1]?.kind ? '' : t(`artifact.${artifact.kind}`)}</span>
            <span className={`mono ${css.value}`}>
              <Hostile text={artifact.value} />
            </span>
            <Tooltip label={t('common.copy')}>
              <ActionIcon
                size={24}
                aria-label={t('task.copy', { what: artifact.value })}
                onClick={async () => {
                  await clipboard.copyText(artifact.value)
                  notify({ kind: 'done', text: t('common.copied') })
                }}
              >
                <Icon name="copy" size={14} />
              </ActionIcon>
            </Tooltip>
          </li>
        ))}
      </ul>
    </section>
  )
}

const MARKS: Record<string, IconName> = {
  opened: 'ticket',
  merged: 'events',
  assigned: 'user',
  comment: 'note',
  report: 'note',
  blocked: 'block_list',
  execution: 'playbook',
  closed: 'done',
  reopened: 'rerun',
}

const VERDICTS = ['true_positive', 'false_positive', 'needs_analyst', 'excepted']

/** Returns what an entry says; where the record holds a status or a verdict, its word in the window's language. */
function entryText(entry: TimelineEntry, t: TFunction): string {
  if (entry.kind === 'execution') return t(`ticket.execution_entry.${entry.text}`, { defaultValue: entry.text })
  if (VERDICTS.includes(entry.text)) return t(`verdict.${entry.text}`)
  return entry.text
}

/** What happened, oldest first, with a box for a comment at its end. */
export function Conversation({ ticket }: { ticket: TicketDetail }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const comment = useWrite('ticket.comment', { onSuccess: () => setText(''), onError: notifyError })
  const send = () => {
    if (text.trim() !== '' && !comment.isPending) comment.mutate({ id: ticket.summary.id, text: text.trim() })
  }
  return (
    <section>
      <h2 className={css.sectionHead}>{t('ticket.timeline')}</h2>
      <ol className={css.timeline}>
        {ticket.timeline.map((entry, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries are only ever added at the end.
          <li key={index} className={css.entry}>
            <span className={css.mark}>
              <Icon name={MARKS[entry.kind] ?? 'info'} size={14} />
            </span>
            <div className="grow">
              <div className={css.entryHead}>
                <b>
                  <Hostile text={entry.by} />
                </b>
                {entry.automatic ? <span className={css.auto}>{t('ticket.automatic')}</span> : null}
                <span className="t2">{t(`ticket.timeline_kind.${entry.kind}`, { defaultValue: entry.kind })}</span>
                {entry.execution ? <Link to={`/executions/${entry.execution}`}>#{entry.execution}</Link> : null}
                <span className="grow" />
                <span className="t3 s12">
                  <TimeText at={entry.at} />
                </span>
              </div>
              {entry.kind === 'comment' ? (
                <div className={css.comment}>
                  <Markdown text={entry.text} />
                </div>
              ) : entry.kind !== 'report' && entry.text ? (
                <div className="t2">
                  <Hostile text={entryText(entry, t)} />
                </div>
              ) : null}
            </div>
          </li>
        ))}
      </ol>
      <Textarea
        label={t('ticket.comment')}
        autosize
        minRows={2}
        maxRows={10}
        maxLength={100_000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.ctrlKey && event.code === 'Enter' && !event.nativeEvent.isComposing) send()
        }}
      />
      <div className="row" style={{ justifyContent: 'flex-end', marginTop: 8 }}>
        <Button onClick={send} loading={comment.isPending} disabled={text.trim() === ''}>
          {t('ticket.comment_send')}
          <span style={{ marginLeft: 6 }}>
            <Kbd keys="Ctrl Enter" />
          </span>
        </Button>
      </div>
    </section>
  )
}

/** The newest events of a ticket. */
export function EventTable({ ticket, active, onOpen }: { ticket: TicketDetail; active: string | null; onOpen: (id: string) => void }) {
  const { t } = useTranslation()
  const columns = useMemo<Column<EventSummary>[]>(
    () => [
      { id: 'at', header: t('event_row.at'), width: 160, value: (row) => row.at, cell: (row) => <TimeText at={row.at} /> },
      {
        id: 'severity',
        header: t('ticket.severity'),
        width: 80,
        value: (row) => row.severity,
        cell: (row) => <SeverityBadge severity={row.severity} />,
      },
      {
        id: 'signature',
        header: t('ticket.signature'),
        width: 260,
        grow: true,
        value: (row) => row.signature,
        cell: (row) => <Hostile text={row.signature} />,
      },
      {
        id: 'src',
        header: t('ticket.source'),
        width: 170,
        value: (row) => endpoint(row.src_ip, row.src_port),
        cell: (row) => <span className="mono">{endpoint(row.src_ip, row.src_port)}</span>,
      },
      {
        id: 'dest',
        header: t('ticket.destination'),
        width: 170,
        value: (row) => endpoint(row.dest_ip, row.dest_port),
        cell: (row) => <span className="mono">{endpoint(row.dest_ip, row.dest_port)}</span>,
      },
      { id: 'protocol', header: t('event_row.protocol'), width: 70, value: (row) => row.protocol },
      {
        id: 'action',
        header: t('event_row.action'),
        width: 80,
        value: (row) => (row.action ? t(`event_row.${row.action}`, { defaultValue: row.action }) : null),
      },
    ],
    [t],
  )
  return (
    <VirtualGrid
      name="ticket-events"
      label={t('ticket.tab.events')}
      rows={ticket.events}
      columns={columns}
      rowKey={(row) => row.id}
      activeKey={active}
      onOpen={(row) => onOpen(row.id)}
      empty={<EmptyState icon="events" title={t('ticket.no_events')} />}
      toolbar={
        ticket.summary.event_count > ticket.events.length ? (
          <span className="t2 s12">{t('ticket.newest_events', { count: ticket.events.length })}</span>
        ) : undefined
      }
    />
  )
}

function endpoint(address: string | null, port: number | null): string {
  if (!address) return '–'
  if (port === null) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** The executions of a ticket, newest first. */
export function TicketExecutions({ executions }: { executions: ExecutionSummary[] }) {
  const { t } = useTranslation()
  const text = useText()
  const navigate = useNavigate()
  if (executions.length === 0)
    return <EmptyState icon="executions" title={t('ticket.no_executions')} text={t('ticket.no_executions_text')} />
  return (
    <ul className={css.executions}>
      {executions.map((row) => (
        <li key={row.id}>
          <button type="button" onClick={() => navigate(`/executions/${row.id}`)}>
            <span className="mono t2">#{row.id}</span>
            <b className="grow">
              {text(row.name)} <span className="t2">{t('execution.version_n', { version: row.version })}</span>
            </b>
            <span className="t2">{row.current_task ? text(row.current_task.name) : null}</span>
            <StatusBadge status={row.status} code={row.status === 'failed' ? row.error_code : null} />
            <TimeText at={row.started_at ?? row.queued_at} />
            <DurationText from={row.started_at} to={row.ended_at} />
          </button>
        </li>
      ))}
    </ul>
  )
}
