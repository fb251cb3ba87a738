import { Button, Menu, Tabs, Tooltip } from '@mantine/core'
import { type PointerEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation, useWrite } from '../../app/query'
import { type CanvasView, type DrawnRun, PlaybookCanvas } from '../../canvas/public'
import type { CallCounts } from '../../generated/api'
import {
  confirm,
  DurationText,
  durationWords,
  Hostile,
  Icon,
  JsonTree,
  notify,
  notifyError,
  Pending,
  StatusBadge,
  TargetTip,
  TimeText,
  visible,
} from '../../kit'
import { clipboard } from '../../platform'
import { useKeep } from './BulkDialog'
import { countOf } from './Children'
import { CompareDialog } from './CompareDialog'
import css from './executions.module.css'
import { isFinal } from './facts'
import { Recording } from './moment'
import { ReplayBar } from './ReplayBar'
import { ReportDialog } from './ReportDialog'
import { RerunDialog } from './RerunDialog'
import { TaskCard } from './TaskCard'
import { Timeline } from './Timeline'
import { TransitionTable } from './TransitionTable'
import { useLog, useWatched, type Watched, type WatchedRun } from './watched'

const FOOT_KEY = 'haetae.execution.foot'
/** Beyond this many tasks the record is read when somebody reaches for the slider, not before. */
const SMALL = 500

/** One execution: its canvas, timeline and transition log; the three select together and replay together. */
export function ExecutionView({ id, onShown }: { id: number; onShown: () => void }) {
  const detail = useWatched(id)
  useEffect(() => {
    if (detail.error) onShown()
  }, [detail.error, onShown])
  if (!detail.data) return <Pending error={detail.error} />
  return <Loaded detail={detail.data} onShown={onShown} />
}

/** Changes one part of the address and leaves the rest. */
function useAddressPart(name: string): [string | null, (value: string | null) => void] {
  const [address, setAddress] = useSearchParams()
  const set = useCallback(
    (value: string | null) => {
      setAddress(
        (before) => {
          const next = new URLSearchParams(before)
          if (value === null) next.delete(name)
          else next.set(name, value)
          return next
        },
        { replace: true },
      )
    },
    [setAddress, name],
  )
  return [address.get(name), set]
}

/** The record of an execution and the moment that is shown; null is now. */
function useMoment(detail: Watched) {
  const { id } = detail.summary
  const [asked, setAsked] = useAddressPart('at')
  const [wanted, setWanted] = useState(false)
  const replay = useOperation('execution.replay', { id }, { enabled: wanted || asked !== null || detail.drawn.size <= SMALL })
  const recording = useMemo(() => (replay.data ? new Recording(replay.data) : undefined), [replay.data])
  const moment = useMemo(
    () => (asked === null ? null : (recording?.at(detail, recording.indexOf(Number(asked))) ?? null)),
    [asked, recording, detail],
  )
  const goTo = useCallback(
    (index: number | null) => {
      // The journal's numbers are in the address, so that a link to a moment still means it when more has happened.
      setAsked(index === null ? null : String(index + 1))
    },
    [setAsked],
  )
  return { recording, moment, goTo, want: useCallback(() => setWanted(true), []) }
}

