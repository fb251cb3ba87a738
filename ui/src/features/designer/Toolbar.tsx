import { Button, Menu, Popover, Tooltip } from '@mantine/core'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { currentLanguage, useTranslation } from '../../app/i18n'
import type { Loss } from '../../generated/api'
import { formatTime, Icon, Kbd, notifyError, Tag, TargetTip, useZone } from '../../kit'
import { asApiError, saveText } from '../../platform'
import { exportPlaybook, pickPlaybooks } from '../playbooks/public'
import { type Command, FURTHER, NUMBERED, RATIOS } from './commands'
import css from './designer.module.css'
import type { Design, Step } from './model/design'
import { useLater, useLook, useSession } from './session'
import { stepWords } from './steps'

/** Opens and closes the panel in which the draft is tried. */
function TryButton() {
  const { t } = useTranslation()
  const session = useSession()
  const open = useLook((look) => look.tryout)
  return (
    <Tooltip label={<Named word={t('designer.tryout')} keys="F5" />}>
      <Button variant={open ? 'light' : 'default'} aria-pressed={open} onClick={() => session.look.setState({ tryout: !open })}>
        {t('designer.tryout')}
      </Button>
    </Tooltip>
  )
}

/** The fourteen numbered functions in their order, then the rest, the state of the draft, run and save. */
export function Toolbar(props: {
  onSave: () => void
  onRun: () => void
  onVersions: () => void
  onImport: (files: File[]) => void
  onLosses: (losses: Loss[]) => void
}) {
  const { onSave, onRun, onVersions, onImport, onLosses } = props
  const { t } = useTranslation()
  return (
    <div className={css.toolbar} role="toolbar" aria-label={t('designer.toolbar')}>
      {NUMBERED.map((group, index) => (
        <div key={group[0]?.key} className={css.tools}>
          {index > 0 && <i className={css.divider} />}
          {group.map((command) =>
            index === 0 ? <StepTool key={command.key} command={command} /> : <Tool key={command.key} command={command} />,
          )}
          {index === 0 && <History />}
        </div>
      ))}
      <ZoomMenu />
      <i className={css.divider} />
      {FURTHER.map((command) => (
        <Tool key={command.key} command={command} />
      ))}
      <span className="grow" />
      <DraftState />
      <Tooltip label={t('designer.versions.open')}>
        <button type="button" className={css.tool} aria-label={t('designer.versions.open')} onClick={onVersions}>
          <Icon name="versions" />
        </button>
      </Tooltip>
      <SettingsButton />
      <FileMenu onImport={onImport} onLosses={onLosses} />
      <TryButton />
      <Button onClick={onRun} leftSection={<Icon name="run" size={14} />}>
        {t('designer.run')}
      </Button>
      <Tooltip label={<Named word={t('designer.save')} keys="Ctrl S" />}>
        <Button variant="filled" onClick={onSave} leftSection={<Icon name="save" size={14} />}>
          {t('designer.save')}
        </Button>
      </Tooltip>
    </div>
  )
}

function Named({ word, keys, also, why }: { word: string; keys: string; also?: string; why?: string }) {
  return (
    <span>
      {word}{' '}
      <span className={css.tipKeys}>
        {keys.replaceAll(' ', '-')}
        {also}
      </span>
      {why && <span className={css.tipWhy}>{why}</span>}
    </span>
  )
}

function useSteps(): Design {
  const { design, follow } = useSession()
  useSyncExternalStore(follow, () => design.past)
  useSyncExternalStore(follow, () => design.future)
  return design
}

/** Undo or redo, which names the step. */
function StepTool({ command }: { command: Command }) {
  return (
    <Tool command={command} step={useLater(({ design }) => (command.key === 'undo' ? design.past.at(-1) : design.future[0])) ?? 'none'} />
  )
}

