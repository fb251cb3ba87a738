import { Button, Menu, Tabs, Tooltip } from '@mantine/core'
import { type PointerEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation, useWrite } from '../../app/query'
import { type CanvasView, PlaybookCanvas } from '../../canvas/public'
import type { ExecutionDetail } from '../../generated/api'
import { confirm, DurationText, Hostile, Icon, JsonTree, notifyError, Pending, StatusBadge, TimeText } from '../../kit'
import css from './executions.module.css'
import { TaskCard } from './TaskCard'
import { Timeline } from './Timeline'
import { TransitionTable } from './TransitionTable'

const FINAL = new Set(['done', 'failed', 'cancelled'])
const FOOT_KEY = 'haetae.execution.foot'

/** One execution: its canvas, timeline and transition log; the three select together. */
export function ExecutionView({ id }: { id: number }) {
  const detail = useOperation('execution.show', { id })
  if (!detail.data) return <Pending error={detail.error} />
  return <Loaded detail={detail.data} />
}

function Loaded({ detail }: { detail: ExecutionDetail }) {
  const { t } = useTranslation()
  const [address, setAddress] = useSearchParams()
  const selected = address.get('task')
  const [foot, setFoot] = useState(() => Number(window.localStorage.getItem(FOOT_KEY)) || 280)
  const grip = useRef<{ y: number; height: number } | null>(null)
  const catalog = useOperation('catalog.show', {})
  const view = useRef<CanvasView>(null)

  const select = useCallback(
    (task: string | null) => {
      setAddress(
        (before) => {
          const next = new URLSearchParams(before)
          if (task === null) next.delete('task')
          else next.set('task', task)
          return next
        },
        { replace: true },
      )
    },
    [setAddress],
  )
  const run = useMemo(() => detail.tasks.find((task) => task.id === selected), [detail.tasks, selected])
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
      <Head detail={detail} />
      <div className={css.canvas}>
        <PlaybookCanvas
          document={detail.document}
          {...(catalog.data ? { catalog: catalog.data.catalog } : {})}
          runs={detail.tasks}
          links={detail.links}
          view={view}
          selected={selected}
          onSelect={select}
          onTaskOpen={select}
          onTaskContextMenu={(task, event) => {
            event.preventDefault()
            select(task)
          }}
        />
        {run ? <TaskCard detail={detail} run={run} onClose={() => select(null)} /> : null}
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
        <Tabs defaultValue="timeline" keepMounted={false} className={css.tabs}>
          <Tabs.List className={css.tabList}>
            <Tabs.Tab value="timeline">{t('execution.timeline')}</Tabs.Tab>
            <Tabs.Tab value="log">{t('execution.log')}</Tabs.Tab>
            <Tabs.Tab value="data">{t('execution.data')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="timeline" className={css.panel}>
            <Timeline detail={detail} selected={selected} onSelect={select} />
          </Tabs.Panel>
          <Tabs.Panel value="log" className={css.panel}>
            <TransitionTable detail={detail} selected={selected} onSelect={select} />
          </Tabs.Panel>
          <Tabs.Panel value="data" className={css.panel}>
            <div className={css.data}>
              <section>
                <h3>{t('execution.input')}</h3>
                <JsonTree value={detail.input} root="inputs" label={t('execution.input')} />
              </section>
              <section>
                <h3>{t('execution.variables')}</h3>
                <JsonTree value={detail.variables} label={t('execution.variables')} />
              </section>
            </div>
          </Tabs.Panel>
        </Tabs>
      </div>
    </div>
  )
}

function Head({ detail }: { detail: ExecutionDetail }) {
  const { t } = useTranslation()
  const text = useText()
  const { summary } = detail
  const pause = useWrite('execution.pause', { onError: notifyError })
  const resume = useWrite('execution.resume', { onError: notifyError })
  const cancel = useWrite('execution.cancel', { onError: notifyError })
  const ended = FINAL.has(summary.status)
  const onCancel = async () => {
    if (
      await confirm({
        title: t('execution.cancel_title', { id: summary.id }),
        body: t('execution.cancel_body'),
        confirmLabel: t('execution.cancel'),
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
        <span>{t(`trigger.by_${summary.trigger}`, { name: summary.started_by, defaultValue: summary.started_by })}</span>
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
        {ended ? null : (
          <Button className={css.danger} onClick={onCancel} loading={cancel.isPending} leftSection={<Icon name="stop" size={14} />}>
            {t('execution.cancel')}
          </Button>
        )}
        <Menu position="bottom-end">
          <Menu.Target>
            <Tooltip label={t('common.more')}>
              <Button variant="subtle" color="gray" px={6} aria-label={t('common.more')}>
                <Icon name="dots" />
              </Button>
            </Tooltip>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              component={Link}
              to={`/playbooks/${encodeURIComponent(summary.playbook)}?version=${summary.version}`}
              leftSection={<Icon name="playbook" />}
            >
              {t('execution.open_version', { version: summary.version })}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
    </header>
  )
}
