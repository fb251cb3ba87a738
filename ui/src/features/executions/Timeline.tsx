import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef } from 'react'
import { useText, useTranslation } from '../../app/i18n'
import type { ExecutionDetail, TaskRun } from '../../generated/api'
import { durationWords, formatTime, Hostile, StatusIcon, statusTint, useNow, useRowHeight, useZone } from '../../kit'
import css from './executions.module.css'
import { isFinal } from './facts'
import type { Moment } from './moment'
import { spansOf, stepOf } from './spans'

/** One line a task, one bar an attempt, waiting hatched. In a replay the bars end at the moment that is shown. */
export function Timeline({
  detail,
  tasks,
  moment,
  selected,
  onSelect,
}: {
  detail: ExecutionDetail
  /** The task runs as they are shown: those of now, or of a moment. */
  tasks: readonly TaskRun[]
  moment: Moment | null
  selected: string | null
  onSelect: (task: string | null) => void
}) {
  const { t, i18n } = useTranslation()
  const text = useText()
  const zone = useZone((state) => state.zone)
  const language = i18n.language === 'ko' ? 'ko' : 'en'
  const scroller = useRef<HTMLDivElement>(null)
  const live = !isFinal(detail.summary.status)
  const clock = useNow(live)
  const start = Date.parse(detail.summary.started_at ?? detail.summary.queued_at)
  const end = detail.summary.ended_at ? Date.parse(detail.summary.ended_at) : Math.max(clock, start)
  const now = moment ? Math.max(start, moment.at) : end
  const length = Math.max(1000, (end - start) * (live ? 1.03 : 1.01))
  const step = stepOf(length)
  const at = (time: number) => `${Math.max(0, ((time - start) / length) * 100).toFixed(3)}%`
  // Tasks in the order they began; those that never did come last, in the playbook's order. A replay does not move the lines.
  const order = useMemo(() => {
    const began = (run: TaskRun) => (run.started_at ? Date.parse(run.started_at) : Number.POSITIVE_INFINITY)
    return detail.tasks
      .map((run, place) => ({ place, began: began(run) }))
      .sort((a, b) => (a.began === b.began ? a.place - b.place : a.began - b.began))
      .map(({ place }) => place)
  }, [detail.tasks])
  const height = useRowHeight('--row-timeline')
  const virtualizer = useVirtualizer({
    count: order.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
  })
  const chosen = selected === null ? -1 : order.findIndex((place) => detail.tasks[place]?.id === selected)
  useEffect(() => {
    if (chosen >= 0) virtualizer.scrollToIndex(chosen, { align: 'auto' })
  }, [chosen, virtualizer])
  // A mark in the last twentieth would stand over the edge.
  const marks = Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step).filter((mark) => mark < length * 0.95)
  return (
    <div className={css.timelineScroll} ref={scroller}>
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
        <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
          {virtualizer.getVirtualItems().map((item) => {
            const run = tasks[order[item.index] ?? -1]
            if (!run) return null
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
                style={{ ...statusTint(run.status), height, transform: `translateY(${item.start}px)` }}
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
        </div>
        {live || moment ? (
          <div className={css.overlay}>
            <span className={css.now} data-past={moment !== null || undefined} style={{ left: at(now) }} />
          </div>
        ) : null}
      </div>
    </div>
  )
}
