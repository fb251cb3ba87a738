import { Button, SegmentedControl } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useMemo, useState } from 'react'
import { Link, useNavigate, useParams, useSearchParams } from 'react-router'
import { useCrumbs } from '../../app/crumbs'
import { useTranslation } from '../../app/i18n'
import { usePages } from '../../app/pages'
import { FirstRun, useIsFirstRun } from '../../app/sample'
import type { ListTickets, TicketPage, TicketStatus, TicketSummary } from '../../generated/api'
import {
  type Column,
  EmptyState,
  Hostile,
  Icon,
  Pending,
  SampleTag,
  SeverityBadge,
  SideList,
  TicketStatusBadge,
  TimeText,
  VerdictBadge,
  VirtualGrid,
} from '../../kit'
import { ImportAlerts } from './ImportAlerts'
import { TicketView } from './TicketView'
import css from './tickets.module.css'

const FILTERS = ['open', 'new', 'closed', 'all'] as const
type Filter = (typeof FILTERS)[number]

const STATUSES: Record<Filter, TicketStatus[] | undefined> = { open: ['new', 'assigned'], new: ['new'], closed: ['closed'], all: undefined }
const RANK = { critical: 4, high: 3, medium: 2, low: 1, info: 0 }

const rowsOf = (page: TicketPage) => page.tickets
const keyOf = (row: TicketSummary) => String(row.id)

/** Every ticket; one of them open beside the list. */
export function TicketsScreen() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { id } = useParams()
  const [address, setAddress] = useSearchParams()
  const filter = FILTERS.find((each) => each === address.get('show')) ?? 'open'
  const [search, setSearch] = useState('')
  const [wanted] = useDebouncedValue(search.trim(), 150)
  const [importing, setImporting] = useState(false)
  const request: ListTickets = {}
  const status = STATUSES[filter]
  if (status) request.status = status
  if (wanted) request.search = wanted
  const list = usePages('ticket.list', request, rowsOf)
  const first = useIsFirstRun()
  useCrumbs({ label: t('rail.tickets'), to: '/tickets' }, ...(id ? [{ label: `T-${id}` }] : []))

  const columns = useMemo<Column<TicketSummary>[]>(
    () => [
      {
        id: 'id',
        header: t('ticket.number'),
        width: 64,
        value: (row) => row.id,
        cell: (row) => <span className="mono t2">T-{row.id}</span>,
      },
      {
        id: 'severity',
        header: t('ticket.severity'),
        width: 84,
        value: (row) => RANK[row.severity],
        cell: (row) => <SeverityBadge severity={row.severity} />,
      },
      {
        id: 'title',
        header: t('ticket.title'),
        width: 230,
        grow: true,
        value: (row) => row.title,
        cell: (row) => (
          <>
            <Hostile text={row.title} /> {row.sample ? <SampleTag /> : null}
          </>
        ),
      },
      { id: 'type', header: t('ticket.type'), width: 96, value: (row) => t(`ticket.kind.${row.type}`, { defaultValue: row.type }) },
      {
        id: 'status',
        header: t('ticket.state'),
        width: 96,
        value: (row) => t(`ticket.status.${row.status}`),
        cell: (row) => <TicketStatusBadge status={row.status} />,
      },
      {
        id: 'verdict',
        header: t('ticket.verdict'),
        width: 104,
        value: (row) => (row.verdict ? t(`verdict.${row.verdict}`) : null),
        cell: (row) => (row.verdict ? <VerdictBadge verdict={row.verdict} /> : <span className="t3">–</span>),
      },
      {
        id: 'src',
        header: t('ticket.source'),
        width: 124,
        value: (row) => row.src_ip,
        cell: (row) => <span className="mono">{row.src_ip ?? '–'}</span>,
      },
      {
        id: 'dest',
        header: t('ticket.destination'),
        width: 124,
        value: (row) => row.dest_ip,
        cell: (row) => <span className="mono">{row.dest_ip ?? '–'}</span>,
      },
      {
        id: 'events',
        header: t('ticket.event_count'),
        width: 64,
        align: 'end',
        value: (row) => row.event_count,
        cell: (row) => row.event_count.toLocaleString(),
      },
      {
        id: 'assignee',
        header: t('ticket.assignee'),
        width: 92,
        value: (row) => row.assignee,
        cell: (row) => (row.assignee ? <Hostile text={row.assignee} /> : <span className="t3">{t('ticket.nobody')}</span>),
      },
      {
        id: 'last',
        header: t('ticket.last_event'),
        width: 150,
        value: (row) => row.last_event_at,
        cell: (row) => <TimeText at={row.last_event_at} />,
        hidden: true,
      },
      {
        id: 'opened',
        header: t('ticket.opened'),
        width: 150,
        value: (row) => row.opened_at,
        cell: (row) => <TimeText at={row.opened_at} />,
      },
    ],
    [t],
  )

  if (!list.loaded) return <Pending error={list.error} />

  const open = (row: TicketSummary) => navigate({ pathname: `/tickets/${row.id}`, search: filter === 'open' ? '' : `?show=${filter}` })
  const dialog = <ImportAlerts opened={importing} onClose={() => setImporting(false)} />
  if (first && id === undefined) {
    return (
      <>
        <FirstRun />
        {dialog}
      </>
    )
  }
  if (id === undefined) {
    return (
      <>
        <VirtualGrid
          name="tickets"
          label={t('rail.tickets')}
          rows={list.rows}
          total={list.total}
          onNeedMore={list.needMore}
          columns={columns}
          rowKey={keyOf}
          onOpen={open}
          toolbar={
            <>
              <SegmentedControl
                aria-label={t('ticket.show')}
                value={filter}
                onChange={(value) => setAddress(value === 'open' ? {} : { show: value }, { replace: true })}
                data={FILTERS.map((value) => ({ value, label: t(`ticket.filter.${value}`) }))}
              />
              <Button leftSection={<Icon name="events" />} onClick={() => setImporting(true)}>
                {t('ingest.button')}
              </Button>
            </>
          }
          search={{ value: search, onChange: setSearch, placeholder: t('ticket.search') }}
          empty={<EmptyState icon="ticket" title={t('ticket.empty')} text={t('ticket.empty_text')} />}
        />
        {dialog}
      </>
    )
  }
  return (
    <div className={css.beside}>
      <SideList
        label={t('rail.tickets')}
        head={
          <div className={css.listHead}>
            <b>{t('rail.tickets')}</b>
            <span className="t3">{list.total?.toLocaleString()}</span>
            <span className="grow" />
            <Link to="/tickets" className="s12">
              {t('ticket.all')}
            </Link>
          </div>
        }
        rows={list.rows}
        rowKey={keyOf}
        activeKey={id}
        onOpen={open}
        onNeedMore={list.needMore}
      >
        {(row, active) => (
          <>
            <span className={css.listLine}>
              <SeverityBadge severity={row.severity} short />
              <span className={`cut grow ${active ? 'b' : ''}`}>
                <Hostile text={row.title} />
              </span>
            </span>
            <span className={`${css.listLine} s12`}>
              <span className="mono t3">T-{row.id}</span>
              <span className="grow t2 cut">{t('ticket.events', { count: row.event_count })}</span>
              <span className="t3">
                <TimeText at={row.opened_at} form="ago" />
              </span>
            </span>
          </>
        )}
      </SideList>
      <TicketView key={id} id={Number(id)} />
    </div>
  )
}
