import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'react-router'
import { useTranslation } from '../../app/i18n'
import { useOperation } from '../../app/query'
import type { CallCounts, ChildSummary, ExecutionStatus } from '../../generated/api'
import { DurationText, Hostile, StatusBadge } from '../../kit'
import css from './executions.module.css'

/** What somebody looks for first. */
const TROUBLE: ExecutionStatus[] = ['failed', 'needs_review', 'waiting', 'cancelled', 'paused']
const REST: ExecutionStatus[] = ['running', 'queued', 'done']
const PAGE = 200

/** Returns how many executions of a call are in one of some statuses. */
export function countOf(calls: CallCounts, statuses: readonly ExecutionStatus[]): number {
  return calls.counts.reduce((sum, each) => sum + (statuses.includes(each.status) ? each.count : 0), 0)
}

/** The executions that a call started: one, or one for each item of its list, failures first. */
export function Children({ execution, calls }: { execution: number; calls: CallCounts }) {
  const { t } = useTranslation()
  const [show, setShow] = useState<'all' | 'trouble'>('all')
  const trouble = countOf(calls, TROUBLE)
  const worse = useOperation(
    'execution.children',
    { id: execution, task: calls.task, status: TROUBLE, limit: PAGE },
    { enabled: trouble > 0, placeholderData: (before) => before },
  )
  const others = useOperation(
    'execution.children',
    { id: execution, task: calls.task, status: REST, limit: PAGE },
    { enabled: show === 'all', placeholderData: (before) => before },
  )
  const rows = [...(trouble > 0 ? (worse.data?.children ?? []) : []), ...(show === 'all' ? (others.data?.children ?? []) : [])]
  const wanted = show === 'all' ? calls.total : trouble
  return (
    <section>
      <h3 className={css.partHead}>
        <span>
          {t('viewer.children.title')}{' '}
          <span className="t3">
            {t('viewer.children.counts', { done: countOf(calls, ['done']), total: calls.total })}
            {trouble > 0 ? ` · ${t('viewer.children.trouble', { count: trouble })}` : ''}
          </span>
        </span>
        {calls.total > 1 && trouble > 0 ? (
          <SegmentedControl
            size="xs"
            aria-label={t('execution.show')}
            value={show}
            onChange={(value) => setShow(value === 'trouble' ? 'trouble' : 'all')}
            data={[
              { value: 'all', label: t('execution.filter.all') },
              { value: 'trouble', label: t('viewer.children.only_trouble') },
            ]}
          />
        ) : null}
      </h3>
      <ul className={css.children} aria-label={t('viewer.children.title')}>
        {rows.map((child) => (
          <Child key={child.execution.id} child={child} />
        ))}
      </ul>
      {rows.length < wanted ? <p className={css.none}>{t('viewer.bulk.more', { count: wanted - rows.length })}</p> : null}
    </section>
  )
}

function Child({ child }: { child: ChildSummary }) {
  const { execution, value } = child
  const written = value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
  return (
    <li>
      <Link className={css.child} to={`/executions/${execution.id}`}>
        <span className="mono t3">{execution.parent?.item === null || !execution.parent ? '' : execution.parent.item + 1}</span>
        <span className="cut grow mono">
          {written ? <Hostile text={written.length > 200 ? `${written.slice(0, 200)}…` : written} /> : `#${execution.id}`}
        </span>
        <StatusBadge status={execution.status} code={execution.status === 'failed' ? execution.error_code : null} />
        <span className="t3 s12">
          <DurationText from={execution.started_at} to={execution.ended_at} />
        </span>
      </Link>
    </li>
  )
}
