import { useState } from 'react'
import { useTranslation } from '../app/i18n'
import { clipboard } from '../platform'
import { notify } from './feedback'
import { Icon } from './Icon'
import css from './kit.module.css'
import { Hostile } from './text'

const MANY = 100
const LONG = 1000

/** Returns the path of a child as the expression language writes it. */
export function childPath(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) return path === '' ? key : `${path}.${key}`
  return `${path}[${JSON.stringify(key)}]`
}

function entriesOf(value: object): Array<[string | number, unknown]> {
  return Array.isArray(value) ? value.map((item, index) => [index, item]) : Object.entries(value)
}

function Leaf({ value }: { value: unknown }) {
  const { t } = useTranslation()
  const [whole, setWhole] = useState(false)
  if (typeof value === 'string') {
    const cut = !whole && value.length > LONG
    return (
      <span className={css.jsonString}>
        "<Hostile text={cut ? value.slice(0, LONG) : value} />
        {cut ? '…' : '"'}
        {cut ? (
          <button type="button" className={css.jsonAction} onClick={() => setWhole(true)}>
            {t('json.show_all', { count: value.length })}
          </button>
        ) : null}
      </span>
    )
  }
  if (typeof value === 'number') return <span className={css.jsonNumber}>{String(value)}</span>
  return <span className={css.jsonWord}>{String(value)}</span>
}

function Branch({
  name,
  value,
  path,
  depth,
  openTo,
}: {
  name: string | number | null
  value: unknown
  path: string
  depth: number
  openTo: number
}) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(depth < openTo)
  const [shown, setShown] = useState(MANY)
  const isBranch = typeof value === 'object' && value !== null
  const entries = isBranch ? entriesOf(value) : []
  const copyValue = async () => {
    await clipboard.copyText(typeof value === 'string' ? value : JSON.stringify(value, null, 2))
    notify({ kind: 'done', text: t('common.copied') })
  }
  const copyPath = async () => {
    await clipboard.copyText(path)
    notify({ kind: 'done', text: t('common.copied') })
  }
  return (
    <li role="treeitem" aria-expanded={isBranch ? open : undefined} tabIndex={-1}>
      <div className={css.jsonRow} style={{ paddingLeft: depth * 14 }}>
        {isBranch && entries.length > 0 ? (
          <button
            type="button"
            className={css.jsonToggle}
            aria-label={t(open ? 'common.collapse' : 'common.expand')}
            onClick={() => setOpen(!open)}
          >
            <Icon name={open ? 'chevronDown' : 'chevronRight'} size={10} />
          </button>
        ) : (
          <span className={css.jsonToggle} />
        )}
        {name === null ? null : (
          <span className={css.jsonKey}>
            <Hostile text={String(name)} />:
          </span>
        )}
        {isBranch ? (
          <span className={css.jsonNote}>{Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`}</span>
        ) : (
          <Leaf value={value} />
        )}
        <span className={css.jsonActions}>
          <button type="button" className={css.jsonAction} onClick={copyValue}>
            {t('json.copy_value')}
          </button>
          {path === '' ? null : (
            <button type="button" className={css.jsonAction} onClick={copyPath}>
              {t('json.copy_path')}
            </button>
          )}
        </span>
      </div>
      {open && entries.length > 0 ? (
        <ul role="group">
          {entries.slice(0, shown).map(([key, child]) => (
            <Branch key={key} name={key} value={child} path={childPath(path, key)} depth={depth + 1} openTo={openTo} />
          ))}
          {entries.length > shown ? (
            <li>
              <button
                type="button"
                className={css.jsonAction}
                style={{ marginLeft: (depth + 1) * 14 + 20 }}
                onClick={() => setShown(shown + MANY * 5)}
              >
                {t('json.more', { count: entries.length - shown })}
              </button>
            </li>
          ) : null}
        </ul>
      ) : null}
    </li>
  )
}

/** A JSON value as a tree; every value and every path can be copied. `root` is the path of the value itself. */
export function JsonTree({ value, root = '', openTo = 2, label }: { value: unknown; root?: string; openTo?: number; label: string }) {
  return (
    <div className={css.json}>
      <ul role="tree" aria-label={label}>
        <Branch name={null} value={value} path={root} depth={0} openTo={openTo} />
      </ul>
    </div>
  )
}
