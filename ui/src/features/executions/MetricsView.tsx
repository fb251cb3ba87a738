import { SegmentedControl, Select } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { Link } from 'react-router'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation } from '../../app/query'
import type { DayCount, ExecutionStatus, ListExecutions, Metrics, ShowMetrics, TaskFigure } from '../../generated/api'
import { Banner, durationWords, EmptyState, Hostile, Pending, StatusIcon, statusTint, visible } from '../../kit'
import css from './metrics.module.css'

const DAYS = [7, 30, 90, 365] as const
const DAY = 86_400_000
/** From the foot of a bar upwards: what went well first. */
const STACK: readonly ExecutionStatus[] = ['done', 'cancelled', 'failed', 'needs_review', 'paused', 'waiting', 'running', 'queued']

/** The figures of a period, for team leads; every number opens the executions behind it. */
export function MetricsView({ onRows }: { onRows: (filter: ListExecutions) => void }) {
  const { t } = useTranslation()
  const text = useText()
  const [days, setDays] = useState<(typeof DAYS)[number]>(30)
  const [playbook, setPlaybook] = useState<string | null>(null)
  const playbooks = useOperation('playbook.list', {})
  // The period ends with today, whole, so that the figures of a day are asked for once.
  const [to] = useState(() => new Date(new Date().setHours(24, 0, 0, 0)))
  const request: ShowMetrics = { from: new Date(to.getTime() - days * DAY).toISOString(), to: to.toISOString() }
  if (playbook) request.playbook = playbook
  const metrics = useOperation('execution.metrics', request, { placeholderData: (before) => before })
  return (
    <div className={css.screen}>
      <div className={css.bar}>
        <SegmentedControl
          aria-label={t('viewer.metrics.period')}
          value={String(days)}
          onChange={(value) => setDays(DAYS.find((each) => String(each) === value) ?? 30)}
          data={DAYS.map((value) => ({ value: String(value), label: t('viewer.metrics.days', { count: value }) }))}
        />
        <Select
          aria-label={t('execution.playbook')}
          placeholder={t('viewer.metrics.all_playbooks')}
          data={(playbooks.data?.playbooks ?? []).map((each) => ({ value: each.id, label: visible(text(each.name)) || each.id }))}
          value={playbook}
          onChange={setPlaybook}
          clearable
          searchable
        />
        {metrics.data ? <span className="t3 s12">{t('viewer.metrics.zone', { zone: metrics.data.zone })}</span> : null}
      </div>
      {metrics.data ? <Figures metrics={metrics.data} onRows={onRows} /> : <Pending error={metrics.error} />}
    </div>
  )
}

