import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { useTranslation } from '../../app/i18n'
import type { TransitionLog } from '../../generated/api'
import { Hostile, Pending, TimeText } from '../../kit'
import type { ApiError } from '../../platform'
import css from './executions.module.css'
import type { Moment } from './moment'
import { useTaskName, type Watched } from './watched'

const ROW = 26

/** What happened, in the order of the journal. In a replay what had not happened yet is faint, and a click goes to that moment. */
export function TransitionTable({
  detail,
  log,
  error,
  moment,
  selected,
  onSelect,
  onMoment,
}: {
  detail: Watched
  log: TransitionLog | undefined
  error: ApiError | null
  moment: Moment | null
  selected: string | null
  onSelect: (task: string | null) => void
  onMoment: (sequence: number) => void
}) {
  const { t } = useTranslation()
  const nameOf = useTaskName(detail)
  const scroller = useRef<HTMLDivElement>(null)
  const entries = log?.entries ?? []
  const virtualizer = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
  })
  const current = moment ? entries.findIndex((entry) => entry.sequence === moment.sequence) : -1
  const first = moment ? current : selected ? entries.findIndex((entry) => entry.task === selected) : -1
  useEffect(() => {
    if (first >= 0) virtualizer.scrollToIndex(first, { align: 'auto' })
  }, [first, virtualizer])
  if (!log) return <Pending error={error} />
  return (
    <div className={css.log} ref={scroller}>
      <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {virtualizer.getVirtualItems().map((item) => {
          const entry = entries[item.index]
          if (!entry) return null
          return (
            <button
              key={entry.sequence}
              type="button"
              className={css.entry}
              data-selected={(entry.task !== null && entry.task === selected) || undefined}
              data-future={(moment !== null && entry.sequence > moment.sequence) || undefined}
              aria-current={entry.sequence === moment?.sequence ? 'step' : undefined}
              style={{ height: ROW, transform: `translateY(${item.start}px)` }}
              onClick={() => {
                if (entry.task) onSelect(entry.task)
                if (moment) onMoment(entry.sequence)
              }}
              onDoubleClick={() => onMoment(entry.sequence)}
            >
              <span className="mono t3 num">{entry.sequence}</span>
              <TimeText at={entry.at} form="precise" />
              <span className="nowrap">{t(`event.${entry.event}`, { defaultValue: entry.event })}</span>
              <span className="cut b">{entry.task ? <Hostile text={nameOf(entry.task)} /> : null}</span>
              <span className="cut t2">
                {entry.by ? <Hostile text={entry.by} /> : null}
                {entry.by && entry.text ? ' · ' : null}
                {entry.text ? <Hostile text={entry.text} /> : null}
              </span>
            </button>
          )
        })}
      </div>
    </div>
  )
}
