import { useMemo } from 'react'
import { useCrumbs } from '../../app/crumbs'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation } from '../../app/query'
import type { Asset } from '../../generated/api'
import { type Column, EmptyState, Hostile, Pending, SampleTag, SeverityBadge, VirtualGrid } from '../../kit'

const RANK = { critical: 4, high: 3, medium: 2, low: 1, info: 0 }
const keyOf = (row: Asset) => row.host

/** The hosts we own. */
export function AssetsScreen() {
  const { t } = useTranslation()
  const text = useText()
  const list = useOperation('asset.list', {})
  useCrumbs({ label: t('rail.assets') })
  const columns = useMemo<Column<Asset>[]>(
    () => [
      {
        id: 'host',
        header: t('asset.host'),
        width: 200,
        grow: true,
        value: (row) => row.host,
        cell: (row) => (
          <span className="row">
            <b className="cut">
              <Hostile text={row.host} />
            </b>
            {row.sample ? <SampleTag /> : null}
          </span>
        ),
      },
      {
        id: 'addresses',
        header: t('asset.addresses'),
        width: 200,
        value: (row) => row.addresses.join(', '),
        cell: (row) => <span className="mono">{row.addresses.join(', ')}</span>,
      },
      { id: 'owner', header: t('asset.owner'), width: 150, value: (row) => row.owner, cell: (row) => <Hostile text={row.owner ?? '–'} /> },
      { id: 'os', header: t('asset.os'), width: 160, value: (row) => row.os, cell: (row) => <Hostile text={row.os ?? '–'} /> },
      {
        id: 'role',
        header: t('asset.role'),
        width: 220,
        grow: true,
        value: (row) => text(row.role),
        cell: (row) => <Hostile text={text(row.role) || '–'} />,
      },
      {
        id: 'criticality',
        header: t('asset.criticality'),
        width: 130,
        value: (row) => RANK[row.criticality],
        cell: (row) => <SeverityBadge severity={row.criticality} />,
      },
    ],
    [t, text],
  )
  if (!list.data) return <Pending error={list.error} />
  return (
    <VirtualGrid
      name="assets"
      label={t('rail.assets')}
      rows={list.data.assets}
      columns={columns}
      rowKey={keyOf}
      empty={<EmptyState icon="assets" title={t('asset.empty')} text={t('asset.empty_text')} />}
    />
  )
}
