import { SegmentedControl } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useMemo, useState } from 'react'
import { Link, useNavigate, useParams, useSearchParams } from 'react-router'
import { useCrumbs } from '../../app/crumbs'
import { useText, useTranslation } from '../../app/i18n'
import { usePages } from '../../app/pages'
import { FirstRun, useIsFirstRun } from '../../app/sample'
import type { ExecutionPage, ExecutionStatus, ExecutionSummary, ListExecutions } from '../../generated/api'
import { type Column, DurationText, EmptyState, Hostile, Pending, SideList, StatusBadge, TimeText, VirtualGrid } from '../../kit'
import { ExecutionView } from './ExecutionView'
import css from './executions.module.css'

const FILTERS = ['all', 'live', 'failed', 'done'] as const
type Filter = (typeof FILTERS)[number]

const STATUSES: Record<Filter, ExecutionStatus[] | undefined> = {
  all: undefined,
  live: ['queued', 'running', 'waiting', 'paused', 'needs_review'],
  failed: ['failed', 'cancelled'],
  done: ['done'],
}

const rowsOf = (page: ExecutionPage) => page.executions
const keyOf = (row: ExecutionSummary) => String(row.id)

/** Every execution, live; one of them open beside the list. */
export function ExecutionsScreen() {
  const { t } = useTranslation()
  const text = useText()
  const navigate = useNavigate()
  const { id } = useParams()
  const [address, setAddress] = useSearchParams()
  const filter = FILTERS.find((each) => each === address.get('show')) ?? 'all'
  const [search, setSearch] = useState('')
  const [wanted] = useDebouncedValue(search.trim(), 150)
  const request: ListExecutions = {}
  const status = STATUSES[filter]
  if (status) request.status = status
  const playbook = address.get('playbook')
  if (playbook) request.playbook = playbook
  if (wanted) request.search = wanted
  const list = usePages('execution.list', request, rowsOf)
  const first = useIsFirstRun()
  useCrumbs({ label: t('rail.executions'), to: '/executions' }, ...(id ? [{ label: `#${id}` }] : []))

  const columns = useMemo<Column<ExecutionSummary>[]>(
    () => [
      {
        id: 'id',
        header: t('execution.number'),
        width: 72,
        value: (row) => row.id,
        cell: (row) => <span className="mono t2">#{row.id}</span>,
      },
      {
        id: 'name',
        header: t('execution.playbook'),
        width: 180,
        grow: true,
        value: (row) => text(row.name),
        cell: (row) => <span className="b">{text(row.name)}</span>,
      },
      { id: 'version', header: t('execution.version'), width: 60, align: 'end', value: (row) => row.version },
      {
        id: 'status',
        header: t('execution.status'),
        width: 136,
        value: (row) => t(`status.${row.status}`),
        cell: (row) => <StatusBadge status={row.status} code={row.status === 'failed' ? row.error_code : null} />,
      },
      {
        id: 'task',
        header: t('execution.current_task'),
        width: 150,
        value: (row) => text(row.current_task?.name),
        cell: (row) => <Hostile text={text(row.current_task?.name)} />,
      },
      {
        id: 'ticket',
        header: t('execution.ticket'),
        width: 220,
        grow: true,
        value: (row) => (row.ticket ? `T-${row.ticket} ${row.ticket_title ?? ''}` : null),
        cell: (row) =>
          row.ticket ? (
            <>
              <Link className="link" to={`/tickets/${row.ticket}`} onClick={(event) => event.stopPropagation()}>
                T-{row.ticket}
              </Link>{' '}
              <span className="t2">
                <Hostile text={row.ticket_title ?? ''} />
              </span>
            </>
          ) : (
            <span className="t3">–</span>
          ),
      },
      {
        id: 'trigger',
        header: t('execution.trigger'),
        width: 76,
        value: (row) => t(`trigger.${row.trigger}`, { defaultValue: row.trigger }),
      },
      {
        id: 'started',
        header: t('execution.started'),
        width: 150,
        value: (row) => row.started_at ?? row.queued_at,
        cell: (row) => <TimeText at={row.started_at} />,
      },
      {
        id: 'duration',
        header: t('execution.duration'),
        width: 100,
        align: 'end',
        value: (row) => (row.started_at ? (row.ended_at ? Date.parse(row.ended_at) : Date.now()) - Date.parse(row.started_at) : null),
        cell: (row) => <DurationText from={row.started_at} to={row.ended_at} />,
      },
      { id: 'by', header: t('execution.by'), width: 90, value: (row) => row.started_by, cell: (row) => <Hostile text={row.started_by} /> },
    ],
    [t, text],
  )

  if (!list.loaded) return <Pending error={list.error} />
  if (first) return <FirstRun />

  const open = (row: ExecutionSummary) => navigate({ pathname: `/executions/${row.id}`, search: filter === 'all' ? '' : `?show=${filter}` })
  const filters = (
    <SegmentedControl
      aria-label={t('execution.show')}
      value={filter}
      onChange={(value) => setAddress(value === 'all' ? {} : { show: value }, { replace: true })}
      data={FILTERS.map((value) => ({ value, label: t(`execution.filter.${value}`) }))}
    />
  )
  if (id === undefined) {
    return (
      <VirtualGrid
        name="executions"
        label={t('rail.executions')}
        rows={list.rows}
        total={list.total}
        onNeedMore={list.needMore}
        columns={columns}
        rowKey={keyOf}
        onOpen={open}
        toolbar={filters}
        search={{ value: search, onChange: setSearch, placeholder: t('execution.search') }}
        empty={<EmptyState icon="executions" title={t('execution.empty')} text={t('execution.empty_text')} />}
      />
    )
  }
  return (
    <div className={css.beside}>
      <SideList
        label={t('rail.executions')}
        head={
          <div className={css.listHead}>
            <b>{t('execution.word')}</b>
            <span className="t3">{list.total?.toLocaleString()}</span>
            <span className="grow" />
            <Link to="/executions" className="s12">
              {t('execution.all')}
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
              <span className={`cut grow ${active ? 'b' : ''}`}>{text(row.name)}</span>
              <span className="mono t3">#{row.id}</span>
            </span>
            <span className={`${css.listLine} s12`}>
              <span className="cut grow">
                <StatusBadge status={row.status} code={row.status === 'failed' ? row.error_code : null} />
              </span>
              <span className="t3">
                <DurationText from={row.started_at} to={row.ended_at} />
              </span>
            </span>
          </>
        )}
      </SideList>
      <ExecutionView key={id} id={Number(id)} />
    </div>
  )
}
