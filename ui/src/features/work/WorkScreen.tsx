import { ActionIcon, SegmentedControl, Tooltip } from '@mantine/core'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useLocation, useNavigate, useParams } from 'react-router'
import { useCrumbs } from '../../app/crumbs'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation } from '../../app/query'
import { FirstRun, useIsFirstRun } from '../../app/sample'
import {
  EmptyState,
  Hostile,
  Icon,
  type IconName,
  Kbd,
  Pending,
  SeverityBadge,
  StatusIcon,
  TimeLeft,
  TimeText,
  useShortcuts,
} from '../../kit'
import { Decisions } from './Decisions'
import { QuestionMemo } from './QuestionMemo'
import { type Entry, entryAt, type Section, sectionsOf } from './queue'
import { ReviewMemo } from './ReviewMemo'
import { TicketMemo } from './TicketMemo'
import css from './work.module.css'

const ICONS: Record<Section['name'], IconName> = {
  approval: 'approval',
  gate: 'critical',
  input: 'input',
  review: 'review',
  ticket: 'ticket',
}

/**
 * Changes whenever somebody comes to an address. The router alone does not tell: an address that was changed while the entry was
 * being opened is the same as the one that is drawn, and nothing would open it again.
 */
function useVisit(): unknown {
  const location = useLocation()
  const [visit, setVisit] = useState(0)
  useEffect(() => {
    const onChange = () => setVisit((before) => before + 1)
    window.addEventListener('hashchange', onChange)
    return () => window.removeEventListener('hashchange', onChange)
  }, [])
  return useMemo(() => ({ location, visit }), [location, visit])
}

/** Whether an address names the queue but no entry of it. */
const isBare = (hash: string) => /^#?\/?(work\/?)?(\?.*)?$/.test(hash)

/** What waits for me, most urgent first, with the one answer it needs beside it. */
export function WorkScreen() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { kind, id, task } = useParams()
  const visit = useVisit()
  const [mine, setMine] = useState(true)
  const queue = useOperation('question.list', { mine })
  const first = useIsFirstRun()
  const sections = useMemo(() => (queue.data ? sectionsOf(queue.data) : []), [queue.data])
  const entries = useMemo(() => sections.flatMap((section) => section.entries), [sections])
  const current = entryAt(sections, kind, id, task)
  const at = current ? entries.indexOf(current) : -1
  const count = sections.reduce((sum, section) => sum + section.count, 0)
  const list = useRef<HTMLDivElement>(null)

  useCrumbs(
    { label: t('rail.work'), to: '/work' },
    ...(kind === 'decisions'
      ? [{ label: t('viewer.decisions.title') }]
      : current
        ? [{ label: t(`work.section.${sectionName(current)}`) }]
        : []),
  )

  // Without an address the most urgent entry opens; an address keeps its memo even after it left the queue. The window's own address
  // is asked too: somebody who has just left for another screen is not called back by a queue that arrives meanwhile.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever comes here again while the entry was being opened has taken its place.
  useEffect(() => {
    if (!first && kind === undefined && entries[0] && isBare(window.location.hash)) navigate(entries[0].address, { replace: true })
  }, [first, kind, entries, navigate, visit])

  const move = (step: number) => {
    const next = entries[at < 0 ? 0 : Math.max(0, Math.min(entries.length - 1, at + step))]
    if (next) navigate(next.address)
  }
  useShortcuts({ KeyJ: () => move(1), ArrowDown: () => move(1), KeyK: () => move(-1), ArrowUp: () => move(-1) })
  useEffect(() => {
    if (current) list.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [current])

  const { pathname } = useLocation()
  const here = useRef<string>(undefined)
  useLayoutEffect(() => {
    here.current = pathname
    return () => {
      here.current = undefined
    }
  }, [pathname])
  /** After an answer the next entry opens, so that a queue is worked through without the mouse; whoever has gone on meanwhile stays there. */
  const onDone = useCallback(() => {
    if (here.current !== pathname) return
    const next = entries[at + 1] ?? entries[at - 1]
    navigate(next ? next.address : '/work', { replace: true })
  }, [entries, at, navigate, pathname])

  if (!queue.data) return <Pending error={queue.error} />
  if (first) return <FirstRun />
  return (
    <div className={css.screen}>
      <section className={css.queue} aria-label={t('rail.work')}>
        <div className={css.head}>
          <h1 className={css.title}>{t('rail.work')}</h1>
          <span className="t3">{count}</span>
          <span className="grow" />
          <Tooltip label={t('viewer.decisions.title')}>
            <ActionIcon
              aria-label={t('viewer.decisions.title')}
              aria-pressed={kind === 'decisions'}
              variant={kind === 'decisions' ? 'light' : 'subtle'}
              onClick={() => navigate('/work/decisions/all')}
            >
              <Icon name="executions" />
            </ActionIcon>
          </Tooltip>
          <SegmentedControl
            aria-label={t('work.whose')}
            value={mine ? 'mine' : 'team'}
            onChange={(value) => setMine(value === 'mine')}
            data={[
              { value: 'mine', label: t('work.mine') },
              { value: 'team', label: t('work.team') },
            ]}
          />
        </div>
        <div className={css.scroll} ref={list}>
          {sections.map((section) => (
            <div key={section.name}>
              <h2 className={css.group}>
                <Icon name={ICONS[section.name]} size={14} />
                <span>{t(`work.section.${section.name}`)}</span>
                <span className="t3">{section.count}</span>
              </h2>
              {section.entries.map((entry) => (
                <QueueItem key={entry.key} entry={entry} current={entry === current} onOpen={() => navigate(entry.address)} />
              ))}
            </div>
          ))}
          {entries.length === 0 ? <EmptyState icon="done" title={t('work.empty')} text={t('work.empty_text')} /> : null}
        </div>
        <div className={css.keys}>
          <Kbd keys="J K" /> {t('work.key.move')}
          <Kbd keys="A" /> {t('work.key.approve')}
          <Kbd keys="R" /> {t('work.key.reject')}
          <Kbd keys="E" /> {t('work.key.open')}
        </div>
      </section>
      <section className={css.memo} aria-label={t('work.decision')}>
        {kind === 'decisions' ? <Decisions /> : null}
        {kind === 'question' && id ? (
          <QuestionMemo key={id} id={Number(id)} group={current?.kind === 'question' ? current.group : undefined} onDone={onDone} />
        ) : null}
        {kind === 'review' && id && task ? (
          <ReviewMemo
            key={`${id}/${task}`}
            execution={Number(id)}
            task={task}
            item={current?.kind === 'review' ? current.review : undefined}
            onDone={onDone}
          />
        ) : null}
        {kind === 'ticket' && id ? <TicketMemo key={id} id={Number(id)} onDone={onDone} /> : null}
        {kind === undefined && entries.length === 0 ? (
          <EmptyState icon="work" title={t('work.nothing_open')} text={t('work.nothing_open_text')} />
        ) : null}
      </section>
    </div>
  )
}

