import { ActionIcon, Menu, TextInput, Tooltip } from '@mantine/core'
import {
  columnFilteringFeature,
  columnVisibilityFeature,
  createFilteredRowModel,
  createSortedRowModel,
  globalFilteringFeature,
  type ReactTable,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_basic,
  type Row as TableRow,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from '../app/i18n'
import { clipboard, saveText } from '../platform'
import { csvOf, tsvOf } from './csv'
import { notify } from './feedback'
import css from './grid.module.css'
import { Icon } from './Icon'
import { TargetTip } from './TargetTip'

/** What a cell is worth: for sorting, filtering, copying and exporting. */
export type CellValue = string | number | null

export type Column<Row> = {
  id: string
  header: string
  value: (row: Row) => CellValue
  /** How it looks; the value as text where absent. */
  cell?: (row: Row) => ReactNode
  /** Pixels; the widest column takes what is left when it says `grow`. */
  width: number
  grow?: boolean
  align?: 'end'
  hidden?: boolean
}

const features = tableFeatures({
  rowSortingFeature,
  columnFilteringFeature,
  globalFilteringFeature,
  columnVisibilityFeature,
  filteredRowModel: createFilteredRowModel(),
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic },
})

type Table<Row> = ReactTable<typeof features, Row & object>

function storedHidden(name: string): Record<string, boolean> | undefined {
  try {
    const text = window.localStorage.getItem(`haetae.columns.${name}`)
    return text === null ? undefined : (JSON.parse(text) as Record<string, boolean>)
  } catch {
    return undefined
  }
}

/**
 * A virtual list with columns: sort, filter, column choice, keyboard, copy, export.
 * Arrows move, Shift extends, Enter opens, Ctrl-C copies, Ctrl-A takes all.
 */
