import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef } from 'react'
import css from './sidelist.module.css'
import { useRowHeight } from './VirtualGrid'

/** The narrow list beside an open detail: two lines a row, arrows move, what is open is marked. */
export function SideList<Row>(props: {
  label: string
  head: ReactNode
  rows: Row[]
  rowKey: (row: Row) => string
  activeKey: string | null
  onOpen: (row: Row) => void
  onNeedMore?: () => void
  children: (row: Row, active: boolean) => ReactNode
}) {
  const { rows, rowKey, activeKey, onOpen, onNeedMore } = props
  const scroller = useRef<HTMLDivElement>(null)
  const height = useRowHeight('--row-two')
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 8,
  })
  const at = rows.findIndex((row) => rowKey(row) === activeKey)
  const items = virtualizer.getVirtualItems()
  const last = items[items.length - 1]?.index ?? 0
  useEffect(() => {
    if (last >= rows.length - 30) onNeedMore?.()
  }, [last, rows.length, onNeedMore])
  useEffect(() => {
    if (at >= 0) virtualizer.scrollToIndex(at, { align: 'auto' })
  }, [at, virtualizer])
  const open = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))]
    if (row !== undefined) onOpen(row)
  }
  return (
    <section className={css.frame} aria-label={props.label}>
      {props.head}
      <div
        className={css.scroller}
        ref={scroller}
        role="listbox"
        aria-label={props.label}
        aria-activedescendant={activeKey === null ? undefined : `side-${activeKey}`}
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.code === 'ArrowDown') open(at + 1)
          else if (event.code === 'ArrowUp') open(at - 1)
          else if (event.code === 'Home') open(0)
          else if (event.code === 'End') open(rows.length - 1)
          else return
          event.preventDefault()
        }}
      >
        <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const row = rows[item.index]
            if (row === undefined) return null
            const key = rowKey(row)
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the list itself takes the keys.
              <div
                key={key}
                id={`side-${key}`}
                className={css.row}
                role="option"
                tabIndex={-1}
                aria-selected={key === activeKey}
                style={{ height, transform: `translateY(${item.start}px)` }}
                onClick={() => onOpen(row)}
              >
                {props.children(row, key === activeKey)}
              </div>
            )
          })}
        </div>
      </div>
    </section>
  )
}