function sectionName(entry: Entry): string {
  return entry.kind === 'question' ? entry.group.kind : entry.kind
}

function QueueItem({ entry, current, onOpen }: { entry: Entry; current: boolean; onOpen: () => void }) {
  const { t } = useTranslation()
  const text = useText()
  const severity = entry.kind === 'question' ? entry.group.severity : entry.kind === 'ticket' ? entry.ticket.severity : null
  let title = ''
  let detail = ''
  let side: React.ReactNode = null
  if (entry.kind === 'question') {
    const question = entry.group.questions[0]
    title = entry.group.count > 1 ? text(entry.group.task) : text(question?.text)
    detail = [question?.ticket ? `T-${question.ticket}` : null, text(entry.group.playbook)].filter(Boolean).join(' · ')
    side = entry.group.deadline ? <TimeLeft deadline={entry.group.deadline} /> : <TimeText at={question?.asked_at} form="ago" />
  } else if (entry.kind === 'review') {
    title = t('work.review.title', { task: text(entry.review.task_name) })
    detail = [entry.review.ticket ? `T-${entry.review.ticket}` : null, text(entry.review.playbook), `#${entry.review.execution}`]
      .filter(Boolean)
      .join(' · ')
    side = <TimeText at={entry.review.since} form="ago" />
  } else {
    title = entry.ticket.title
    detail = `T-${entry.ticket.id} · ${t('ticket.events', { count: entry.ticket.event_count })}`
    side = <TimeText at={entry.ticket.opened_at} form="ago" />
  }
  return (
    <button type="button" className={css.item} aria-current={current} onClick={onOpen}>
      <span className={css.severity}>
        {severity ? (
          <SeverityBadge severity={severity} short />
        ) : entry.kind === 'review' ? (
          <StatusIcon status="needs_review" size={16} />
        ) : (
          <Icon name="pending" />
        )}
      </span>
      <span className="grow">
        <span className={css.line}>
          <span className={`cut grow ${current ? 'b' : ''}`}>
            <Hostile text={title} />
          </span>
          {entry.kind === 'question' && entry.group.count > 1 ? <span className={css.many}>×{entry.group.count}</span> : null}
        </span>
        <span className={`${css.line} s12`}>
          <span className="t2 cut grow">
            <Hostile text={detail} />
          </span>
          <span className="t3">{side}</span>
        </span>
      </span>
    </button>
  )
}
