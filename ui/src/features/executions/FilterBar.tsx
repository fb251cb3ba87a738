import { ActionIcon, Button, Menu, Popover, SegmentedControl, Text, TextInput, Tooltip } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation, useWrite } from '../../app/query'
import { useOperator } from '../../app/workspace'
import type { ListExecutions } from '../../generated/api'
import { confirm, formatTime, Icon, notify, notifyError, useZone, visible } from '../../kit'
import css from './executions.module.css'
import { filterOf, SHOWS, STATUSES, showOf, TRIGGERS } from './filter'

const SHOW_NAMES = Object.keys(SHOWS) as Array<keyof typeof SHOWS>
const HOUR = 3_600_000
const PERIODS = { hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR, month: 30 * 24 * HOUR } as const
const SOON = 200

/** Returns a filter without some of its parts. */
function without(filter: ListExecutions, ...names: Array<keyof ListExecutions>): ListExecutions {
  const rest = { ...filter }
  for (const name of names) delete rest[name]
  return rest
}

/** The usual views, the search, and what else can be asked for. */
export function FilterBar({ filter, onFilter }: { filter: ListExecutions; onFilter: (filter: ListExecutions) => void }) {
  const { t } = useTranslation()
  const [search, setSearch] = useState(filter.search ?? '')
  useEffect(() => setSearch(filter.search ?? ''), [filter.search])
  const apply = useDebouncedCallback((text: string) => {
    const wanted = text.trim()
    onFilter(wanted === '' ? without(filter, 'search') : { ...filter, search: wanted })
  }, SOON)
  return (
    <>
      <SegmentedControl
        aria-label={t('execution.show')}
        value={showOf(filter) ?? ''}
        onChange={(value) => {
          const status = SHOWS[value as keyof typeof SHOWS]
          onFilter(status.length === 0 ? without(filter, 'status') : { ...filter, status })
        }}
        data={SHOW_NAMES.map((value) => ({ value, label: t(`execution.filter.${value}`) }))}
      />
      <AddFilter filter={filter} onFilter={onFilter} />
      <Views filter={filter} onFilter={onFilter} />
      <span className="grow" />
      <TextInput
        className={css.search}
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value)
          apply(event.currentTarget.value)
        }}
        placeholder={t('viewer.list.search')}
        aria-label={t('viewer.list.search')}
        leftSection={<Icon name="search" size={14} />}
        rightSection={
          search === '' ? null : (
            <ActionIcon
              size={24}
              aria-label={t('viewer.list.search_clear')}
              onClick={() => {
                setSearch('')
                onFilter(without(filter, 'search'))
              }}
            >
              <Icon name="close" size={12} />
            </ActionIcon>
          )
        }
      />
    </>
  )
}

