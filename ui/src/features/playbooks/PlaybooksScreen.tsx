import { ActionIcon, Button, Menu, Switch, Tooltip } from '@mantine/core'
import { useCallback, useMemo, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useCrumbs } from '../../app/crumbs'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation, useWrite } from '../../app/query'
import { FirstRun, useIsFirstRun } from '../../app/sample'
import type { ExchangeFormat, Loss, PlaybookSummary, TriggerDetail } from '../../generated/api'
import {
  type Column,
  confirm,
  EmptyState,
  Hostile,
  Icon,
  notifyError,
  Pending,
  SampleTag,
  Tag,
  TimeText,
  tint,
  VirtualGrid,
} from '../../kit'
import { asApiError } from '../../platform'
import { AddShipped } from './AddShipped'
import { CreatePlaybook } from './CreatePlaybook'
import { exportPlaybook, pickPlaybooks } from './files'
import { ExportReport, ImportPlaybooks } from './ImportPlaybooks'
import { RunPlaybook } from './RunPlaybook'
import { Triggers, triggerTime } from './Triggers'
import { UsesOf } from './Uses'

const keyOf = (row: PlaybookSummary) => row.id
const NO_TRIGGERS: readonly TriggerDetail[] = []

/** Every playbook: make one, open it in the designer, run it, allow it. */
export function PlaybooksScreen() {
  const { t } = useTranslation()
  const text = useText()
  const navigate = useNavigate()
  const list = useOperation('playbook.list', {})
  const triggers = useOperation('trigger.list', {})
  const triggersOf = useMemo(() => {
    const byPlaybook = new Map<string, TriggerDetail[]>()
    for (const each of triggers.data?.triggers ?? []) {
      const known = byPlaybook.get(each.playbook)
      if (known) known.push(each)
      else byPlaybook.set(each.playbook, [each])
    }
    return (id: string) => byPlaybook.get(id) ?? NO_TRIGGERS
  }, [triggers.data])
  const [creating, setCreating] = useState(false)
  const [running, setRunning] = useState<string | null>(null)
  const [shipping, setShipping] = useState(false)
  const [files, setFiles] = useState<readonly File[]>([])
  const [losses, setLosses] = useState<readonly Loss[]>([])
  const exportAs = useCallback(
    (id: string, format: ExchangeFormat) => exportPlaybook(id, format).then(setLosses, (thrown) => notifyError(asApiError(thrown))),
    [],
  )
  const { mutate: allow } = useWrite('playbook.allow', { onError: notifyError })
  const { mutate: remove } = useWrite('playbook.delete', { onError: notifyError })
  const first = useIsFirstRun()
  useCrumbs({ label: t('rail.playbooks') })

  const setEnabled = useCallback(
    async (row: PlaybookSummary, enabled: boolean) => {
      const yes =
        !enabled ||
        (await confirm({
          title: t('playbook.enable_title', { name: text(row.name) }),
          body: (
            <>
              {t('playbook.enable_body')}
              <UsesOf id={row.id} />
            </>
          ),
          confirmLabel: t('playbook.enable'),
        }))
      if (yes) allow({ id: row.id, enabled })
    },
    [allow, t, text],
  )
  const setAlone = useCallback(
    async (row: PlaybookSummary, alone: boolean) => {
      const yes =
        !alone ||
        (await confirm({
          title: t('playbook.alone_title', { name: text(row.name) }),
          body: t('playbook.alone_body'),
          confirmLabel: t('playbook.alone_confirm'),
          danger: true,
        }))
      if (yes) allow({ id: row.id, act_alone: alone })
    },
    [allow, t, text],
  )
  const onDelete = useCallback(
    async (row: PlaybookSummary) => {
      if (
        await confirm({
          title: t('playbook.delete_title', { name: text(row.name) }),
          body: t('playbook.delete_body'),
          confirmLabel: t('common.delete'),
          danger: true,
        })
      )
        remove({ id: row.id })
    },
    [remove, t, text],
  )

  const columns = useMemo<Column<PlaybookSummary>[]>(
    () => [
      {
        id: 'name',
        header: t('playbook.name'),
        width: 218,
        grow: true,
        value: (row) => text(row.name),
        cell: (row) => (
          <span className="row">
            <Link to={`/playbooks/${encodeURIComponent(row.id)}`} className="b cut" onClick={(event) => event.stopPropagation()}>
              <Hostile text={text(row.name) || row.id} />
            </Link>
            {row.draft ? <Tag>{t('playbook.draft')}</Tag> : null}
            {row.sample ? <SampleTag /> : null}
          </span>
        ),
      },
      {
        id: 'description',
        header: t('playbook.description'),
        width: 140,
        grow: true,
        value: (row) => text(row.description),
        cell: (row) => (
          <span className="t2">
            <Hostile text={text(row.description)} />
          </span>
        ),
      },
      {
        id: 'version',
        header: t('execution.version'),
        width: 60,
        align: 'end',
        value: (row) => row.version,
        cell: (row) => (row.version === 0 ? <span className="t3">–</span> : row.version),
      },
      { id: 'tasks', header: t('playbook.tasks'), width: 56, align: 'end', value: (row) => row.tasks },
      {
        id: 'problems',
        header: t('playbook.problems'),
        width: 84,
        value: (row) => row.errors * 1000 + row.warnings,
        cell: (row) => <Problems row={row} />,
      },
      {
        id: 'enabled',
        header: t('playbook.enabled'),
        width: 72,
        value: (row) => (row.enabled ? 1 : 0),
        cell: (row) => (
          <Toggle on={row.enabled} label={t('playbook.enabled_of', { name: text(row.name) })} onChange={(on) => void setEnabled(row, on)} />
        ),
      },
      {
        id: 'alone',
        header: t('playbook.alone'),
        width: 92,
        value: (row) => (row.act_alone ? 1 : 0),
        cell: (row) => (
          <Toggle on={row.act_alone} label={t('playbook.alone_of', { name: text(row.name) })} onChange={(on) => void setAlone(row, on)} />
        ),
      },
      {
        id: 'triggers',
        header: t('playbook.triggers'),
        width: 132,
        value: (row) => triggerTime(triggersOf(row.id)),
        cell: (row) => <Triggers triggers={triggersOf(row.id)} />,
      },
      {
        id: 'last',
        header: t('playbook.last_run'),
        width: 92,
        value: (row) => row.last_execution_at,
        cell: (row) => <TimeText at={row.last_execution_at} form="ago" />,
      },
      {
        id: 'saved',
        header: t('playbook.saved'),
        width: 92,
        value: (row) => row.saved_at,
        cell: (row) => <TimeText at={row.saved_at} form="ago" />,
      },
      {
        id: 'by',
        header: t('playbook.saved_by'),
        width: 92,
        value: (row) => row.saved_by,
        cell: (row) => <Hostile text={row.saved_by ?? '–'} />,
        hidden: true,
      },
      {
        id: 'actions',
        header: t('playbook.actions'),
        width: 92,
        value: () => null,
        cell: (row) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the row under the buttons must not hear their clicks.
          // biome-ignore lint/a11y/useKeyWithClickEvents: the buttons take the keys.
          <span className="row" style={{ gap: 2 }} onClick={(event) => event.stopPropagation()}>
            <Tooltip label={runRefusal(row) ? t(runRefusal(row) ?? '') : t('run.now')}>
              <ActionIcon
                aria-label={`${t('run.now')}: ${text(row.name)}`}
                data-disabled={runRefusal(row) ? true : undefined}
                onClick={() => (runRefusal(row) ? undefined : setRunning(row.id))}
              >
                <Icon name="start" />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={t('playbook.open')}>
              <ActionIcon
                aria-label={`${t('playbook.open')}: ${text(row.name)}`}
                onClick={() => navigate(`/playbooks/${encodeURIComponent(row.id)}`)}
              >
                <Icon name="playbook" />
              </ActionIcon>
            </Tooltip>
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon aria-label={`${t('common.more')}: ${text(row.name)}`}>
                  <Icon name="dots" />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  onClick={() => navigate(`/executions?playbook=${encodeURIComponent(row.id)}`)}
                  leftSection={<Icon name="executions" />}
                >
                  {t('rail.executions')}
                </Menu.Item>
                <Menu.Item onClick={() => void exportAs(row.id, 'json')} leftSection={<Icon name="save" />}>
                  {t('playbook.export.json')}
                </Menu.Item>
                <Menu.Item onClick={() => void exportAs(row.id, 'cacao')} leftSection={<Icon name="save" />}>
                  {t('playbook.export.cacao')}
                </Menu.Item>
                <Menu.Item c="var(--failed)" onClick={() => void onDelete(row)} leftSection={<Icon name="trash" />}>
                  {t('common.delete')}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </span>
        ),
      },
    ],
    [t, text, navigate, setEnabled, setAlone, onDelete, exportAs, triggersOf],
  )

  if (!list.data) return <Pending error={list.error} />
  if (first) return <FirstRun />
  return (
    <>
      <VirtualGrid
        name="playbooks"
        label={t('rail.playbooks')}
        rows={list.data.playbooks}
        columns={columns}
        rowKey={keyOf}
        onOpen={(row) => navigate(`/playbooks/${encodeURIComponent(row.id)}`)}
        toolbar={
          <>
            <Button onClick={() => pickPlaybooks(setFiles)}>{t('playbook.import.open')}</Button>
            <Button onClick={() => setShipping(true)}>{t('playbook.shipped.open')}</Button>
            <Button variant="filled" leftSection={<Icon name="plus" />} onClick={() => setCreating(true)}>
              {t('playbook.create')}
            </Button>
          </>
        }
        empty={
          <EmptyState icon="playbook" title={t('playbook.empty')} text={t('playbook.empty_text')}>
            <Button variant="filled" onClick={() => setCreating(true)}>
              {t('playbook.create')}
            </Button>
            <Button onClick={() => setShipping(true)}>{t('playbook.shipped.open')}</Button>
          </EmptyState>
        }
      />
      <CreatePlaybook opened={creating} taken={list.data.playbooks.map(keyOf)} onClose={() => setCreating(false)} />
      <ImportPlaybooks files={files} onDone={() => setFiles([])} />
      {losses.length > 0 ? <ExportReport losses={losses} onClose={() => setLosses([])} /> : null}
      {shipping ? <AddShipped onClose={() => setShipping(false)} /> : null}
      {running ? <RunPlaybook id={running} onClose={() => setRunning(null)} /> : null}
    </>
  )
}

