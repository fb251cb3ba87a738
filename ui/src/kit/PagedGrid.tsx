import { ActionIcon, Checkbox, Menu } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type MouseEvent, memo, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from '../app/i18n'
import { clipboard } from '../platform'
import { tsvOf } from './csv'
import { notify } from './feedback'
import css from './grid.module.css'
import { Icon } from './Icon'
import { TargetTip } from './TargetTip'
import { type Column, useRowHeight } from './VirtualGrid'

/** A column whose order the backend knows. */
export type PagedColumn<Row, Sort extends string> = Column<Row> & { sort?: Sort }

/** What is chosen: these rows, or everything that the filter finds. */
export type Chosen = { keys: ReadonlySet<string>; all: boolean }
export const NOTHING_CHOSEN: Chosen = { keys: new Set(), all: false }

const LINE = 20

function storedHidden(name: string): Record<string, boolean> {
  try {
    return JSON.parse(window.localStorage.getItem(`haetae.columns.${name}`) ?? '{}') as Record<string, boolean>
  } catch {
    return {}
  }
}

/**
 * A virtual list of any length, of which only what is in sight is read: order and filters are the backend's.
 * Arrows move, Space chooses, Shift extends, Enter opens, Ctrl-C copies, Ctrl-A chooses all.
 */