function Loaded({ detail, onShown }: { detail: Watched; onShown: () => void }) {
  const { t, i18n } = useTranslation()
  const language = i18n.language === 'ko' ? 'ko' : 'en'
  const [selected, select] = useAddressPart('task')
  const [tab, setTab] = useState<string | null>('timeline')
  const [foot, setFoot] = useState(() => Number(window.localStorage.getItem(FOOT_KEY)) || 280)
  const grip = useRef<{ y: number; height: number } | null>(null)
  const view = useRef<CanvasView>(null)
  const { recording, moment, goTo, want } = useMoment(detail)
  const [rerun, setRerun] = useState<{ from: string | null } | null>(null)
  const log = useLog(detail.summary.id, tab === 'log' || moment !== null)
  const entry = moment ? log.data?.entries.find((each) => each.sequence === moment.sequence) : undefined
  // Of a large execution the picture is shown first, and what stands under it two frames later.
  const [whole, setWhole] = useState(detail.drawn.size <= SMALL)
  useEffect(() => {
    if (whole) {
      onShown()
      return
    }
    // The first frame lays out what is surely in sight, the second what else is; only then there is time.
    let timer: ReturnType<typeof setTimeout>
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        timer = setTimeout(() => setWhole(true))
      })
    })
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [whole, onShown])
  const drawn = useMemo(
    () =>
      moment
        ? moment.tasks.map((run) => (run.status === 'running' ? elapsedAt(run, moment.at, language) : run))
        : !whole && detail.runs
          ? detail.runs
          : withCalls(detail.tasks, detail.calls, (count) => t('viewer.children.failed', { count })),
    [moment, whole, detail, language, t],
  )

  // The first picture of a large execution is made of what surely is in sight of it.
  const first = whole || moment || selected !== null ? undefined : detail.drawn.first
  const links = useMemo(
    () => first?.links.map((place) => detail.links[place] ?? 'open') ?? moment?.links ?? detail.links,
    [first, moment, detail.links],
  )

  const place = selected === null ? -1 : detail.drawn.whole.order.indexOf(selected)
  const now = place < 0 ? undefined : detail.tasks[place]
  const run = moment ? moment.tasks[place] : now
  // Choosing in the timeline or the log brings the task into sight on the canvas.
  useEffect(() => {
    if (selected === null) return
    const frame = requestAnimationFrame(() => view.current?.reveal(selected))
    return () => cancelAnimationFrame(frame)
  }, [selected])

  const onMove = (event: PointerEvent<HTMLDivElement>) => {
    if (!grip.current) return
    const height = Math.max(96, Math.min(window.innerHeight - 240, grip.current.height + grip.current.y - event.clientY))
    setFoot(height)
    window.localStorage.setItem(FOOT_KEY, String(Math.round(height)))
  }
  return (
    <div className={css.view}>
      <Head detail={detail} onRerun={() => setRerun({ from: null })} />
      <div className={css.canvas}>
        <PlaybookCanvas
          graph={first?.graph ?? detail.drawn.whole}
          runs={drawn}
          links={links}
          view={view}
          selected={selected}
          onSelect={select}
          onTaskOpen={select}
          onTaskContextMenu={(task, event) => {
            event.preventDefault()
            select(task)
          }}
        />
        {run && now ? (
          <TaskCard
            key={run.id}
            detail={detail}
            run={run}
            now={now}
            moment={moment}
            onClose={() => select(null)}
            onRerun={() => setRerun({ from: run.id })}
          />
        ) : null}
      </div>
      <div
        className={css.grip}
        role="separator"
        aria-orientation="horizontal"
        aria-valuenow={Math.round(foot)}
        aria-valuemin={96}
        aria-label={t('common.resize')}
        tabIndex={0}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          grip.current = { y: event.clientY, height: foot }
        }}
        onPointerMove={onMove}
        onPointerUp={() => {
          grip.current = null
        }}
        onKeyDown={(event) => {
          if (event.code === 'ArrowUp') setFoot(Math.min(window.innerHeight - 240, foot + 16))
          if (event.code === 'ArrowDown') setFoot(Math.max(96, foot - 16))
        }}
      />
      <div className={css.foot} style={{ height: foot }}>
        <Tabs value={tab} onChange={setTab} keepMounted={false} className={css.tabs}>
          <div className={css.footHead}>
            <Tabs.List className={css.tabList}>
              <Tabs.Tab value="timeline">{t('execution.timeline')}</Tabs.Tab>
              <Tabs.Tab value="log">{t('execution.log')}</Tabs.Tab>
              <Tabs.Tab value="data">{t('execution.data')}</Tabs.Tab>
            </Tabs.List>
            <ReplayBar detail={detail} recording={recording} moment={moment} entry={entry} onMove={goTo} onWanted={want} />
          </div>
          <Tabs.Panel value="timeline" className={css.panel}>
            {whole ? (
              <Timeline detail={detail} tasks={moment?.tasks ?? detail.tasks} moment={moment} selected={selected} onSelect={select} />
            ) : null}
          </Tabs.Panel>
          <Tabs.Panel value="log" className={css.panel}>
            <TransitionTable
              detail={detail}
              log={log.data}
              error={log.error}
              moment={moment}
              selected={selected}
              onSelect={select}
              onMoment={(sequence) => goTo(sequence - 1)}
            />
          </Tabs.Panel>
          <Tabs.Panel value="data" className={css.panel}>
            <Data id={detail.summary.id} />
          </Tabs.Panel>
        </Tabs>
      </div>
      {rerun ? <RerunDialog detail={detail} from={rerun.from} onClose={() => setRerun(null)} /> : null}
    </div>
  )
}

