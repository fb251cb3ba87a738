import { useDebouncedValue } from '@mantine/hooks'
import { useCallback, useMemo, useState } from 'react'
import { Link } from 'react-router'
import { useTranslation } from '../../app/i18n'
import { useOperation } from '../../app/query'
import type { AuditEntry } from '../../generated/api'
import { type Column, EmptyState, Hostile, Pending, TimeText, VirtualGrid } from '../../kit'

const PAGE = 200
const MOST = 1000
const keyOf = (entry: AuditEntry) => String(entry.id)

/** Where something that was acted on can be looked at. */
function placeOf({ operation, target }: Pick<AuditEntry, 'operation' | 'target'>): string | null {
  if (target === null || target === '') return null
  const [noun] = operation.split('.')
  // The backend writes numbers as people read them: `#12`, `T-7`.
  const number = /^(?:#|T-)?(\d+)$/.exec(target)?.[1]
  if (noun === 'execution' && number) return `/executions/${number}`
  if (noun === 'ticket' && number) return `/tickets/${number}`
  if (noun === 'playbook' || noun === 'trigger') return `/playbooks/${encodeURIComponent(target)}`
  if (noun === 'blocklist') return '/blocklist'
  return null
}

/** Who did what to what, newest first; what was answered is under the decisions of Work. */
export function AuditView() {
  const { t } = useTranslation()
  const [limit, setLimit] = useState(PAGE)
  const [search, setSearch] = useState('')
  const [wanted] = useDebouncedValue(search.trim(), 200)
  const page = useOperation('audit.list', { limit, ...(wanted === '' ? {} : { search: wanted }) }, { placeholderData: (before) => before })
  const word = useCallback((operation: string) => t(`viewer.audit.did.${operation.replace('.', '_')}`, { defaultValue: operation }), [t])
  const columns = useMemo<Column<AuditEntry>[]>(
    () => [
      { id: 'at', header: t('viewer.audit.at'), width: 160, value: (row) => row.at, cell: (row) => <TimeText at={row.at} form="full" /> },
      {
        id: 'by',
        header: t('viewer.audit.by'),
        width: 130,
        value: (row) => row.by,
        cell: (row) => (
          <span className="b">
            <Hostile text={row.by} />
          </span>
        ),
      },
      { id: 'what', header: t('viewer.audit.what'), width: 220, value: (row) => word(row.operation) },
      { id: 'target', header: t('viewer.audit.target'), width: 200, value: (row) => row.target, cell: (row) => <Target entry={row} /> },
      {
        id: 'details',
        header: t('viewer.audit.details'),
        width: 260,
        grow: true,
        value: (row) => row.text,
        cell: (row) => (
          <span className="mono t2">
            <Hostile text={row.text} />
          </span>
        ),
      },
    ],
    [t, word],
  )
  if (!page.data) return <Pending error={page.error} />
  return (
    <VirtualGrid
      name="audit"
      label={t('viewer.audit.tab')}
      rows={page.data.entries}
      columns={columns}
      rowKey={keyOf}
      total={Math.min(MOST, page.data.total)}
      onNeedMore={() => setLimit((before) => Math.min(MOST, before + PAGE))}
      search={{ value: search, onChange: setSearch, placeholder: t('viewer.audit.search') }}
      toolbar={
        <Link className="link" to="/work/decisions/all">
          {t('viewer.audit.decisions')}
        </Link>
      }
      empty={<EmptyState icon="note" title={t('viewer.audit.none')} text={t('viewer.audit.none_text')} />}
    />
  )
}

function Target({ entry }: { entry: AuditEntry }) {
  const place = placeOf(entry)
  const { target } = entry
  if (target === null || target === '') return <span className="t3">–</span>
  return place === null ? (
    <Hostile text={target} />
  ) : (
    <Link className="link" to={place} onClick={(event) => event.stopPropagation()}>
      <Hostile text={target} />
    </Link>
  )
}