function AddFilter({ filter, onFilter }: { filter: ListExecutions; onFilter: (filter: ListExecutions) => void }) {
  const { t } = useTranslation()
  const text = useText()
  const operator = useOperator()
  const playbooks = useOperation('playbook.list', {})
  const toggle = (list: readonly string[] | undefined, value: string) =>
    list?.includes(value) ? list.filter((each) => each !== value) : [...(list ?? []), value]
  return (
    <Menu position="bottom-start" closeOnItemClick={false}>
      <Menu.Target>
        <Button leftSection={<Icon name="filter" size={14} />}>{t('viewer.list.filter')}</Button>
      </Menu.Target>
      <Menu.Dropdown className={css.filterMenu}>
        <Menu.Sub>
          <Menu.Sub.Target>
            <Menu.Sub.Item>{t('execution.status')}</Menu.Sub.Item>
          </Menu.Sub.Target>
          <Menu.Sub.Dropdown>
            {STATUSES.map((status) => {
              const on = filter.status?.includes(status) ?? false
              return (
                <Menu.CheckboxItem
                  key={status}
                  checked={on}
                  onChange={() => onFilter(filterOf({ ...filter, status: toggle(filter.status, status) }))}
                >
                  {t(`status.${status}`)}
                </Menu.CheckboxItem>
              )
            })}
          </Menu.Sub.Dropdown>
        </Menu.Sub>
        <Menu.Sub>
          <Menu.Sub.Target>
            <Menu.Sub.Item>{t('execution.playbook')}</Menu.Sub.Item>
          </Menu.Sub.Target>
          <Menu.Sub.Dropdown className={css.tallMenu}>
            {(playbooks.data?.playbooks ?? []).map((playbook) => {
              const on = filter.playbooks?.includes(playbook.id) ?? false
              return (
                <Menu.CheckboxItem
                  key={playbook.id}
                  checked={on}
                  onChange={() => onFilter(filterOf({ ...filter, playbooks: toggle(filter.playbooks, playbook.id) }))}
                >
                  {visible(text(playbook.name))}
                </Menu.CheckboxItem>
              )
            })}
          </Menu.Sub.Dropdown>
        </Menu.Sub>
        <Menu.Sub>
          <Menu.Sub.Target>
            <Menu.Sub.Item>{t('execution.trigger')}</Menu.Sub.Item>
          </Menu.Sub.Target>
          <Menu.Sub.Dropdown>
            {TRIGGERS.map((trigger) => {
              const on = filter.trigger?.includes(trigger) ?? false
              return (
                <Menu.CheckboxItem
                  key={trigger}
                  checked={on}
                  onChange={() => onFilter(filterOf({ ...filter, trigger: toggle(filter.trigger, trigger) }))}
                >
                  {t(`trigger.${trigger}`)}
                </Menu.CheckboxItem>
              )
            })}
          </Menu.Sub.Dropdown>
        </Menu.Sub>
        <Menu.Sub>
          <Menu.Sub.Target>
            <Menu.Sub.Item>{t('viewer.list.started')}</Menu.Sub.Item>
          </Menu.Sub.Target>
          <Menu.Sub.Dropdown>
            {(Object.keys(PERIODS) as Array<keyof typeof PERIODS>).map((period) => (
              <Menu.Item
                key={period}
                onClick={() => onFilter({ ...filter, started_from: new Date(Date.now() - PERIODS[period]).toISOString() })}
              >
                {t(`viewer.list.period.${period}`)}
              </Menu.Item>
            ))}
          </Menu.Sub.Dropdown>
        </Menu.Sub>
        <Menu.Divider />
        <Menu.CheckboxItem
          checked={filter.started_by === operator}
          onChange={() => onFilter(filter.started_by === operator ? without(filter, 'started_by') : { ...filter, started_by: operator })}
        >
          {t('viewer.list.mine')}
        </Menu.CheckboxItem>
        <Menu.CheckboxItem
          checked={filter.roots === true}
          onChange={() => onFilter(filter.roots ? without(filter, 'roots') : { ...filter, roots: true })}
        >
          {t('viewer.list.roots')}
        </Menu.CheckboxItem>
        <Menu.CheckboxItem
          checked={filter.kept === true}
          onChange={() => onFilter(filter.kept ? without(filter, 'kept') : { ...filter, kept: true })}
        >
          {t('viewer.list.kept')}
        </Menu.CheckboxItem>
      </Menu.Dropdown>
    </Menu>
  )
}

/** Filters that have a name. */
function Views({ filter, onFilter }: { filter: ListExecutions; onFilter: (filter: ListExecutions) => void }) {
  const { t } = useTranslation()
  const views = useOperation('view.list', { screen: 'executions' })
  const [name, setName] = useState('')
  const [opened, setOpened] = useState(false)
  const save = useWrite('view.save', {
    onSuccess: (view) => {
      notify({ kind: 'done', text: t('viewer.list.view_saved', { name: visible(view.name) }) })
      setName('')
      setOpened(false)
    },
    onError: notifyError,
  })
  const remove = useWrite('view.delete', { onError: notifyError })
  const list = views.data?.views ?? []
  const known = list.find((view) => view.name === name.trim())
  const submit = () => {
    if (name.trim() === '' || save.isPending) return
    save.mutate({ screen: 'executions', name: name.trim(), filter: filterOf(filter), ...(known ? { id: known.id } : {}) })
  }
  return (
    <Popover position="bottom-start" opened={opened} onChange={setOpened} trapFocus returnFocus>
      <Popover.Target>
        <Button leftSection={<Icon name="pin" size={14} />} onClick={() => setOpened(!opened)}>
          {t('viewer.list.views')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={css.filterMenu} p={4}>
        {list.length === 0 ? (
          <Text size="xs" c="dimmed" px={8} py={4}>
            {t('viewer.list.no_views')}
          </Text>
        ) : null}
        {list.map((view) => (
          <div key={view.id} className={css.viewRow}>
            <Button
              variant="subtle"
              color="gray"
              justify="start"
              onClick={() => {
                setOpened(false)
                onFilter(filterOf(view.filter))
              }}
            >
              {visible(view.name)}
            </Button>
            <ActionIcon
              size={24}
              aria-label={t('viewer.list.view_delete', { name: visible(view.name) })}
              onClick={async () => {
                setOpened(false)
                if (
                  await confirm({
                    title: t('viewer.list.view_delete', { name: visible(view.name) }),
                    confirmLabel: t('common.delete'),
                    danger: true,
                  })
                )
                  remove.mutate({ id: view.id })
              }}
            >
              <Icon name="trash" size={14} />
            </ActionIcon>
          </div>
        ))}
        <div className={css.viewRow}>
          <TextInput
            className="grow"
            aria-label={t('viewer.list.view_name')}
            placeholder={t('viewer.list.view_name')}
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.code === 'Enter' && !event.nativeEvent.isComposing) submit()
            }}
          />
          <Button onClick={submit} disabled={name.trim() === ''} loading={save.isPending}>
            {t(known ? 'viewer.list.view_replace' : 'viewer.list.view_save')}
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

