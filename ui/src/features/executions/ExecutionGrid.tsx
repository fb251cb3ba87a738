import { ActionIcon, Button, Menu } from '@mantine/core'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useText, useTranslation } from '../../app/i18n'
import type { ExecutionMatch, ExecutionSort, ExecutionSummary, ListExecutions } from '../../generated/api'
import {
  Banner,
  type Chosen,
  DurationText,
  EmptyState,
  ErrorNotice,
  Hostile,
  Icon,
  NOTHING_CHOSEN,
  type PagedColumn,
  PagedGrid,
  Pending,
  StatusBadge,
  TargetTip,
  TimeText,
} from '../../kit'
import { BulkDialog, useKeep } from './BulkDialog'
import css from './executions.module.css'
import { useExport } from './exporting'
import { FilterBar, FilterChips } from './FilterBar'
import type { ExecutionRows } from './rows'

/** The list of executions: filters, search with what was found, choosing several, export. */
export function ExecutionGrid({
  rows,
  filter,
  onFilter,
  onOpen,
}: {
  rows: ExecutionRows
  filter: ListExecutions
  onFilter: (filter: ListExecutions) => void
  onOpen: (id: number, task?: string | null) => void
}) {
  const { t } = useTranslation()
  const text = useText()
  const navigate = useNavigate()
  const [chosen, setChosen] = useState<Chosen>(NOTHING_CHOSEN)
  const [bulk, setBulk] = useState<'cancel' | 'rerun' | null>(null)
  const keep = useKeep(() => setChosen(NOTHING_CHOSEN))
  const exporting = useExport(filter)
  const { matchesOf, isKept } = rows
  const key = JSON.stringify(filter)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter is another list.
  useEffect(() => setChosen(NOTHING_CHOSEN), [key])

  const columns = useMemo<PagedColumn<ExecutionSummary, ExecutionSort>[]>(
    () => [
      {
        id: 'id',
        header: t('execution.number'),
        width: 76,
        sort: 'number',
        value: (row) => row.id,
        cell: (row) => (
          <span className="row mono t2" style={{ gap: 2 }}>
            #{row.id}
            {isKept(row.id) ? (
              <span role="img" aria-label={t('viewer.list.kept_short')}>
                <Icon name="pin" size={12} />
              </span>
            ) : null}
          </span>
        ),
      },
      {
        id: 'name',
        header: t('execution.playbook'),
        width: 150,
        grow: true,
        value: (row) => text(row.name),
        cell: (row) => (
          <span className="b">
            <Hostile text={text(row.name)} />
          </span>
        ),
      },
      { id: 'version', header: t('execution.version'), width: 60, align: 'end', value: (row) => row.version },
      {
        id: 'status',
        header: t('execution.status'),
        width: 148,
        value: (row) => t(`status.${row.status}`),
        cell: (row) => <StatusBadge status={row.status} code={row.status === 'failed' ? row.error_code : null} />,
      },
      {
        id: 'task',
        header: t('execution.current_task'),
        width: 140,
        value: (row) => text(row.current_task?.name),
        cell: (row) => <Hostile text={text(row.current_task?.name)} />,
      },
      {
        id: 'ticket',
        header: t('execution.ticket'),
        width: 190,
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
        width: 96,
        value: (row) => t(`trigger.${row.trigger}`, { defaultValue: row.trigger }),
        cell: (row) =>
          row.parent ? (
            <Link
              className="link"
              to={`/executions/${row.parent.execution}?task=${encodeURIComponent(row.parent.task)}`}
              onClick={(event) => event.stopPropagation()}
            >
              {t('viewer.list.called_by', { id: row.parent.execution })}
            </Link>
          ) : (
            t(`trigger.${row.trigger}`, { defaultValue: row.trigger })
          ),
      },
      {
        id: 'started',
        header: t('execution.started'),
        width: 150,
        sort: 'started',
        value: (row) => row.started_at ?? row.queued_at,
        cell: (row) => <TimeText at={row.started_at} />,
      },
      {
        id: 'ended',
        header: t('viewer.list.ended'),
        width: 150,
        sort: 'ended',
        hidden: true,
        value: (row) => row.ended_at,
        cell: (row) => <TimeText at={row.ended_at} />,
      },
      {
        id: 'duration',
        header: t('execution.duration'),
        width: 100,
        align: 'end',
        sort: 'duration',
        value: (row) => (row.started_at && row.ended_at ? Date.parse(row.ended_at) - Date.parse(row.started_at) : null),
        cell: (row) => <DurationText from={row.started_at} to={row.ended_at} />,
      },
      { id: 'by', header: t('execution.by'), width: 90, value: (row) => row.started_by, cell: (row) => <Hostile text={row.started_by} /> },
      {
        id: 'kept',
        header: t('viewer.list.kept_short'),
        width: 60,
        hidden: true,
        value: (row) => (isKept(row.id) ? t('viewer.list.kept_short') : null),
        cell: (row) => (isKept(row.id) ? <Icon name="pin" size={14} /> : null),
      },
    ],
    [t, text, isKept],
  )
  const searching = filter.search !== undefined
  const lines = useCallback(
    (row: ExecutionSummary) =>
      matchesOf(row.id).map((match) => (
        <Found key={`${match.field}${match.task}${match.path}`} match={match} onOpen={() => onOpen(match.execution, match.task)} />
      )),
    [matchesOf, onOpen],
  )
  if (!rows.loaded && rows.error === null) return <Pending error={null} />

  const ids = [...chosen.keys].map(Number)
  const several = chosen.all || ids.length > 0
  const target = chosen.all ? { filter } : { ids }
  const [left, right] = ids
  return (
    <>
      <PagedGrid<ExecutionSummary, ExecutionSort>
        name="executions"
        label={t('rail.executions')}
        count={rows.count}
        rowAt={rows.rowAt}
        rowKey={(row) => String(row.id)}
        rowName={(row) => `#${row.id}`}
        columns={columns}
        onRange={rows.onRange}
        onOpen={(row) => onOpen(row.id)}
        sort={{ by: filter.sort ?? 'number', ascending: filter.ascending ?? false }}
        onSort={(sort, ascending) => onFilter({ ...filter, sort, ascending })}
        chosen={chosen}
        onChosen={setChosen}
        {...(searching ? { lines } : {})}
        toolbar={
          <>
            <FilterBar filter={filter} onFilter={onFilter} />
            <Menu position="bottom-end">
              <Menu.Target>
                <TargetTip label={t('viewer.list.export')}>
                  <ActionIcon aria-label={t('viewer.list.export')} loading={exporting.busy}>
                    <Icon name="csv" />
                  </ActionIcon>
                </TargetTip>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => exporting.run('csv')}>{t('viewer.list.export_csv')}</Menu.Item>
                <Menu.Item onClick={() => exporting.run('json')}>{t('viewer.list.export_json')}</Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </>
        }
        below={
          <>
            <FilterChips filter={filter} onFilter={onFilter} />
            {rows.error ? (
              <Banner kind="failed">
                <ErrorNotice error={rows.error} />
              </Banner>
            ) : null}
            {several ? (
              <section className={css.bulk} aria-label={t('viewer.list.chosen')}>
                <b>
                  {chosen.all ? t('viewer.list.chosen_all', { count: rows.count }) : t('viewer.list.chosen_count', { count: ids.length })}
                </b>
                <Button leftSection={<Icon name="rerun" size={14} />} onClick={() => setBulk('rerun')}>
                  {t('viewer.list.rerun')}
                </Button>
                <Button leftSection={<Icon name="stop" size={14} />} onClick={() => setBulk('cancel')}>
                  {t('execution.cancel')}
                </Button>
                {chosen.all ? null : (
                  <>
                    <Button leftSection={<Icon name="pin" size={14} />} onClick={() => keep({ ids, keep: true })}>
                      {t('viewer.list.keep')}
                    </Button>
                    {ids.some(isKept) ? <Button onClick={() => keep({ ids, keep: false })}>{t('viewer.list.release')}</Button> : null}
                  </>
                )}
                {left !== undefined && right !== undefined && ids.length === 2 ? (
                  <Button
                    leftSection={<Icon name="columns" size={14} />}
                    onClick={() => navigate(`/executions/${Math.min(left, right)}?with=${Math.max(left, right)}`)}
                  >
                    {t('viewer.compare.open')}
                  </Button>
                ) : null}
                <span className="grow" />
                <Button variant="subtle" onClick={() => setChosen(NOTHING_CHOSEN)}>
                  {t('viewer.list.choose_none')}
                </Button>
              </section>
            ) : null}
          </>
        }
        foot={t(rows.exact ? 'grid.count' : 'viewer.list.at_least', { count: rows.count })}
        empty={
          !rows.exact ? (
            <Pending error={null} />
          ) : Object.keys(filter).length === 0 ? (
            <EmptyState icon="executions" title={t('execution.empty')} text={t('execution.empty_text')} />
          ) : (
            <EmptyState icon="search" title={t('viewer.list.nothing')} text={t('viewer.list.nothing_text')}>
              <Button onClick={() => onFilter({})}>{t('viewer.list.clear')}</Button>
            </EmptyState>
          )
        }
      />
      {bulk ? (
        <BulkDialog
          action={bulk}
          target={target}
          onClose={(done) => {
            setBulk(null)
            if (done) setChosen(NOTHING_CHOSEN)
          }}
        />
      ) : null}
    </>
  )
}

/** Where a search found its words. */
function Found({ match, onOpen }: { match: ExecutionMatch; onOpen: () => void }) {
  const { t } = useTranslation()
  const text = useText()
  const parts: React.ReactNode[] = []
  let end = 0
  for (const [from, to] of match.marks) {
    if (from > end) parts.push(<Hostile key={`t${end}`} text={match.snippet.slice(end, from)} />)
    parts.push(
      <mark key={`m${from}`} className={css.foundMark}>
        <Hostile text={match.snippet.slice(from, to)} />
      </mark>,
    )
    end = to
  }
  parts.push(<Hostile key="rest" text={match.snippet.slice(end)} />)
  return (
    <button
      type="button"
      tabIndex={-1}
      className={css.found}
      onClick={(event) => {
        event.stopPropagation()
        onOpen()
      }}
    >
      <span className="t3">
        {[match.task ? text(match.task_name) || match.task : null, t(`viewer.match.${match.field}`)].filter(Boolean).join(' · ')}
        {match.path && !match.snippet.startsWith(`${match.path.split('.').at(-1)}:`) ? (
          <span className="mono">
            {' '}
            <Hostile text={match.path} />
          </span>
        ) : null}
        {': '}
      </span>
      {parts}
    </button>
  )
}
