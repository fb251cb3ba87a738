import { Tabs } from '@mantine/core'
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { useCrumbs } from '../../app/crumbs'
import { useTranslation } from '../../app/i18n'
import { FirstRun, useIsFirstRun } from '../../app/sample'
import type { ListExecutions } from '../../generated/api'
import side from '../../kit/sidelist.module.css'
import { AuditView } from './AuditView'
import { CompareView } from './CompareView'
import { ExecutionGrid } from './ExecutionGrid'
import { ExecutionList } from './ExecutionList'
import { ExecutionView } from './ExecutionView'
import css from './executions.module.css'
import { readFilter, writeFilter } from './filter'
import { MetricsView } from './MetricsView'
import { useExecutionRows } from './rows'

const TABS = ['list', 'metrics', 'audit'] as const

/** Every execution, live; one of them open beside the list, two side by side, or the figures of them all. */
export function ExecutionsScreen() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { id: named } = useParams()
  // What is no number names no execution: the list is shown.
  const id = named !== undefined && /^\d{1,15}$/.test(named) ? named : undefined
  const [address, setAddress] = useSearchParams()
  const written = address.toString()
  const filter = useMemo(() => readFilter(new URLSearchParams(written)), [written])
  const rows = useExecutionRows(filter)
  const first = useIsFirstRun()
  const other = Number(address.get('with'))
  const compares = id !== undefined && Number.isInteger(other) && other > 0
  const tab = TABS.find((each) => id === undefined && each === address.get('tab')) ?? 'list'
  useCrumbs(
    { label: t('rail.executions'), to: '/executions' },
    ...(tab === 'list' ? [] : [{ label: t(`viewer.${tab}.tab`) }]),
    ...(compares ? [{ label: t('viewer.compare.crumb', { left: id, right: other }) }] : id ? [{ label: `#${id}` }] : []),
  )
  const open = useCallback(
    (execution: number, task?: string | null) => {
      const search = new URLSearchParams(writeFilter(filter))
      if (task) search.set('task', task)
      navigate({ pathname: `/executions/${execution}`, search: search.toString() })
    },
    [filter, navigate],
  )
  const onFilter = useCallback(
    (next: ListExecutions) => {
      const search = new URLSearchParams(writeFilter(next))
      setAddress(search, { replace: true })
    },
    [setAddress],
  )
  if (first) return <FirstRun />
  if (compares) return <CompareView key={`${id}/${other}`} left={Number(id)} right={other} onClose={() => open(Number(id))} />
  if (id !== undefined)
    return (
      <WithListBeside list={<ExecutionList rows={rows} filter={filter} activeId={Number(id)} onOpen={open} />}>
        {(onShown) => <ExecutionView key={id} id={Number(id)} onShown={onShown} />}
      </WithListBeside>
    )
  return (
    <Tabs
      className={css.screen}
      value={tab}
      onChange={(next) => setAddress(next === 'list' || next === null ? {} : { tab: next }, { replace: true })}
      keepMounted={false}
    >
      <Tabs.List className={css.screenTabs}>
        <Tabs.Tab value="list">{t('viewer.list.tab')}</Tabs.Tab>
        <Tabs.Tab value="metrics">{t('viewer.metrics.tab')}</Tabs.Tab>
        <Tabs.Tab value="audit">{t('viewer.audit.tab')}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="list" className={css.screenPanel}>
        <ExecutionGrid rows={rows} filter={filter} onFilter={onFilter} onOpen={open} />
      </Tabs.Panel>
      <Tabs.Panel value="metrics" className={css.screenPanel}>
        <MetricsView onRows={(wanted) => navigate({ pathname: '/executions', search: writeFilter(wanted) })} />
      </Tabs.Panel>
      <Tabs.Panel value="audit" className={css.screenPanel}>
        <AuditView />
      </Tabs.Panel>
    </Tabs>
  )
}

/** So long the list beside waits for the execution that was opened. */
const PATIENCE_MS = 400

/** An execution with the list beside it. Who opens one waits for it, not for the list, which has its place and comes a moment later. */
function WithListBeside({ list, children }: { list: ReactNode; children: (onShown: () => void) => ReactNode }) {
  const [shown, setShown] = useState(false)
  const onShown = useCallback(() => setShown(true), [])
  useEffect(() => {
    const timer = setTimeout(onShown, PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [onShown])
  return (
    <div className={css.beside}>
      {shown ? list : <div className={side.frame} />}
      {children(onShown)}
    </div>
  )
}