/** What the execution was given and what it has made of it. */
function Data({ id }: { id: number }) {
  const { t } = useTranslation()
  const data = useOperation('execution.data', { id })
  if (!data.data) return <Pending error={data.error} />
  return (
    <div className={css.data}>
      <section>
        <h3>{t('execution.input')}</h3>
        <JsonTree value={data.data.input} root="inputs" label={t('execution.input')} />
      </section>
      <section>
        <h3>{t('execution.variables')}</h3>
        <JsonTree value={data.data.variables} label={t('execution.variables')} />
      </section>
    </div>
  )
}

/** Says how long a task had been running at a moment: a clock on the canvas would count from now. */
function elapsedAt(run: WatchedRun, at: number, language: 'ko' | 'en'): DrawnRun {
  return { ...run, started_at: null, note: durationWords(Math.max(0, at - run.began), language) }
}

/** Says on a call how many of the executions that it started are done. */
function withCalls(tasks: readonly WatchedRun[], calls: readonly CallCounts[], failed: (count: number) => string): readonly DrawnRun[] {
  if (calls.length === 0) return tasks
  const byTask = new Map(calls.map((each) => [each.task, each]))
  return tasks.map((run) => {
    const counts = byTask.get(run.id)
    if (!counts || counts.total < 2) return run
    const trouble = countOf(counts, ['failed', 'cancelled'])
    return { ...run, note: `${countOf(counts, ['done'])}/${counts.total}${trouble > 0 ? ` · ${failed(trouble)}` : ''}` }
  })
}