export function VirtualGrid<Row extends object>(props: {
  name: string
  label: string
  rows: Row[]
  columns: Column<Row>[]
  rowKey: (row: Row) => string
  /** The row whose details are open. */
  activeKey?: string | null
  onOpen?: (row: Row) => void
  /** More stands left of the filter. */
  toolbar?: ReactNode
  /** All there are, when more can be loaded. */
  total?: number
  onNeedMore?: () => void
  empty?: ReactNode
  /** The text that the server searches for; where absent the grid filters what it has. */
  search?: { value: string; onChange: (value: string) => void; placeholder: string }
}) {
  const { t } = useTranslation()
  const { rows, columns, rowKey, name, onNeedMore } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [filter, setFilter] = useState('')
  const [cursor, setCursor] = useState<string | null>(null)
  const [anchor, setAnchor] = useState<string | null>(null)

  const table: Table<Row> = useTable(
    {
      features,
      data: rows,
      columns: useMemo(
        () =>
          columns.map((column) => ({
            id: column.id,
            header: column.header,
            accessorFn: (row: Row) => column.value(row) ?? undefined,
            sortFn: 'auto' as const,
            sortUndefined: 'last' as const,
          })),
        [columns],
      ),
      getRowId: (row: Row) => rowKey(row),
      globalFilterFn: (row: TableRow<typeof features, Row>, column: string, wanted: string) =>
        String(row.getValue(column) ?? '')
          .toLowerCase()
          .includes(String(wanted).toLowerCase()),
      getColumnCanGlobalFilter: () => true,
      initialState: {
        columnVisibility:
          storedHidden(name) ?? Object.fromEntries(columns.filter((column) => column.hidden).map((column) => [column.id, false])),
      },
    } as never,
    (state) => state,
  ) as never

  useEffect(() => {
    table.setGlobalFilter(filter)
  }, [filter, table])

  const shown = table.getRowModel().rows
  const visible = columns.filter((column) => table.getColumn(column.id)?.getIsVisible() !== false)
  const template = visible.map((column) => (column.grow ? `minmax(${column.width}px, 1fr)` : `${column.width}px`)).join(' ')
  const minWidth = visible.reduce((sum, column) => sum + column.width, 24)
  const rowHeight = useRowHeight()

  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  useEffect(() => {
    virtualizer.measure()
    void rowHeight
  }, [virtualizer, rowHeight])

  const items = virtualizer.getVirtualItems()
  const last = items[items.length - 1]?.index ?? 0
  const more = props.total !== undefined && rows.length < props.total
  // What is loaded must be all there is before an order or a filter over it means anything.
  const needsAll = filter !== '' || (table.state.sorting?.length ?? 0) > 0
  useEffect(() => {
    if (more && (needsAll || last >= shown.length - 50)) onNeedMore?.()
  }, [more, needsAll, last, shown.length, onNeedMore])

  const indexOf = (key: string | null) => (key === null ? -1 : shown.findIndex((row) => row.id === key))
  const cursorIndex = indexOf(cursor)
  const anchorIndex = indexOf(anchor)
  const isChosen = (index: number) =>
    cursorIndex >= 0 &&
    index >= Math.min(cursorIndex, anchorIndex < 0 ? cursorIndex : anchorIndex) &&
    index <= Math.max(cursorIndex, anchorIndex)

  const moveTo = (index: number, extend: boolean) => {
    const target = shown[Math.max(0, Math.min(shown.length - 1, index))]
    if (!target) return
    setCursor(target.id)
    if (!extend) setAnchor(target.id)
    else if (anchor === null) setAnchor(cursor ?? target.id)
    virtualizer.scrollToIndex(shown.indexOf(target))
  }

  const valuesOf = useCallback((row: Row) => visible.map((column) => column.value(row)), [visible])
  const chosenRows = () => shown.filter((_, index) => isChosen(index)).map((row) => row.original as Row)

  const copy = async () => {
    const chosen = chosenRows()
    if (chosen.length === 0) return
    await clipboard.copyText(tsvOf(chosen.map(valuesOf)))
    notify({ kind: 'done', text: t('grid.copied', { count: chosen.length }) })
  }
  const exportCsv = () => {
    saveText(
      `haetae-${name}.csv`,
      csvOf(
        visible.map((column) => column.header),
        shown.map((row) => valuesOf(row.original as Row)),
      ),
      'text/csv',
    )
  }

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.nativeEvent.isComposing || event.target !== event.currentTarget) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 2)
    const steps: Record<string, number> = {
      ArrowDown: cursorIndex + 1,
      ArrowUp: cursorIndex < 0 ? 0 : cursorIndex - 1,
      PageDown: cursorIndex + page,
      PageUp: cursorIndex - page,
      Home: 0,
      End: shown.length - 1,
    }
    const step = steps[event.code]
    if (step !== undefined) {
      event.preventDefault()
      moveTo(step, event.shiftKey)
    } else if (event.code === 'Enter' && cursorIndex >= 0) {
      event.preventDefault()
      const row = shown[cursorIndex]
      if (row) props.onOpen?.(row.original as Row)
    } else if ((event.ctrlKey || event.metaKey) && event.code === 'KeyC' && (window.getSelection()?.isCollapsed ?? true)) {
      event.preventDefault()
      void copy()
    } else if ((event.ctrlKey || event.metaKey) && event.code === 'KeyA') {
      event.preventDefault()
      setAnchor(shown[0]?.id ?? null)
      setCursor(shown[shown.length - 1]?.id ?? null)
    }
  }

  return (
    <div className={css.frame}>
      <div className={css.toolbar}>
        {props.toolbar}
        <span className="grow" />
        <TextInput
          className={css.search}
          value={props.search ? props.search.value : filter}
          onChange={(event) => (props.search ? props.search.onChange : setFilter)(event.currentTarget.value)}
          placeholder={props.search?.placeholder ?? t('grid.filter')}
          aria-label={props.search?.placeholder ?? t('grid.filter')}
          leftSection={<Icon name="search" size={14} />}
        />
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
              const on = table.getColumn(column.id)?.getIsVisible() !== false
              return (
                <Menu.CheckboxItem
                  key={column.id}
                  checked={on}
                  disabled={on && visible.length === 1}
                  onChange={() => {
                    table.getColumn(column.id)?.toggleVisibility(!on)
                    const kept = Object.fromEntries(
                      columns.map((each) => [each.id, each.id === column.id ? !on : table.getColumn(each.id)?.getIsVisible() !== false]),
                    )
                    window.localStorage.setItem(`haetae.columns.${name}`, JSON.stringify(kept))
                  }}
                >
                  {column.header}
                </Menu.CheckboxItem>
              )
            })}
          </Menu.Dropdown>
        </Menu>
        <Tooltip label={t('grid.export')}>
          <ActionIcon aria-label={t('grid.export')} onClick={exportCsv} disabled={shown.length === 0}>
            <Icon name="csv" />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className={css.scroller} ref={scroller}>
        <div
          className={css.grid}
          style={{ minWidth }}
          role="grid"
          aria-label={props.label}
          aria-rowcount={shown.length + 1}
          aria-multiselectable="true"
          aria-activedescendant={cursor === null ? undefined : `${name}-${cursor}`}
          tabIndex={0}
          onKeyDown={onKeyDown}
          onFocus={() => {
            if (cursorIndex < 0 && shown[0]) {
              const first = props.activeKey ?? shown[0].id
              setCursor(first)
              setAnchor(first)
            }
          }}
        >
          <div className={css.head} style={{ gridTemplateColumns: template }} role="row" aria-rowindex={1} tabIndex={-1}>
            {visible.map((column) => {
              const sorted = table.getColumn(column.id)?.getIsSorted() ?? false
              return (
                <div
                  key={column.id}
                  role="columnheader"
                  tabIndex={-1}
                  aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : 'none'}
                  className={column.align === 'end' ? css.end : undefined}
                >
                  <button type="button" className={css.sort} onClick={() => table.getColumn(column.id)?.toggleSorting()}>
                    {column.header}
                    {sorted ? <Icon name={sorted === 'asc' ? 'chevronUp' : 'chevronDown'} size={10} /> : null}
                  </button>
                </div>
              )
            })}
          </div>
          <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
            {items.map((item) => {
              const row = shown[item.index]
              if (!row) return null
              const original = row.original as Row
              const active = props.activeKey === row.id
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself takes the keys.
                <div
                  key={row.id}
                  id={`${name}-${row.id}`}
                  role="row"
                  tabIndex={-1}
                  aria-rowindex={item.index + 2}
                  aria-selected={active || isChosen(item.index)}
                  data-active={active || undefined}
                  data-chosen={isChosen(item.index) || undefined}
                  data-cursor={row.id === cursor || undefined}
                  className={css.row}
                  style={{ gridTemplateColumns: template, height: rowHeight, transform: `translateY(${item.start}px)` }}
                  onClick={(event) => {
                    setCursor(row.id)
                    if (!event.shiftKey) {
                      setAnchor(row.id)
                      props.onOpen?.(original)
                    }
                  }}
                >
                  {visible.map((column) => (
                    <div key={column.id} role="gridcell" tabIndex={-1} className={`${css.cell} ${column.align === 'end' ? css.end : ''}`}>
                      {column.cell ? column.cell(original) : String(column.value(original) ?? '')}
                    </div>
                  ))}
                </div>
              )
            })}
          </div>
          {shown.length === 0 ? props.empty : null}
        </div>
      </div>
      <div className={css.foot} aria-live="polite">
        {more
          ? t('grid.loaded', { shown: shown.length.toLocaleString(), total: props.total?.toLocaleString() })
          : shown.length === rows.length
            ? t('grid.count', { count: rows.length })
            : t('grid.filtered', { shown: shown.length.toLocaleString(), total: rows.length.toLocaleString() })}
      </div>
    </div>
  )
}

/** Returns the height of a row in the density that is set. */
export function useRowHeight(token = '--row'): number {
  const read = () => Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue(token)) || 30
  const [height, setHeight] = useState(read)
  useEffect(() => {
    const observer = new MutationObserver(() => setHeight(read()))
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-density'] })
    return () => observer.disconnect()
  })
  return height
}