/** One function; `step` is the step that it would take back or do again. */
function Tool({ command, step: wanted }: { command: Command; step?: Step | 'none' }) {
  const { t } = useTranslation()
  const session = useSession()
  const on = useLook(() => command.on?.(session))
  const why = useLook(() => command.unable?.(session))
  const tidying = useLook((look) => look.tidying)
  const none = wanted === 'none'
  const step = none ? undefined : wanted
  const word = step
    ? t(`designer.${command.key}Step` as 'designer.undoStep', { step: stepWords(step.label, t, currentLanguage()) })
    : t(`designer.${command.word}` as 'designer.undo')
  const wheel = command.key === 'zoomIn' ? `, ${t('designer.wheelUp')}` : command.key === 'zoomOut' ? `, ${t('designer.wheelDown')}` : ''
  return (
    <Tooltip label={<Named word={word} keys={command.keys} also={wheel} why={why && t(`designer.${why}` as 'designer.needTwo')} />}>
      <button
        type="button"
        className={css.tool}
        aria-label={word}
        aria-keyshortcuts={command.keys.replaceAll(' ', '+')}
        aria-pressed={on}
        aria-disabled={none || why !== undefined || (command.key === 'tidy' && tidying) || undefined}
        // The focus stays where the work is, so that the next key goes there.
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => {
          if (!none && why === undefined) command.run(session)
        }}
      >
        <Icon name={command.icon} />
      </button>
    </Tooltip>
  )
}

function ago(t: ReturnType<typeof useTranslation>['t'], at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1_000))
  if (seconds < 10) return t('designer.now')
  if (seconds < 60) return t('designer.secondsAgo', { count: seconds })
  if (seconds < 3_600) return t('designer.minutesAgo', { count: Math.floor(seconds / 60) })
  return clockTime(at)
}

/** The list of steps: the undone above the current one; a click on any row goes there. */
function History() {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" offset={6} width={300} trapFocus>
      <Popover.Target>
        <TargetTip label={t('designer.historyOpen')} disabled={open}>
          <button
            type="button"
            className={`${css.tool} ${css.narrow}`}
            aria-label={t('designer.historyOpen')}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            <Icon name="chevronDown" size={12} />
          </button>
        </TargetTip>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <div className={css.historyHead}>
          <span className="b">{t('designer.history')}</span>
          <span>
            <Kbd keys="Ctrl Z" />
          </span>
        </div>
        <Steps />
      </Popover.Dropdown>
    </Popover>
  )
}

/** How many steps are drawn before and after the one that stands. */
const SHOWN_STEPS = 300

function Steps() {
  const { t } = useTranslation()
  const design = useSteps()
  const session = useSession()
  const now = Date.now()
  const language = currentLanguage()
  const { opened } = session
  const start = design.forgot
    ? t('designer.startedForgotten')
    : opened.kind === 'draft'
      ? t('designer.startedDraft')
      : opened.version === 0
        ? t('designer.startedNew')
        : t('designer.startedVersion', { version: opened.version })
  const saved = (state: number) => {
    const version = state === 0 ? undefined : session.versionAt(state)
    return version === undefined ? null : <Tag>{t('designer.versions.version', { version })}</Tag>
  }
  const { past, future } = design
  // So many are drawn around the one that stands; choosing the last of them draws the next.
  const [first, end] = [Math.max(0, past.length - SHOWN_STEPS), past.length + SHOWN_STEPS]
  const steps = [...past, ...future].slice(first, end)
  return (
    <ol className={css.history}>
      {/* One list, so that a row that is chosen stays the same row and keeps the focus when it goes from undone to done. */}
      {steps.map((_, index) => {
        const step = steps[steps.length - 1 - index]
        if (!step) return null
        const count = first + steps.length - index
        const isUndone = count > past.length
        return (
          <li key={step.number}>
            <button
              type="button"
              className={`${css.historyRow} ${isUndone ? css.undone : ''}`}
              aria-current={count === past.length || undefined}
              onClick={() => design.go(count)}
            >
              <i />
              <span className="cut grow">{stepWords(step.label, t, language)}</span>
              {saved(step.number)}
              {isUndone ? <span className="s12">{t('designer.undone')}</span> : <span className="s12 t3">{ago(t, step.at, now)}</span>}
            </button>
          </li>
        )
      })}
      <li>
        <button type="button" className={css.historyRow} aria-current={past.length === 0 || undefined} onClick={() => design.go(0)}>
          <i />
          <span className="cut grow">{start}</span>
        </button>
      </li>
    </ol>
  )
}

