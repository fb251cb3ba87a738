import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation } from '../../app/query'
import type { ExecutionDetail } from '../../generated/api'
import { Hostile, Pending, TimeText } from '../../kit'
import css from './executions.module.css'

const ROW = 26

/** What happened, in the order of the journal. */
export function TransitionTable({
  detail,
  selected,
  onSelect,
}: {
  detail: ExecutionDetail
  selected: string | null
  onSelect: (task: string | null) => void
}) {
  const { t } = useTranslation()
  const text = useText()
  const log = useOperation('execution.log', { id: detail.summary.id })
  const scroller = useRef<HTMLDivElement>(null)
  const entries = log.data?.entries ?? []
  const virtualizer = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
  })
  const first = selected ? entries.findIndex((entry) => entry.task === selected) : -1
  useEffect(() => {
    if (first >= 0) virtualizer.scrollToIndex(first, { align: 'auto' })
  }, [first, virtualizer])
  if (!log.data) return <Pending error={log.error} />
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
              style={{ height: ROW, transform: `translateY(${item.start}px)` }}
              onClick={() => onSelect(entry.task)}
            >
              <span className="mono t3 num">{entry.sequence}</span>
              <TimeText at={entry.at} form="precise" />
              <span className="nowrap">{t(`event.${entry.event}`, { defaultValue: entry.event })}</span>
              <span className="cut b">
                {entry.task ? <Hostile text={text(detail.document.tasks[entry.task]?.name) || entry.task} /> : null}
              </span>
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
