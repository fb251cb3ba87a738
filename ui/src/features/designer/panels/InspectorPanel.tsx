import { ActionIcon, Button, Menu, Select, Tabs, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from '../../../app/i18n'
import { languageOf, linkOf, nameOf, noteOf, outcomesOf, START, typeOf } from '../../../canvas/public'
import type { Catalog, Outcome } from '../../../generated/api'
import { Icon, Inspector, Kbd } from '../../../kit'
import css from '../designer.module.css'
import { refusal } from '../model/edits'
import { Tile } from '../Palette'
import { useContent, useLook, useSession } from '../session'
import { PastValues } from '../tryout/PastValues'
import { FlowFields } from './FlowFields'
import { PlaybookFields } from './PlaybookFields'
import { NamingFields, TypeFields } from './TypeFields'

/** The properties of what is selected; of the playbook when nothing is. */
export function InspectorPanel({ catalog }: { catalog: Catalog | undefined }) {
  const { t } = useTranslation()
  const session = useSession()
  const graph = useContent()
  const open = useLook((look) => look.inspector)
  const { tasks, links, notes } = useLook((look) => look.selection)
  if (!open) return null
  const close = () => session.look.setState({ inspector: false })
  const [task, link, note] = [[...tasks][0], [...links][0], [...notes][0]]
  const count = tasks.size + links.size + notes.size
  if (count > 1) return <ManyPanel count={tasks.size} onClose={close} />
  if (task !== undefined && task in graph.tasks) return <TaskPanel key={task} id={task} catalog={catalog} onClose={close} />
  if (link !== undefined && linkOf(graph, link)) return <LinkPanel id={link} onClose={close} />
  if (note !== undefined && noteOf(graph, note)) return <NotePanel key={note} id={note} onClose={close} />
  return (
    <Inspector
      name="designer"
      width={344}
      label={t('designer.inspector.label')}
      title={t('designer.inspector.playbookTitle')}
      icon={<Icon name="playbook" />}
      onClose={close}
    >
      <div className={css.form}>
        <PlaybookFields />
      </div>
    </Inspector>
  )
}

function TaskPanel({ id, catalog, onClose }: { id: string; catalog: Catalog | undefined; onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const graph = useContent()
  const [tab, setTab] = useState<string | null>('parameters')
  const task = graph.tasks[id]
  if (task === undefined || task === null || typeof task !== 'object') return null
  const type = typeOf(task)
  return (
    <Inspector
      name="designer"
      width={344}
      label={t('designer.inspector.label')}
      icon={<Tile type={type} large />}
      title={nameOf(graph, id, languageOf(i18n.language))}
      subtitle={
        <>
          {t(`canvas.type.${type ?? 'unknown'}`)} · <span className="mono">{id}</span>
        </>
      }
      actions={<MoreMenu />}
      onClose={onClose}
    >
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List px={12}>
          <Tabs.Tab value="parameters">{t('designer.inspector.parameters')}</Tabs.Tab>
          <Tabs.Tab value="flow">{t('designer.inspector.flow')}</Tabs.Tab>
          <Tabs.Tab value="naming">{t('designer.inspector.naming')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="parameters" className={css.form}>
          <TypeFields id={id} task={task} catalog={catalog} />
          <PastValues key={id} task={id} />
        </Tabs.Panel>
        <Tabs.Panel value="flow" className={css.form}>
          <FlowFields id={id} task={task} />
        </Tabs.Panel>
        <Tabs.Panel value="naming" className={css.form}>
          <NamingFields id={id} task={task} />
        </Tabs.Panel>
      </Tabs>
    </Inspector>
  )
}

function MoreMenu() {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={t('designer.inspector.label')}>
          <Icon name="dots" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item rightSection={<Kbd keys="Ctrl C" />} onClick={() => void session.copySelected()}>
          {t('designer.inspector.copy')}
        </Menu.Item>
        <Menu.Item rightSection={<Kbd keys="Ctrl D" />} onClick={() => session.duplicate()}>
          {t('designer.inspector.duplicate')}
        </Menu.Item>
        <Menu.Item className={css.destroys} rightSection={<Kbd keys="Del" />} onClick={() => session.deleteSelected()}>
          {t('designer.inspector.delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function LinkPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const graph = useContent()
  const link = linkOf(graph, id)
  if (!link) return null
  const outcomes = link.from === START ? (['done'] as const) : outcomesOf(typeOf(graph.tasks[link.from]))
  return (
    <Inspector
      name="designer"
      width={344}
      label={t('designer.inspector.label')}
      title={t('designer.inspector.link')}
      subtitle={t('designer.inspector.linkTo', { from: session.nameIn(link.from), to: session.nameIn(link.to) })}
      onClose={onClose}
    >
      <div className={css.form}>
        <Select
          label={t('designer.inspector.outcome')}
          data={[...new Set([...outcomes, link.outcome])].map((outcome) => ({
            value: outcome,
            label: t(`canvas.outcome.${outcome}`),
            disabled: refusal(graph, link.from, outcome, link.to, id) !== undefined,
          }))}
          value={link.outcome}
          onChange={(value) => value && session.reconnect(id, link.from, value as Outcome, link.to)}
        />
        <Button color="red" variant="light" onClick={() => session.disconnect(id)}>
          {t('designer.inspector.delete')}
        </Button>
      </div>
    </Inspector>
  )
}

function NotePanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const note = noteOf(useContent(), id)
  if (!note) return null
  return (
    <Inspector name="designer" width={344} label={t('designer.inspector.label')} title={t(`canvas.${note.kind}`)} onClose={onClose}>
      <div className={css.form}>
        <Textarea
          label={t('designer.inspector.text')}
          autosize
          minRows={note.kind === 'frame' ? 1 : 4}
          value={note.text}
          onChange={(event) => session.setNote(id, { text: event.currentTarget.value })}
        />
        <Button color="red" variant="light" onClick={() => session.deleteSelected()}>
          {t('designer.inspector.delete')}
        </Button>
      </div>
    </Inspector>
  )
}

function ManyPanel({ count, onClose }: { count: number; onClose: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <Inspector
      name="designer"
      width={344}
      label={t('designer.inspector.label')}
      title={t('designer.inspector.many', { count })}
      onClose={onClose}
    >
      <div className={css.form}>
        <p className={css.fieldHint}>{t('designer.inspector.manyHint')}</p>
        <Button onClick={() => session.duplicate()}>{t('designer.inspector.duplicate')}</Button>
        <Button color="red" variant="light" onClick={() => session.deleteSelected()}>
          {t('designer.inspector.delete')}
        </Button>
      </div>
    </Inspector>
  )
}