/** The zoom in per cent; by itself, because it changes with every frame of a zoom. */
function Zoom() {
  return <span className={css.percent}>{useLook((look) => Math.round(look.zoom * 100))} %</span>
}

function ZoomMenu() {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <TargetTip label={<Named word={t('designer.zoomRatio')} keys="0" also={` ${t('designer.zoomFull')}`} />}>
          <button type="button" className={`${css.tool} ${css.zoom}`}>
            <span className="visually-hidden">{t('designer.zoomRatio')} </span>
            <Zoom />
            <Icon name="chevronDown" size={12} />
          </button>
        </TargetTip>
      </Menu.Target>
      <Menu.Dropdown>
        {RATIOS.map((ratio) => (
          <Menu.Item key={ratio} onClick={() => session.view?.zoomTo(ratio)} rightSection={ratio === 1 ? <Kbd keys="0" /> : undefined}>
            {ratio * 100} %
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => session.view?.fit()} rightSection={<Kbd keys="1" />}>
          {t('designer.fit')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function FileMenu({ onImport, onLosses }: { onImport: (files: File[]) => void; onLosses: (losses: Loss[]) => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const base = useLook((look) => look.base)
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <TargetTip label={t('designer.files.menu')}>
          <button type="button" className={css.tool} aria-label={t('designer.files.menu')}>
            <Icon name="dots" />
          </button>
        </TargetTip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => saveText(`${session.id}.json`, `${JSON.stringify(session.document(), null, 2)}\n`, 'application/json')}>
          {t('designer.files.json')}
        </Menu.Item>
        <Menu.Item
          disabled={base === 0}
          onClick={() =>
            void exportPlaybook(session.id, 'cacao', base).then(onLosses, (thrown: unknown) => notifyError(asApiError(thrown)))
          }
        >
          {t('designer.files.cacao', { version: base })}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => pickPlaybooks(onImport)}>{t('designer.files.import')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function SettingsButton() {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <Tooltip label={t('designer.settings')}>
      <button type="button" className={css.tool} aria-label={t('designer.settings')} onClick={() => session.select({}, true)}>
        <Icon name="settings" />
      </button>
    </Tooltip>
  )
}

/** Whether the draft is kept, and how far it is from the saved version. */
function DraftState() {
  const { t } = useTranslation()
  const session = useSession()
  const draft = useLater(({ look }) => look.getState().draft)
  const base = useLater(({ look }) => look.getState().base)
  useLater(({ design }) => design.past)
  useLater(({ design }) => design.graph)
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    setSlow(false)
    if (draft.kind !== 'unsaved') return
    const timer = setTimeout(() => setSlow(true), 1_500)
    return () => clearTimeout(timer)
  }, [draft.kind])
  const count = base > 0 ? session.changesSinceSaved() : 0
  const changes =
    count === 0
      ? ''
      : ` · ${count === undefined ? t('designer.draft.differs', { version: base }) : t('designer.draft.changes', { version: base, count })}`
  if (draft.kind === 'failed')
    return (
      <span className={css.draftFailed} role="status">
        <Icon name="warning" size={14} />
        {t('designer.draft.failed', { code: asApiError(draft.error).code })}
      </span>
    )
  // An equal document has no draft, whatever was written meanwhile.
  const clean = base > 0 && count === 0 && (draft.kind !== 'unsaved' || slow)
  const words =
    clean || draft.kind === 'clean'
      ? base > 0
        ? t('designer.draft.clean', { version: base })
        : ''
      : `${draft.kind === 'saved' ? t('designer.draft.saved', { time: clockTime(draft.at) }) : t('designer.draft.unsaved')}${changes}`
  return (
    <span className={css.draft} role="status">
      {draft.kind === 'saved' && !clean && <Icon name="check" size={14} />}
      {words}
    </span>
  )
}

function clockTime(at: number): string {
  return formatTime(new Date(at).toISOString(), 'time', useZone.getState().zone).slice(0, 5)
}
