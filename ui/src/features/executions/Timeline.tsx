import { useMemo } from 'react'
import { useText, useTranslation } from '../../app/i18n'
import type { ExecutionDetail } from '../../generated/api'
import { durationWords, formatTime, Hostile, StatusIcon, statusTint, useNow, useZone } from '../../kit'
import css from './executions.module.css'
import { spansOf, stepOf } from './spans'

const FINAL = new Set(['done', 'failed', 'cancelled'])

/** One line a task, one bar an attempt, waiting hatched. */
export function Timeline({
  detail,
  selected,
  onSelect,
}: {
  detail: ExecutionDetail
  selected: string | null
  onSelect: (task: string | null) => void
}) {
  const { t, i18n } = useTranslation()
  const text = useText()
  const zone = useZone((state) => state.zone)
  const language = i18n.language === 'ko' ? 'ko' : 'en'
  const live = !FINAL.has(detail.summary.status)
  const clock = useNow(live)
  const start = Date.parse(detail.summary.started_at ?? detail.summary.queued_at)
  const now = detail.summary.ended_at ? Date.parse(detail.summary.ended_at) : Math.max(clock, start)
  const length = Math.max(1000, (now - start) * (live ? 1.03 : 1.01))
  const step = stepOf(length)
  const at = (time: number) => `${Math.max(0, ((time - start) / length) * 100).toFixed(3)}%`
  // Tasks in the order they began; those that never did come last, in the playbook's order.
  const runs = useMemo(
    () =>
      [...detail.tasks].sort(
        (a, b) =>
          (a.started_at ? Date.parse(a.started_at) : Number.POSITIVE_INFINITY) -
            (b.started_at ? Date.parse(b.started_at) : Number.POSITIVE_INFINITY) || 0,
      ),
    [detail.tasks],
  )
  // A mark in the last twentieth would stand over the edge.
  const marks = Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step).filter((mark) => mark < length * 0.95)
  return (
    <div className={css.timeline}>
      <div className={css.axis}>
        <span className={css.name} />
        <span className={css.lane}>
          {marks.map((mark) => (
            <span key={mark} className={css.mark} style={{ left: at(start + mark) }}>
              {mark === 0 ? formatTime(new Date(start).toISOString(), 'time', zone) : durationWords(mark, language)}
            </span>
          ))}
        </span>
      </div>
      {runs.map((run) => {
        const spans = spansOf(run, now)
        const took = run.started_at ? (run.ended_at ? Date.parse(run.ended_at) : now) - Date.parse(run.started_at) : null
        const name = text(detail.document.tasks[run.id]?.name) || run.id
        return (
          <button
            key={run.id}
            type="button"
            className={css.task}
            data-selected={run.id === selected || undefined}
            aria-pressed={run.id === selected}
            style={statusTint(run.status)}
            onClick={() => onSelect(run.id === selected ? null : run.id)}
            onContextMenu={(event) => {
              event.preventDefault()
              onSelect(run.id)
            }}
          >
            <span className={css.name}>
              <StatusIcon status={run.status} />
              <span className="grow cut">
                <Hostile text={name} />
              </span>
              <span className="t3 s12 nowrap">{took === null ? '' : durationWords(took, language)}</span>
            </span>
            <span className={css.lane}>
              {spans.map((span) => (
                <span
                  key={`${span.kind}${span.from}`}
                  className={css.span}
                  data-kind={span.kind}
                  data-status={span.kind === 'work' ? (span.failed ? 'failed' : run.status) : undefined}
                  style={{ left: at(span.from), width: `max(3px, ${(((span.to - span.from) / length) * 100).toFixed(3)}%)` }}
                />
              ))}
              {run.status === 'skipped' ? <span className={css.skipped}>{t('status.skipped')}</span> : null}
            </span>
          </button>
        )
      })}
      {live ? (
        <div className={css.overlay}>
          <span className={css.now} style={{ left: at(now) }} />
        </div>
      ) : null}
    </div>
  )
}