export function PagedGrid<Row extends object, Sort extends string>(props: {
  name: string
  label: string
  /** How many rows there are, read or not. */
  count: number
  rowAt: (index: number) => Row | undefined
  rowKey: (row: Row) => string
  columns: PagedColumn<Row, Sort>[]
  /** The rows in sight, from and to. */
  onRange: (from: number, to: number) => void
  onOpen: (row: Row) => void
  sort: { by: Sort; ascending: boolean }
  onSort: (by: Sort, ascending: boolean) => void
  chosen: Chosen
  onChosen: (chosen: Chosen) => void
  /** What a row is called, for its checkbox. */
  rowName: (row: Row) => string
  /** Lines under a row, such as where a search found it. */
  lines?: (row: Row) => ReactNode[]
  toolbar?: ReactNode
  below?: ReactNode
  foot: ReactNode
  empty?: ReactNode
}) {
  const { t } = useTranslation()
  const { count, rowAt, rowKey, columns, name, onRange, lines, chosen } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState(-1)
  const anchor = useRef(-1)
  const [hidden, setHidden] = useState(() => ({
    ...Object.fromEntries(columns.filter((column) => column.hidden).map((column) => [column.id, false])),
    ...storedHidden(name),
  }))
  const isShown = (id: string) => hidden[id] !== false
  const visible = useMemo(() => columns.filter((column) => hidden[column.id] !== false), [columns, hidden])
  const template = `28px ${visible.map((column) => (column.grow ? `minmax(${column.width}px, 1fr)` : `${column.width}px`)).join(' ')}`
  const minWidth = visible.reduce((sum, column) => sum + column.width, 24 + 28)
  const rowHeight = useRowHeight()
  const sizeOf = (index: number) => {
    const row = lines ? rowAt(index) : undefined
    return rowHeight + (row && lines ? lines(row).length * LINE : 0)
  }
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: sizeOf,
    overscan: 10,
    // Rows beyond the edge are there already: a frame of a moving list does not wait for the next ones.
    useFlushSync: false,
  })
  // Rows without lines are all as high, whatever stands in them: a hundred thousand of them are not measured again for a new page.
  const lineOf = lines ? rowAt : undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the heights are made of
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight, lines, lineOf])
  const items = virtualizer.getVirtualItems()
  const from = items[0]?.index ?? 0
  const to = items[items.length - 1]?.index ?? 0
  useEffect(() => onRange(from, to), [from, to, onRange])
  const at = Math.min(cursor, count - 1)

  const between = (one: number, other: number) => {
    const keys: string[] = []
    for (let index = Math.min(one, other); index <= Math.max(one, other); index++) {
      const row = rowAt(index)
      if (row) keys.push(rowKey(row))
    }
    return keys
  }
  const moveTo = (wanted: number, extend: boolean) => {
    const index = Math.max(0, Math.min(count - 1, wanted))
    setCursor(index)
    virtualizer.scrollToIndex(index)
    if (!extend) anchor.current = index
    else {
      if (anchor.current < 0) anchor.current = Math.max(0, at)
      props.onChosen({ keys: new Set(between(anchor.current, index)), all: false })
    }
  }
  const toggle = (row: Row) => {
    const keys = new Set(chosen.keys)
    if (!keys.delete(rowKey(row))) keys.add(rowKey(row))
    props.onChosen({ keys, all: false })
  }
  const isChosen = (row: Row) => chosen.all || chosen.keys.has(rowKey(row))
  const copy = async () => {
    const rows: Row[] = []
    for (let index = 0; index < count; index++) {
      const row = rowAt(index)
      if (row && (isChosen(row) || (index === at && chosen.keys.size === 0 && !chosen.all))) rows.push(row)
    }
    if (rows.length === 0) return
    await clipboard.copyText(tsvOf(rows.map((row) => visible.map((column) => column.value(row)))))
    notify({ kind: 'done', text: t('grid.copied', { count: rows.length }) })
  }
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.nativeEvent.isComposing || event.target !== event.currentTarget) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 2)
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: Math.max(0, at - 1),
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: count - 1,
    }
    const step = steps[event.code]
    const row = at < 0 ? undefined : rowAt(at)
    const control = event.ctrlKey || event.metaKey
    if (step !== undefined) moveTo(step, event.shiftKey)
    else if (event.code === 'Enter' && row) props.onOpen(row)
    else if (event.code === 'Space' && row) toggle(row)
    else if (control && event.code === 'KeyA') props.onChosen({ keys: new Set(), all: true })
    else if (control && event.code === 'KeyC' && (window.getSelection()?.isCollapsed ?? true)) void copy()
    else if (event.code === 'Escape' && (chosen.all || chosen.keys.size > 0)) props.onChosen(NOTHING_CHOSEN)
    else return
    event.preventDefault()
  }
  const some = chosen.keys.size > 0
  // A row is drawn again when it changes, not when the list moves under it: what it does is asked of the newest drawing of the list.
  const newest = useRef<RowActs<Row>>(undefined)
  useLayoutEffect(() => {
    newest.current = {
      onPress: (index, row, event) => {
        setCursor(index)
        if (event.shiftKey) {
          window.getSelection()?.removeAllRanges()
          props.onChosen({ keys: new Set(between(anchor.current < 0 ? at : anchor.current, index)), all: false })
        } else {
          anchor.current = index
          if (event.ctrlKey || event.metaKey) toggle(row)
          else props.onOpen(row)
        }
      },
      onChoose: (index, row) => {
        setCursor(index)
        anchor.current = index
        toggle(row)
      },
    }
  })
  const [acts] = useState<RowActs<Row>>(() => ({
    onPress: (...press) => newest.current?.onPress(...press),
    onChoose: (...choice) => newest.current?.onChoose(...choice),
  }))
  return (
    <div className={css.frame}>
      <div className={css.toolbar}>
        {props.toolbar}
        <Menu position="bottom-end">
          <Menu.Target>
            <TargetTip label={t('grid.columns')}>
              <ActionIcon aria-label={t('grid.columns')}>
                <Icon name="columns" />
              </ActionIcon>
            </TargetTip>
          </Menu.Target>
          <Menu.Dropdown>
            {columns.map((column) => {
              const on = isShown(column.id)
              return (
                <Menu.CheckboxItem
                  key={column.id}
                  checked={on}
                  disabled={on && visible.length === 1}
                  onChange={() => {
                    const next = { ...hidden, [column.id]: !on }
                    setHidden(next)
                    window.localStorage.setItem(`haetae.columns.${name}`, JSON.stringify(next))
                  }}
                >
                  {column.header}
                </Menu.CheckboxItem>
              )
            })}
          </Menu.Dropdown>
        </Menu>
      </div>
      {props.below}
      <div className={css.scroller} ref={scroller}>
        <div
          className={css.grid}
          style={{ minWidth }}
          role="grid"
          aria-label={props.label}
          aria-rowcount={count + 1}
          aria-multiselectable="true"
          aria-activedescendant={at < 0 ? undefined : `${name}-${at}`}
          tabIndex={0}
          onKeyDown={onKeyDown}
          onFocus={() => {
            if (at < 0 && count > 0) setCursor(0)
          }}
        >
          <div className={css.head} style={{ gridTemplateColumns: template }} role="row" aria-rowindex={1} tabIndex={-1}>
            <div role="columnheader" tabIndex={-1}>
              <Checkbox
                size="xs"
                tabIndex={-1}
                aria-label={t('viewer.grid.choose_all')}
                checked={chosen.all}
                indeterminate={some}
                onChange={() => props.onChosen(chosen.all || some ? NOTHING_CHOSEN : { keys: new Set(), all: true })}
              />
            </div>
            {visible.map((column) => {
              const { sort } = column
              const on = sort !== undefined && props.sort.by === sort
              const order = on ? (props.sort.ascending ? 'ascending' : 'descending') : undefined
              return (
                <div
                  key={column.id}
                  role="columnheader"
                  tabIndex={-1}
                  aria-sort={order ?? (sort === undefined ? undefined : 'none')}
                  className={column.align === 'end' ? css.end : undefined}
                >
                  {sort === undefined ? (
                    column.header
                  ) : (
                    <button type="button" className={css.sort} onClick={() => props.onSort(sort, on && !props.sort.ascending)}>
                      {column.header}
                      {on ? <Icon name={props.sort.ascending ? 'chevronUp' : 'chevronDown'} size={10} /> : null}
                    </button>
                  )}
                </div>
              )
            })}
          </div>
          <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
            {items.map((item) => {
              const row = rowAt(item.index)
              const place = { top: item.start, height: item.size }
              if (!row) return <div key={item.index} className={css.row} data-unread style={place} aria-hidden />
              return (
                <PagedRow
                  key={item.index}
                  id={`${name}-${item.index}`}
                  index={item.index}
                  row={row}
                  called={props.rowName(row)}
                  start={item.start}
                  size={item.size}
                  rowHeight={rowHeight}
                  template={template}
                  columns={visible}
                  lines={lines}
                  chosen={isChosen(row)}
                  cursor={item.index === at}
                  acts={acts}
                />
              )
            })}
          </div>
          {count === 0 ? props.empty : null}
        </div>
      </div>
      <div className={css.foot} aria-live="polite">
        {props.foot}
      </div>
    </div>
  )
}

