import { Menu } from '@mantine/core'
import { useCallback, useMemo, useState } from 'react'
import { useTranslation } from '../../app/i18n'
import { type CanvasEditor, Glyph, GraphCanvas, TASK_TYPES } from '../../canvas/public'
import type { Catalog, Outcome, Position } from '../../generated/api'
import { EmptyState, Kbd } from '../../kit'
import { ConnectBox } from './ConnectBox'
import css from './designer.module.css'
import { FindBox } from './FindBox'
import { downstream, refusal } from './model/edits'
import { useProblemCounts } from './Problems'
import { useGraph, useLook, useSession } from './session'
import { useTrialOnCanvas } from './tryout/overlay'

type Wanted =
  | { kind: 'menu'; task: string; x: number; y: number }
  | { kind: 'next'; from: string; outcome: Outcome; at: Position; x: number; y: number }

/** The canvas with what the designer adds to it: menus, the find box, and a word where there is nothing yet. */
export function DesignerCanvas({ catalog }: { catalog: Catalog | undefined }) {
  const { t } = useTranslation()
  const session = useSession()
  const graph = useGraph()
  const selection = useLook((look) => look.selection)
  const grid = useLook((look) => look.grid)
  const minimap = useLook((look) => look.minimap)
  const problems = useProblemCounts()
  const { runs, breakpoints } = useTrialOnCanvas(session)
  const [wanted, setWanted] = useState<Wanted>()
  const editor = useMemo<CanvasEditor>(
    () => ({
      refusal: (from, outcome, to, moving) => refusal(session.graph, from, outcome, to, moving),
      connect: (from, outcome, to) => session.connect(from, outcome, to),
      reconnect: (link, from, outcome, to) => session.reconnect(link, from, outcome, to),
      move: (tasks, notes, dropped) => session.moved(tasks, notes, dropped),
      noteText: (key, text) => session.setNote(key, { text }),
      noteResize: (key, box) => session.setNote(key, { ...box }),
      problems: (task) => {
        session.select({ tasks: new Set([task]) })
        session.look.setState({ problems: true })
      },
      connectToNew: (from, outcome, at, screen) => setWanted({ kind: 'next', from, outcome, at, ...screen }),
    }),
    [session],
  )
  const onZoom = useCallback((zoom: number) => session.look.setState({ zoom }), [session])
  return (
    <section
      className={css.canvas}
      aria-label={t('designer.canvas')}
      tabIndex={-1}
      data-keys="canvas"
      onPointerDownCapture={(event) => {
        // A marquee takes no focus by itself, and the next key is meant for what it selects.
        if (!event.currentTarget.contains(document.activeElement)) event.currentTarget.focus({ preventScroll: true })
      }}
    >
      <GraphCanvas
        graph={graph}
        catalog={catalog}
        problems={problems}
        runs={runs}
        breakpoints={breakpoints}
        selection={selection}
        onSelectionChange={session.changeSelection}
        onTaskContextMenu={(task, event) => {
          if (!session.selection.tasks.has(task)) session.select({ tasks: new Set([task]) })
          setWanted({ kind: 'menu', task, x: event.clientX, y: event.clientY })
        }}
        onTaskOpen={() => session.look.setState({ inspector: true })}
        onZoom={onZoom}
        editor={editor}
        grid={grid}
        minimap={minimap}
        view={session.setView}
      />
      {graph.order.length === 0 && (
        <div className={css.emptyCanvas}>
          <EmptyState icon="playbook" title={t('designer.empty.title')} text={t('designer.empty.text')} />
        </div>
      )}
      <FindBox />
      <ConnectBox />
      {wanted && <AtCursor key={`${wanted.x} ${wanted.y}`} wanted={wanted} onClose={() => setWanted(undefined)} />}
    </section>
  )
}

/** A menu at the cursor: what can be done with a task, or which task comes next. */
function AtCursor({ wanted, onClose }: { wanted: Wanted; onClose: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  return (
    // Its first entry has the focus, so that the next key goes there; Mantine's own placeholder is no part of a menu.
    <Menu opened onClose={onClose} position="bottom-start" offset={0} trapFocus>
      <Menu.Target>
        <button type="button" className={css.cursor} tabIndex={-1} aria-hidden style={{ left: wanted.x, top: wanted.y }} />
      </Menu.Target>
      {wanted.kind === 'next' ? (
        <Menu.Dropdown>
          <Menu.Label>{t('designer.menu.addHere')}</Menu.Label>
          {TASK_TYPES.map((type) => (
            <Menu.Item
              key={type}
              leftSection={<Glyph name={type} />}
              onClick={() => session.addFrom({ type }, wanted.from, wanted.outcome, wanted.at)}
            >
              {t(`canvas.type.${type}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      ) : (
        <Menu.Dropdown>
          <Menu.Item rightSection={<Kbd keys="Enter" />} onClick={() => session.look.setState({ inspector: true })}>
            {t('designer.menu.open')}
          </Menu.Item>
          <Menu.Item rightSection={<Kbd keys="C" />} onClick={() => session.startConnecting()}>
            {t('designer.menu.connect')}
          </Menu.Item>
          <Menu.Item onClick={() => session.select({ tasks: new Set([wanted.task, ...downstream(session.graph, wanted.task)]) })}>
            {t('designer.menu.downstream')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            rightSection={<Kbd keys="Ctrl X" />}
            onClick={() => {
              void session.copySelected()
              session.deleteSelected('cut')
            }}
          >
            {t('designer.menu.cut')}
          </Menu.Item>
          <Menu.Item rightSection={<Kbd keys="Ctrl C" />} onClick={() => void session.copySelected()}>
            {t('designer.menu.copy')}
          </Menu.Item>
          <Menu.Item rightSection={<Kbd keys="Ctrl D" />} onClick={() => session.duplicate()}>
            {t('designer.menu.duplicate')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item className={css.destroys} rightSection={<Kbd keys="Del" />} onClick={() => session.deleteSelected()}>
            {t('designer.menu.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      )}
    </Menu>
  )
}