function Head({ detail, onRerun }: { detail: Watched; onRerun: () => void }) {
  const { t } = useTranslation()
  const text = useText()
  const { summary } = detail
  const pause = useWrite('execution.pause', { onError: notifyError })
  const resume = useWrite('execution.resume', { onError: notifyError })
  const cancel = useWrite('execution.cancel', { onError: notifyError })
  const ended = isFinal(summary.status)
  const keep = useKeep()
  const [comparing, setComparing] = useState(false)
  const [reporting, setReporting] = useState(false)
  const copyLink = async () => {
    await clipboard.copyText(window.location.href)
    notify({ kind: 'done', text: t('common.copied') })
  }
  const onCancel = async () => {
    if (
      await confirm({
        title: t('execution.cancel_title', { id: summary.id }),
        body: t('execution.cancel_body'),
        confirmLabel: t('execution.cancel_confirm'),
        refuseLabel: t('execution.cancel_not'),
        danger: true,
      })
    )
      cancel.mutate({ id: summary.id })
  }
  return (
    <header className={css.head}>
      <h1>{text(summary.name)}</h1>
      <span className="mono t2">#{summary.id}</span>
      <StatusBadge status={summary.status} code={summary.status === 'failed' ? summary.error_code : null} chip />
      {detail.kept ? (
        <Tooltip label={t('viewer.list.kept_hint')}>
          <span className="row t2 s12" style={{ gap: 4 }}>
            <Icon name="pin" size={14} />
            {t('viewer.list.kept_short')}
          </span>
        </Tooltip>
      ) : null}
      <div className={css.facts}>
        {summary.ticket ? (
          <span className="cut">
            {t('execution.ticket')}{' '}
            <Link className="link" to={`/tickets/${summary.ticket}`}>
              T-{summary.ticket}
            </Link>{' '}
            <Hostile text={summary.ticket_title ?? ''} />
          </span>
        ) : null}
        <span>{t('execution.version_n', { version: summary.version })}</span>
        <span>
          {summary.started_at ? (
            <>
              {t('execution.started')} <TimeText at={summary.started_at} form="time" /> ·{' '}
              <DurationText from={summary.started_at} to={summary.ended_at} />
            </>
          ) : (
            <>
              {t('execution.queued')} <TimeText at={summary.queued_at} form="ago" />
            </>
          )}
        </span>
        {summary.parent ? (
          <span>
            <Link className="link" to={`/executions/${summary.parent.execution}?task=${encodeURIComponent(summary.parent.task)}`}>
              {t('viewer.children.parent', { id: summary.parent.execution })}
            </Link>
            {summary.parent.item === null ? null : ` · ${t('viewer.children.item', { number: summary.parent.item + 1 })}`}
          </span>
        ) : (
          <span>{visible(t(`trigger.by_${summary.trigger}`, { name: summary.started_by, defaultValue: summary.started_by }))}</span>
        )}
        {summary.rerun_of ? (
          <span>
            <Link className="link" to={`/executions/${summary.id}?with=${summary.rerun_of}`}>
              {t('viewer.rerun.of', { id: summary.rerun_of })}
            </Link>
          </span>
        ) : null}
      </div>
      <div className={css.actions}>
        {detail.questions[0] ? (
          <Button component={Link} to={`/work/question/${detail.questions[0].id}`} leftSection={<Icon name="waiting" />}>
            {t('execution.answer')}
          </Button>
        ) : null}
        {ended ? null : summary.status === 'paused' ? (
          <Button onClick={() => resume.mutate({ id: summary.id })} loading={resume.isPending} leftSection={<Icon name="start" />}>
            {t('execution.resume')}
          </Button>
        ) : (
          <Button onClick={() => pause.mutate({ id: summary.id })} loading={pause.isPending} leftSection={<Icon name="pause" />}>
            {t('execution.pause')}
          </Button>
        )}
        {ended ? (
          <Button onClick={onRerun} leftSection={<Icon name="rerun" />}>
            {t('viewer.rerun.whole')}
          </Button>
        ) : null}
        {ended ? null : (
          <Button className={css.danger} onClick={onCancel} loading={cancel.isPending} leftSection={<Icon name="stop" size={14} />}>
            {t('execution.cancel')}
          </Button>
        )}
        <Menu position="bottom-end">
          <Menu.Target>
            <TargetTip label={t('common.more')}>
              <Button variant="subtle" color="gray" px={6} aria-label={t('common.more')}>
                <Icon name="dots" />
              </Button>
            </TargetTip>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              component={Link}
              to={`/playbooks/${encodeURIComponent(summary.playbook)}?version=${summary.version}`}
              leftSection={<Icon name="playbook" />}
            >
              {t('execution.open_version', { version: summary.version })}
            </Menu.Item>
            <Menu.Item leftSection={<Icon name="columns" />} onClick={() => setComparing(true)}>
              {t('viewer.compare.choose')}
            </Menu.Item>
            <Menu.Item leftSection={<Icon name="csv" />} onClick={() => setReporting(true)}>
              {t('viewer.report.open')}
            </Menu.Item>
            <Menu.Item leftSection={<Icon name="pin" />} onClick={() => keep({ ids: [summary.id], keep: !detail.kept })}>
              {t(detail.kept ? 'viewer.list.release' : 'viewer.list.keep')}
            </Menu.Item>
            <Menu.Item leftSection={<Icon name="copy" />} onClick={copyLink}>
              {t('viewer.copy_link')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      {reporting ? <ReportDialog id={summary.id} onClose={() => setReporting(false)} /> : null}
      {comparing ? <CompareDialog detail={detail} onClose={() => setComparing(false)} /> : null}
    </header>
  )
}