/** What a press on a row does. */
interface RowActs<Row> {
  onPress: (index: number, row: Row, event: MouseEvent) => void
  onChoose: (index: number, row: Row) => void
}

interface RowProps<Row extends object> {
  id: string
  index: number
  row: Row
  /** What it is called, for its checkbox. */
  called: string
  start: number
  size: number
  rowHeight: number
  template: string
  columns: readonly Column<Row>[]
  lines: ((row: Row) => ReactNode[]) | undefined
  chosen: boolean
  cursor: boolean
  acts: RowActs<Row>
}

const PagedRow = memo(RowOf) as typeof RowOf

/** One row, at its place in the list. */
function RowOf<Row extends object>(props: RowProps<Row>) {
  const { t } = useTranslation()
  const { index, row, rowHeight, columns, acts } = props
  const under = props.lines?.(row) ?? []
  const rows = `${rowHeight}px repeat(${under.length}, ${LINE}px)`
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself takes the keys.
    <div
      id={props.id}
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      aria-selected={props.chosen}
      data-chosen={props.chosen || undefined}
      data-cursor={props.cursor || undefined}
      className={css.row}
      style={{ top: props.start, height: props.size, gridTemplateColumns: props.template, gridTemplateRows: rows }}
      onClick={(event) => acts.onPress(index, row, event)}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Space chooses the row. */}
      <div role="gridcell" tabIndex={-1} className={css.cell} onClick={(event) => event.stopPropagation()}>
        <input
          type="checkbox"
          className={css.tick}
          tabIndex={-1}
          aria-label={t('viewer.grid.choose', { name: props.called })}
          checked={props.chosen}
          onChange={() => acts.onChoose(index, row)}
        />
      </div>
      {columns.map((column) => (
        <div key={column.id} role="gridcell" tabIndex={-1} className={`${css.cell} ${column.align === 'end' ? css.end : ''}`}>
          {column.cell ? column.cell(row) : String(column.value(row) ?? '')}
        </div>
      ))}
      {under.map((line, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no identity but their place.
        <div key={place} role="gridcell" tabIndex={-1} className={css.under}>
          {line}
        </div>
      ))}
    </div>
  )
}
