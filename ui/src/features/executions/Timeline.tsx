import { useQueries } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Link } from 'react-router'
import { useText, useTranslation } from '../../app/i18n'
import { operationQuery } from '../../app/query'
import type { ChildPage, ChildSummary } from '../../generated/api'
import { durationWords, formatTime, Hostile, Icon, StatusIcon, statusTint, useNow, useRowHeight, useZone, visible } from '../../kit'
import css from './executions.module.css'
import { isFinal } from './facts'
import type { Moment } from './moment'
import { spansOf, stepOf } from './spans'
import { useTaskName, type Watched, type WatchedRun } from './watched'

/** The called executions that are drawn under one call; the card of the call lists them all. */
const CHILDREN = 500
const NONE: ChildSummary[] = []

type Line = { place: number } | { child: ChildSummary }

/** One line a task, one bar an attempt, waiting hatched. In a replay the bars end at the moment that is shown. */
export function Timeline({
  detail,
  tasks,
  moment,
  selected,
  onSelect,
}: {
  detail: Watched
  /** The task runs as they are shown: those of now, or of a moment. */
  tasks: readonly WatchedRun[]
  moment: Moment | null
  selected: string | null
  onSelect: (task: string | null) => void
}) {
  const { t, i18n } = useTranslation()
  const nameOf = useTaskName(detail)
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
    return detail.tasks
      .map((run, place) => ({ place, began: run.began }))
      .sort((a, b) => (a.began === b.began ? a.place - b.place : a.began - b.began))
      .map(({ place }) => place)
  }, [detail.tasks])
  // The executions that a call started stand under it once it is opened.
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const calls = useMemo(() => new Map(detail.calls.map((each) => [each.task, each])), [detail.calls])
  const wanted = useMemo(() => [...opened].filter((task) => calls.has(task)), [opened, calls])
  const children = useQueries({
    queries: wanted.map((task) => operationQuery('execution.children', { id: detail.summary.id, task, limit: CHILDREN })),
    combine: (results) => results.map((result) => (result.data as ChildPage | undefined)?.children ?? NONE),
  })
  const lines = useMemo<Line[]>(
    () =>
      wanted.length === 0
        ? order.map((place) => ({ place }))
        : order.flatMap((place): Line[] => {
            const at = wanted.indexOf(detail.tasks[place]?.id ?? '')
            return at < 0 ? [{ place }] : [{ place }, ...(children[at] ?? NONE).map((child) => ({ child }))]
          }),
    [order, children, wanted, detail.tasks],
  )
  const toggle = (task: string) =>
    setOpened((before) => {
      const next = new Set(before)
      if (!next.delete(task)) next.add(task)
      return next
    })
  const height = useRowHeight('--row-timeline')
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
  })
  const chosen = selected === null ? -1 : lines.findIndex((line) => 'place' in line && detail.tasks[line.place]?.id === selected)
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
            const line = lines[item.index]
            if (line && 'child' in line)
              return (
                <ChildLine
                  key={`child-${line.child.execution.id}`}
                  child={line.child}
                  now={now}
                  at={at}
                  length={length}
                  place={{ height, transform: `translateY(${item.start}px)` }}
                />
              )
            const run = line ? tasks[line.place] : undefined
            if (!run) return null
            const called = calls.get(run.id)
            const spans = spansOf(run, now)
            const took = run.started_at ? (run.ended_at ? Date.parse(run.ended_at) : now) - Date.parse(run.started_at) : null
            const name = nameOf(run.id)
            return (
              <div key={run.id} className={css.taskLine} style={{ height, transform: `translateY(${item.start}px)` }}>
                {called ? (
                  <button
                    type="button"
                    className={css.unfold}
                    aria-expanded={opened.has(run.id)}
                    aria-label={t('viewer.children.show', { name: visible(name) })}
                    onClick={() => toggle(run.id)}
                  >
                    <Icon name={opened.has(run.id) ? 'chevronDown' : 'chevronRight'} size={10} />
                  </button>
                ) : null}
                <button
                  type="button"
                  className={css.task}
                  data-selected={run.id === selected || undefined}
                  aria-pressed={run.id === selected}
                  style={{ ...statusTint(run.status), height }}
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
              </div>
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

/** An execution that a call started: one bar, and the way to it. */
function ChildLine({
  child,
  now,
  at,
  length,
  place,
}: {
  child: ChildSummary
  now: number
  at: (time: number) => string
  length: number
  place: { height: number; transform: string }
}) {
  const { i18n } = useTranslation()
  const text = useText()
  const language = i18n.language === 'ko' ? 'ko' : 'en'
  const { execution, value } = child
  const started = execution.started_at ? Date.parse(execution.started_at) : null
  const ended = execution.ended_at ? Math.min(Date.parse(execution.ended_at), now) : now
  const item = execution.parent?.item
  const named = value === null || value === undefined ? text(execution.name) : typeof value === 'string' ? value : JSON.stringify(value)
  return (
    <Link className={css.childLine} style={{ ...statusTint(execution.status), ...place }} to={`/executions/${execution.id}`}>
      <span className={css.name}>
        <StatusIcon status={execution.status} />
        <span className="grow cut">
          {item === null || item === undefined ? null : <span className="t3">{item + 1} </span>}
          <Hostile text={named.slice(0, 200)} />
        </span>
        <span className="t3 s12 nowrap">{started === null || started > now ? '' : durationWords(ended - started, language)}</span>
      </span>
      <span className={css.lane}>
        {started === null || started > now ? null : (
          <span
            className={css.span}
            data-kind={execution.status === 'waiting' ? 'person' : 'work'}
            data-status={execution.status}
            style={{ left: at(started), width: `max(3px, ${(((ended - started) / length) * 100).toFixed(3)}%)` }}
          />
        )}
      </span>
    </Link>
  )
}