function runRefusal(row: PlaybookSummary): string | null {
  if (row.version === 0) return 'run.no_version'
  if (!row.enabled) return 'run.not_enabled'
  if (row.errors > 0) return 'run.has_errors'
  return null
}

function Toggle({ on, label, onChange }: { on: boolean; label: string; onChange: (on: boolean) => void }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the row under the switch must not hear its clicks.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the switch takes the keys.
    <span onClick={(event) => event.stopPropagation()}>
      <Switch checked={on} aria-label={label} onChange={(event) => onChange(event.currentTarget.checked)} withThumbIndicator={false} />
    </span>
  )
}

function Problems({ row }: { row: PlaybookSummary }) {
  const { t } = useTranslation()
  if (row.errors === 0 && row.warnings === 0) return <span className="t3">–</span>
  return (
    <span className="row">
      {row.errors > 0 ? (
        <Tooltip label={t('playbook.errors', { count: row.errors })}>
          <span className="row" style={{ ...tint('failed'), gap: 4, color: 'var(--fg)' }}>
            <Icon name="error" size={14} />
            {row.errors}
          </span>
        </Tooltip>
      ) : null}
      {row.warnings > 0 ? (
        <Tooltip label={t('playbook.warnings', { count: row.warnings })}>
          <span className="row" style={{ ...tint('waiting'), gap: 4, color: 'var(--fg)' }}>
            <Icon name="warning" size={14} />
            {row.warnings}
          </span>
        </Tooltip>
      ) : null}
    </span>
  )
}
