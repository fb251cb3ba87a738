import { Modal } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { Hostile, Icon, type IconName, notifyError, StatusIcon } from '../kit'
import css from './frame.module.css'
import { useText, useTranslation } from './i18n'
import { PLACES } from './navigation'
import { useOperation, useWrite } from './query'
import { useWorkspace } from './workspace'

type Item = { key: string; group: string; icon: IconName; label: string; detail?: React.ReactNode; run: () => void }

/** One box for going anywhere, finding anything, and doing what the frame can do (Ctrl-K). */
export function CommandPalette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size={600}
      yOffset="12vh"
      centered={false}
      attributes={{ content: { 'aria-label': t('palette.label') } }}
    >
      {opened ? <Palette onClose={onClose} /> : null}
    </Modal>
  )
}

function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('')
  const [index, setIndex] = useState(0)
  const { t } = useTranslation()
  const items = useItems(text.trim())
  const list = useRef<HTMLDivElement>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another text starts again at the first item.
  useEffect(() => setIndex(0), [text])
  useEffect(() => {
    list.current?.querySelector(`[data-index="${index}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [index])

  const run = (item: Item | undefined) => {
    if (!item) return
    onClose()
    item.run()
  }
  return (
    <div className={css.palette}>
      <input
        className={css.paletteInput}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        placeholder={t('palette.placeholder')}
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-label={t('palette.placeholder')}
        aria-activedescendant={items[index] ? `palette-${items[index].key}` : undefined}
        data-autofocus
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          if (event.code === 'ArrowDown') setIndex(Math.min(items.length - 1, index + 1))
          else if (event.code === 'ArrowUp') setIndex(Math.max(0, index - 1))
          else if (event.code === 'Enter') run(items[index])
          else return
          event.preventDefault()
        }}
      />
      <div className={css.paletteList} id="palette-list" role="listbox" aria-label={t('palette.label')} ref={list} tabIndex={-1}>
        {items.map((item, at) => (
          <div key={item.key}>
            {item.group !== items[at - 1]?.group ? <div className={css.paletteGroup}>{item.group}</div> : null}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the box above takes the keys. */}
            <div
              id={`palette-${item.key}`}
              className={css.paletteItem}
              role="option"
              tabIndex={-1}
              aria-selected={at === index}
              data-index={at}
              onMouseMove={() => setIndex(at)}
              onClick={() => run(item)}
            >
              <Icon name={item.icon} />
              <span className="grow cut">
                <Hostile text={item.label} />
              </span>
              {item.detail ? <span className="t3 s12 nowrap">{item.detail}</span> : null}
            </div>
          </div>
        ))}
        {items.length === 0 ? <div className={css.paletteNone}>{t('palette.none')}</div> : null}
      </div>
    </div>
  )
}

function useItems(text: string): Item[] {
  const { t, i18n } = useTranslation()
  const nameOf = useText()
  const navigate = useNavigate()
  const workspace = useWorkspace()
  const save = useWrite('settings.save', { onError: notifyError })
  const [search] = useDebouncedValue(text, 120)
  const enabled = search.length > 0
  const playbooks = useOperation('playbook.list', {})
  const tickets = useOperation('ticket.list', { search, limit: 8 }, { enabled })
  const executions = useOperation('execution.list', { search, limit: 8 }, { enabled })

  return useMemo(() => {
    const wanted = text.toLowerCase()
    const matches = (label: string) => label.toLowerCase().includes(wanted)
    const items: Item[] = []
    const number = /^(#|t-)?(\d+)$/i.exec(text)
    if (number?.[2]) {
      const id = number[2]
      if (number[1] !== '#')
        items.push({ key: `t${id}`, group: t('palette.open'), icon: 'ticket', label: `T-${id}`, run: () => navigate(`/tickets/${id}`) })
      if (number[1] === undefined || number[1] === '#')
        items.push({
          key: `x${id}`,
          group: t('palette.open'),
          icon: 'executions',
          label: `#${id}`,
          run: () => navigate(`/executions/${id}`),
        })
    }
    for (const place of PLACES) {
      const label = t(`rail.${place.key}`)
      if (matches(label) || place.key.includes(wanted))
        items.push({ key: place.key, group: t('palette.go'), icon: place.icon, label, run: () => navigate(place.to) })
    }
    const reference = t('functions.title')
    if (matches(reference) || 'functions'.includes(wanted))
      items.push({ key: 'functions', group: t('palette.go'), icon: 'help', label: reference, run: () => navigate('/functions') })
    for (const playbook of playbooks.data?.playbooks ?? []) {
      const label = nameOf(playbook.name)
      if (wanted !== '' && (matches(label) || playbook.id.includes(wanted)))
        items.push({
          key: `p-${playbook.id}`,
          group: t('rail.playbooks'),
          icon: 'playbook',
          label,
          detail: playbook.id,
          run: () => navigate(`/playbooks/${encodeURIComponent(playbook.id)}`),
        })
    }
    if (enabled) {
      for (const ticket of tickets.data?.tickets ?? [])
        items.push({
          key: `tk-${ticket.id}`,
          group: t('rail.tickets'),
          icon: ticket.severity,
          label: ticket.title,
          detail: `T-${ticket.id}`,
          run: () => navigate(`/tickets/${ticket.id}`),
        })
      for (const row of executions.data?.executions ?? [])
        items.push({
          key: `ex-${row.id}`,
          group: t('rail.executions'),
          icon: 'executions',
          label: `${nameOf(row.name)}${row.ticket_title ? ` · ${row.ticket_title}` : ''}`,
          detail: (
            <>
              <StatusIcon status={row.status} /> #{row.id}
            </>
          ),
          run: () => navigate(`/executions/${row.id}`),
        })
    }
    const commands: Array<[string, IconName, string, () => void]> = [
      ['language', 'globe', t('palette.language'), () => save.mutate({ language: i18n.language === 'ko' ? 'en' : 'ko' })],
      ['light', 'sun', t('palette.light'), () => save.mutate({ theme: 'light' })],
      ['dark', 'moon', t('palette.dark'), () => save.mutate({ theme: 'dark' })],
    ]
    if (workspace && !workspace.sample) commands.push(['sample', 'plus', t('sample.load'), () => navigate('/settings?sample=load')])
    for (const [key, icon, label, run] of commands)
      if (matches(label)) items.push({ key: `c-${key}`, group: t('palette.do'), icon, label, run })
    return items
  }, [text, enabled, t, i18n.language, nameOf, navigate, workspace, save.mutate, playbooks.data, tickets.data, executions.data])
}