function Figures({ metrics, onRows }: { metrics: Metrics; onRows: (filter: ListExecutions) => void }) {
  const { t, i18n } = useTranslation()
  const text = useText()
  const language = i18n.language === 'ko' ? 'ko' : 'en'
  const words = (ms: number | null | undefined) => (ms === null || ms === undefined ? '–' : durationWords(ms, language))
  const all = metrics.statuses.reduce((sum, each) => sum + each.count, 0)
  if (all === 0) return <EmptyState icon="executions" title={t('viewer.metrics.empty')} text={t('viewer.metrics.empty_text')} />
  const spent = metrics.automatic_ms + metrics.human_ms
  return (
    <div className={css.page}>
      {metrics.behind > 0 ? <Banner kind="info">{t('viewer.metrics.behind', { count: metrics.behind })}</Banner> : null}
      <ul className={css.tiles} aria-label={t('viewer.metrics.figures')}>
        {metrics.statuses.map((each) => (
          <Tile
            key={each.status}
            label={t(`status.${each.status}`)}
            icon={<StatusIcon status={each.status} />}
            value={each.count.toLocaleString()}
            onOpen={() => onRows(each.filter)}
          />
        ))}
        <Tile
          label={t('viewer.metrics.duration')}
          value={words(metrics.executions.median_ms)}
          note={t('viewer.metrics.p90', { duration: words(metrics.executions.p90_ms) })}
          onOpen={() => onRows(metrics.executions.filter)}
        />
        <Tile
          label={t('viewer.metrics.mttr')}
          value={words(metrics.tickets.mean_ms)}
          note={t('viewer.metrics.closed', { count: metrics.tickets.count })}
        />
        <Tile
          label={t('viewer.metrics.saved')}
          value={metrics.saved.count > 0 ? words(metrics.saved.saved_ms) : '–'}
          note={
            metrics.saved.count > 0
              ? t('viewer.metrics.saved_of', { manual: words(metrics.saved.manual_ms), count: metrics.saved.count })
              : t('viewer.metrics.saved_none')
          }
          {...(metrics.saved.count > 0 ? { onOpen: () => onRows(metrics.saved.filter) } : {})}
        />
      </ul>
      <Days days={metrics.days} onRows={onRows} />
      <section>
        <h2>{t('viewer.metrics.work')}</h2>
        <div className={css.share} aria-hidden>
          <i style={{ flexGrow: metrics.automatic_ms || (spent === 0 ? 1 : 0) }} data-kind="automatic" />
          <i style={{ flexGrow: metrics.human_ms }} data-kind="human" />
        </div>
        <p className={css.legend}>
          <span data-kind="automatic">{t('viewer.metrics.automatic', { duration: words(metrics.automatic_ms) })}</span>
          <span data-kind="human">{t('viewer.metrics.human', { duration: words(metrics.human_ms) })}</span>
        </p>
      </section>
      <Tasks title={t('viewer.metrics.slowest')} tasks={metrics.slowest} by="slow" onRows={onRows} />
      <Tasks title={t('viewer.metrics.failing')} tasks={metrics.failing} by="failed" onRows={onRows} />
      <section>
        <h2>{t('viewer.metrics.playbooks')}</h2>
        <table className={css.table}>
          <thead>
            <tr>
              <th>{t('execution.playbook')}</th>
              <th className="num">{t('viewer.metrics.count')}</th>
              <th className="num">{t('status.failed')}</th>
              <th className="num">{t('viewer.metrics.median')}</th>
            </tr>
          </thead>
          <tbody>
            {metrics.playbooks.map((each) => (
              <tr key={each.playbook}>
                <th scope="row">
                  <Hostile text={text(each.name) || each.playbook} />
                </th>
                <td className="num">
                  <Figure value={each.count} label={text(each.name)} onOpen={() => onRows(each.filter)} />
                </td>
                <td className="num">
                  <Figure value={each.failed} label={text(each.name)} onOpen={() => onRows({ ...each.filter, status: ['failed'] })} />
                </td>
                <td className="num">{words(each.median_ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {metrics.tickets.longest.length > 0 ? (
        <section>
          <h2>{t('viewer.metrics.longest')}</h2>
          <p className={css.tickets}>
            {metrics.tickets.longest.slice(0, 20).map((id) => (
              <Link key={id} className="link" to={`/tickets/${id}`}>
                T-{id}
              </Link>
            ))}
          </p>
        </section>
      ) : null}
    </div>
  )
}

function Tile({
  label,
  icon,
  value,
  note,
  onOpen,
}: {
  label: string
  icon?: ReactNode
  value: string
  note?: string
  onOpen?: () => void
}) {
  const { t } = useTranslation()
  const inside = (
    <>
      <span className={css.tileLabel}>
        {icon}
        {label}
      </span>
      <span className={css.tileValue}>{value}</span>
      {note ? <span className="t3 s12">{note}</span> : null}
    </>
  )
  return (
    <li>
      {onOpen ? (
        <button type="button" className={css.tile} onClick={onOpen} title={t('viewer.metrics.open')}>
          {inside}
        </button>
      ) : (
        <div className={css.tile}>{inside}</div>
      )}
    </li>
  )
}

/** A number that opens the rows behind it. */
function Figure({ value, label, onOpen }: { value: number; label: string; onOpen: () => void }) {
  const { t } = useTranslation()
  if (value === 0) return <span className="t3">0</span>
  return (
    <button
      type="button"
      className={css.figure}
      aria-label={t('viewer.metrics.open_of', { name: visible(label), count: value })}
      onClick={onOpen}
    >
      {value.toLocaleString()}
    </button>
  )
}

const HEIGHT = 120

/** A bar a day, stacked by status; the same figures are a table for those who do not see it. */
function Days({ days, onRows }: { days: readonly DayCount[]; onRows: (filter: ListExecutions) => void }) {
  const { t } = useTranslation()
  const [table, setTable] = useState(false)
  const totals = days.map((day) => day.statuses.reduce((sum, each) => sum + each.count, 0))
  const most = Math.max(1, ...totals)
  const present = STACK.filter((status) => days.some((day) => day.statuses.some((each) => each.status === status && each.count > 0)))
  const every = Math.max(1, Math.ceil(days.length / 10))
  return (
    <section>
      <h2>
        {t('viewer.metrics.by_day')}
        <SegmentedControl
          aria-label={t('viewer.metrics.form')}
          value={table ? 'table' : 'chart'}
          onChange={(value) => setTable(value === 'table')}
          data={[
            { value: 'chart', label: t('viewer.metrics.chart') },
            { value: 'table', label: t('viewer.metrics.table') },
          ]}
        />
      </h2>
      {table ? (
        <table className={css.table} aria-label={t('viewer.metrics.by_day')}>
          <thead>
            <tr>
              <th>{t('viewer.metrics.day')}</th>
              {present.map((status) => (
                <th key={status} className="num">
                  {t(`status.${status}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days
              .filter((_, index) => (totals[index] ?? 0) > 0)
              .map((day) => (
                <tr key={day.day}>
                  <th scope="row" className="nowrap">
                    {day.day}
                  </th>
                  {present.map((status) => {
                    const each = day.statuses.find((one) => one.status === status)
                    return (
                      <td key={status} className="num">
                        {each ? (
                          <Figure value={each.count} label={`${day.day} ${t(`status.${status}`)}`} onOpen={() => onRows(each.filter)} />
                        ) : (
                          <span className="t3">0</span>
                        )}
                      </td>
                    )
                  })}
                </tr>
              ))}
          </tbody>
        </table>
      ) : (
        <>
          <div className={css.chart}>
            <span className={css.most}>{most.toLocaleString()}</span>
            {days.map((day, index) => (
              <div key={day.day} className={css.day}>
                <div className={css.stack} style={{ height: HEIGHT }}>
                  {[...STACK].reverse().map((status) => {
                    const each = day.statuses.find((one) => one.status === status)
                    if (!each || each.count === 0) return null
                    const name = `${day.day} ${t(`status.${status}`)}`
                    return (
                      <button
                        key={status}
                        type="button"
                        className={css.part}
                        style={{ ...statusTint(status), height: Math.max(3, (each.count / most) * HEIGHT) }}
                        title={`${name}: ${each.count.toLocaleString()}`}
                        aria-label={t('viewer.metrics.open_of', { name, count: each.count })}
                        onClick={() => onRows(each.filter)}
                      />
                    )
                  })}
                </div>
                <span className={css.dayName}>{index % every === 0 ? day.day.slice(5) : ''}</span>
              </div>
            ))}
          </div>
          <p className={css.legend}>
            {present.map((status) => (
              <span key={status}>
                <i style={statusTint(status)} />
                {t(`status.${status}`)}
              </span>
            ))}
          </p>
        </>
      )}
    </section>
  )
}

function Tasks({
  title,
  tasks,
  by,
  onRows,
}: {
  title: string
  tasks: readonly TaskFigure[]
  by: 'slow' | 'failed'
  onRows: (filter: ListExecutions) => void
}) {
  const { t, i18n } = useTranslation()
  const text = useText()
  const language = i18n.language === 'ko' ? 'ko' : 'en'
  if (tasks.length === 0) return null
  const longest = Math.max(1, ...tasks.map((task) => (by === 'slow' ? task.mean_ms : task.failed)))
  return (
    <section>
      <h2>{title}</h2>
      <table className={css.table} aria-label={title}>
        <thead>
          <tr>
            <th>{t('viewer.compare.task')}</th>
            <th>{t('execution.playbook')}</th>
            <th className="num">{t('viewer.metrics.runs')}</th>
            <th className="num">{t('status.failed')}</th>
            <th>{by === 'slow' ? t('viewer.metrics.mean') : t('viewer.metrics.code')}</th>
            <th className="num">{t('viewer.metrics.median')}</th>
            <th className="num">{t('viewer.metrics.nine')}</th>
            <th className="num">{t('viewer.metrics.waited')}</th>
          </tr>
        </thead>
        <tbody>
          {tasks.map((task) => {
            const name = text(task.task_name) || task.task
            return (
              <tr key={`${task.playbook}/${task.task}`}>
                <th scope="row">
                  <Hostile text={name} />
                </th>
                <td className="t2">
                  <Hostile text={text(task.playbook_name) || task.playbook} />
                </td>
                <td className="num">
                  {by === 'slow' ? (
                    <Figure value={task.runs} label={name} onOpen={() => onRows(task.filter)} />
                  ) : (
                    task.runs.toLocaleString()
                  )}
                </td>
                <td className="num">
                  {by === 'failed' ? (
                    <Figure value={task.failed} label={name} onOpen={() => onRows(task.filter)} />
                  ) : (
                    task.failed.toLocaleString()
                  )}
                </td>
                <td>
                  {by === 'slow' ? (
                    <span className={css.measure}>
                      <i style={{ width: `${((task.mean_ms / longest) * 100).toFixed(1)}px` }} />
                      {durationWords(task.mean_ms, language)}
                    </span>
                  ) : task.error_code ? (
                    <a className="mono" href={`#/help/${encodeURIComponent(task.error_code)}`}>
                      {task.error_code}
                    </a>
                  ) : (
                    '–'
                  )}
                </td>
                <td className="num">{durationWords(task.median_ms, language)}</td>
                <td className="num">{durationWords(task.p90_ms, language)}</td>
                <td className="num t2">{task.human_ms > 0 ? durationWords(task.human_ms, language) : '–'}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}
