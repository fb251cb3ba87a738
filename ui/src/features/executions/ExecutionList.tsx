import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { Link } from 'react-router'
import { useText, useTranslation } from '../../app/i18n'
import type { ListExecutions } from '../../generated/api'
import { DurationText, StatusBadge, useRowHeight, visible } from '../../kit'
import list from '../../kit/sidelist.module.css'
import css from './executions.module.css'
import { writeFilter } from './filter'
import type { ExecutionRows } from './rows'

/** The narrow list beside an open execution: two lines a row, arrows move, what is open is marked. */
export function ExecutionList({
  rows,
  filter,
  activeId,
  onOpen,
}: {
  rows: ExecutionRows
  filter: ListExecutions
  activeId: number
  onOpen: (id: number) => void
}) {
  const { t } = useTranslation()
  const text = useText()
  const scroller = useRef<HTMLDivElement>(null)
  const height = useRowHeight('--row-two')
  const virtualizer = useVirtualizer({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 8,
  })
  const items = virtualizer.getVirtualItems()
  const from = items[0]?.index ?? 0
  const to = items[items.length - 1]?.index ?? 0
  const { onRange } = rows
  useEffect(() => onRange(from, to), [from, to, onRange])
  const near = items.find((item) => rows.rowAt(item.index)?.id === activeId)?.index ?? -1
  const open = (index: number) => {
    const row = rows.rowAt(Math.max(0, Math.min(rows.count - 1, index)))
    if (!row) return
    virtualizer.scrollToIndex(index, { align: 'auto' })
    onOpen(row.id)
  }
  return (
    <section className={list.frame} aria-label={t('rail.executions')}>
      <div className={css.listHead}>
        <b>{t('execution.word')}</b>
        <span className="t3">
          {rows.count.toLocaleString()}
          {rows.exact ? '' : '+'}
        </span>
        <span className="grow" />
        <Link to={{ pathname: '/executions', search: writeFilter(filter) }} className="s12">
          {t('execution.all')}
        </Link>
      </div>
      <div
        className={list.scroller}
        ref={scroller}
        role="listbox"
        aria-label={t('rail.executions')}
        aria-activedescendant={near >= 0 ? `side-${activeId}` : undefined}
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.code === 'ArrowDown') open(near + 1)
          else if (event.code === 'ArrowUp') open(near - 1)
          else if (event.code === 'Home') open(0)
          else return
          event.preventDefault()
        }}
      >
        <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const row = rows.rowAt(item.index)
            const place = { height, transform: `translateY(${item.start}px)` }
            if (!row) return <div key={item.index} className={list.row} style={place} aria-hidden />
            const active = row.id === activeId
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the list itself takes the keys.
              <div
                key={item.index}
                id={`side-${row.id}`}
                className={list.row}
                role="option"
                tabIndex={-1}
                aria-selected={active}
                style={place}
                onClick={() => onOpen(row.id)}
              >
                <span className={css.listLine}>
                  <span className={`cut grow ${active ? 'b' : ''}`}>{visible(text(row.name))}</span>
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
              </div>
            )
          })}
        </div>
      </div>
    </section>
  )
}
