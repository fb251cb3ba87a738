import { ActionIcon, Tooltip } from '@mantine/core'
import { useCallback, useMemo } from 'react'
import { Link } from 'react-router'
import { useCrumbs } from '../../app/crumbs'
import { useTranslation } from '../../app/i18n'
import { useOperation, useWrite } from '../../app/query'
import type { BlocklistEntry } from '../../generated/api'
import {
  type Column,
  confirm,
  EmptyState,
  Hostile,
  Icon,
  notify,
  notifyError,
  Pending,
  TimeLeft,
  TimeText,
  VirtualGrid,
  visible,
} from '../../kit'

const keyOf = (row: BlocklistEntry) => String(row.id)

/** What is blocked, until when, and by whom; taking an entry off asks first. */
export function BlocklistScreen() {
  const { t } = useTranslation()
  const list = useOperation('blocklist.list', {})
  const { mutate: remove } = useWrite('blocklist.remove', {
    onSuccess: () => notify({ kind: 'done', text: t('block.removed') }),
    onError: notifyError,
  })
  useCrumbs({ label: t('rail.blocklist') })
  const onRemove = useCallback(
    async (row: BlocklistEntry) => {
      const value = visible(row.artifact.value)
      if (
        await confirm({
          title: t('block.remove_title', { value }),
          body: t('block.remove_body'),
          confirmLabel: t('block.remove'),
          danger: true,
        })
      )
        remove({ id: row.id })
    },
    [remove, t],
  )
  const columns = useMemo<Column<BlocklistEntry>[]>(
    () => [
      { id: 'kind', header: t('block.kind'), width: 88, value: (row) => t(`artifact.${row.artifact.kind}`) },
      {
        id: 'value',
        header: t('block.value'),
        width: 220,
        grow: true,
        value: (row) => row.artifact.value,
        cell: (row) => (
          <span className="mono b">
            <Hostile text={row.artifact.value} />
          </span>
        ),
      },
      {
        id: 'reason',
        header: t('block.reason'),
        width: 260,
        grow: true,
        value: (row) => row.reason,
        cell: (row) => <Hostile text={row.reason} />,
      },
      {
        id: 'ticket',
        header: t('execution.ticket'),
        width: 84,
        value: (row) => row.ticket,
        cell: (row) => (row.ticket ? <Link to={`/tickets/${row.ticket}`}>T-{row.ticket}</Link> : <span className="t3">–</span>),
      },
      { id: 'by', header: t('block.by'), width: 140, value: (row) => row.added_by, cell: (row) => <Hostile text={row.added_by} /> },
      { id: 'added', header: t('block.added'), width: 150, value: (row) => row.added_at, cell: (row) => <TimeText at={row.added_at} /> },
      {
        id: 'expires',
        header: t('block.expires'),
        width: 110,
        value: (row) => row.expires_at,
        cell: (row) => (row.expired ? <span className="t3">{t('block.expired')}</span> : <TimeLeft deadline={row.expires_at} />),
      },
      {
        id: 'remove',
        header: t('playbook.actions'),
        width: 56,
        value: () => null,
        cell: (row) => (
          <Tooltip label={t('block.remove')}>
            <ActionIcon aria-label={`${t('block.remove')}: ${visible(row.artifact.value)}`} onClick={() => void onRemove(row)}>
              <Icon name="trash" />
            </ActionIcon>
          </Tooltip>
        ),
      },
    ],
    [t, onRemove],
  )
  if (!list.data) return <Pending error={list.error} />
  return (
    <VirtualGrid
      name="blocklist"
      label={t('rail.blocklist')}
      rows={list.data.entries}
      columns={columns}
      rowKey={keyOf}
      empty={<EmptyState icon="block_list" title={t('block.empty')} text={t('block.empty_text')} />}
    />
  )
}