/** What is asked for beyond the usual view, each part with a way to take it away. */
export function FilterChips({ filter, onFilter }: { filter: ListExecutions; onFilter: (filter: ListExecutions) => void }) {
  const { t } = useTranslation()
  const text = useText()
  const zone = useZone((state) => state.zone)
  const playbooks = useOperation('playbook.list', {})
  const nameOf = (id: string) => text(playbooks.data?.playbooks.find((playbook) => playbook.id === id)?.name) || id
  const chips: Array<{ key: string; label: string; rest: ListExecutions }> = []
  const add = (key: string, label: string, rest: ListExecutions) => chips.push({ key, label, rest })
  if (filter.status && showOf(filter) === null)
    add('status', `${t('execution.status')}: ${filter.status.map((each) => t(`status.${each}`)).join(', ')}`, without(filter, 'status'))
  const ids = [...(filter.playbook ? [filter.playbook] : []), ...(filter.playbooks ?? [])]
  if (ids.length > 0)
    add('playbooks', `${t('execution.playbook')}: ${ids.map(nameOf).join(', ')}`, without(filter, 'playbook', 'playbooks'))
  if (filter.version !== undefined) add('version', t('execution.version_n', { version: filter.version }), without(filter, 'version'))
  if (filter.trigger)
    add(
      'trigger',
      `${t('execution.trigger')}: ${filter.trigger.map((each) => t(`trigger.${each}`, { defaultValue: each })).join(', ')}`,
      without(filter, 'trigger'),
    )
  if (filter.ticket !== undefined) add('ticket', `T-${filter.ticket}`, without(filter, 'ticket'))
  if (filter.started_by) add('by', `${t('execution.by')}: ${filter.started_by}`, without(filter, 'started_by'))
  if (filter.error_code) add('code', `${t('viewer.list.code')}: ${filter.error_code}`, without(filter, 'error_code'))
  for (const of of ['queued', 'started', 'ended'] as const) {
    const [from, to] = [filter[`${of}_from`], filter[`${of}_to`]]
    if (!from && !to) continue
    const written = [from, to].map((time) => (time ? formatTime(time, 'short', zone) : '')).join(' – ')
    add(of, `${t(`viewer.list.${of}`)}: ${written}`, without(filter, `${of}_from`, `${of}_to`))
  }
  if (filter.task) {
    const { task, status, error_code: code } = filter.task
    const words = [task, ...(status ?? []).map((each) => t(`status.${each}`)), code].filter(Boolean).join(' ')
    add('task', `${t('viewer.compare.task')}: ${words}`, without(filter, 'task'))
  }
  if (filter.roots) add('roots', t('viewer.list.roots'), without(filter, 'roots'))
  if (filter.kept) add('kept', t('viewer.list.kept'), without(filter, 'kept'))
  if (chips.length === 0) return null
  return (
    <ul className={css.chips} aria-label={t('viewer.list.filters')}>
      {chips.map((chip) => (
        <li key={chip.key} className={css.chip}>
          <span className="cut">{visible(chip.label)}</span>
          <Tooltip label={t('viewer.list.remove')}>
            <ActionIcon
              size={24}
              aria-label={t('viewer.list.remove_this', { what: visible(chip.label) })}
              onClick={() => onFilter(chip.rest)}
            >
              <Icon name="close" size={12} />
            </ActionIcon>
          </Tooltip>
        </li>
      ))}
      <li>
        <Button
          variant="subtle"
          size="compact-xs"
          onClick={() =>
            onFilter({
              ...(filter.search ? { search: filter.search } : {}),
              ...(filter.sort ? { sort: filter.sort } : {}),
              ...(filter.ascending ? { ascending: true } : {}),
            })
          }
        >
          {t('viewer.list.clear')}
        </Button>
      </li>
    </ul>
  )
}
