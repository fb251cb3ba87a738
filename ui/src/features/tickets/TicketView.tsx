import { Button, Menu, Tabs } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { useSearchParams } from 'react-router'
import { useTranslation } from '../../app/i18n'
import { useOperation, useWrite } from '../../app/query'
import { useOperator } from '../../app/workspace'
import type { TicketDetail, Verdict } from '../../generated/api'
import {
  EmptyState,
  Hostile,
  Icon,
  Markdown,
  notifyError,
  Pending,
  SampleTag,
  SeverityBadge,
  TicketStatusBadge,
  TimeText,
  VerdictBadge,
} from '../../kit'
import { EventPanel } from './EventPanel'
import { Artifacts, Conversation, EventTable, TicketExecutions } from './parts'
import { StartPlaybook } from './StartPlaybook'
import css from './tickets.module.css'

// With its screen, which is a part of the program that is loaded by itself.
const ReportDialog = lazy(() => import('../executions/public').then((executions) => ({ default: executions.ReportDialog })))

const VERDICTS: Verdict[] = ['true_positive', 'false_positive', 'needs_analyst', 'excepted']
const TABS = ['overview', 'events', 'report', 'executions'] as const

/** One ticket: what is known, what happened, what was reported, what ran. */
export function TicketView({ id }: { id: number }) {
  const ticket = useOperation('ticket.show', { id })
  if (!ticket.data) return <Pending error={ticket.error} />
  return <Loaded ticket={ticket.data} />
}

function Loaded({ ticket }: { ticket: TicketDetail }) {
  const { t } = useTranslation()
  const [address, setAddress] = useSearchParams()
  const tab = TABS.find((each) => each === address.get('tab')) ?? 'overview'
  const event = address.get('event')
  const put = (name: string, value: string | null) =>
    setAddress(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === null) next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  const { summary } = ticket
  const [reporting, setReporting] = useState(false)
  return (
    <>
      <section className={css.view} aria-label={`T-${summary.id}`}>
        <Head ticket={ticket} />
        <Tabs value={tab} onChange={(value) => put('tab', value === 'overview' ? null : value)} keepMounted={false} className={css.tabs}>
          <Tabs.List className={css.tabList}>
            <Tabs.Tab value="overview">{t('ticket.tab.overview')}</Tabs.Tab>
            <Tabs.Tab value="events">
              {t('ticket.tab.events')} <span className="t3">{summary.event_count.toLocaleString()}</span>
            </Tabs.Tab>
            <Tabs.Tab value="report">{t('ticket.tab.report')}</Tabs.Tab>
            <Tabs.Tab value="executions">
              {t('ticket.tab.executions')} <span className="t3">{ticket.executions.length}</span>
            </Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="overview" className={css.panel}>
            <div className={css.overview}>
              <div>
                <Facts ticket={ticket} />
                <Artifacts artifacts={ticket.artifacts} />
              </div>
              <Conversation ticket={ticket} />
            </div>
          </Tabs.Panel>
          <Tabs.Panel value="events" className={css.panel}>
            <EventTable ticket={ticket} active={event} onOpen={(each) => put('event', each)} />
          </Tabs.Panel>
          <Tabs.Panel value="report" className={css.panel}>
            <div className={css.reportHead}>
              <Button leftSection={<Icon name="csv" />} onClick={() => setReporting(true)}>
                {t('viewer.report.open')}
              </Button>
            </div>
            {ticket.report ? (
              <article className={css.report}>
                <Markdown text={ticket.report} />
              </article>
            ) : (
              <EmptyState icon="note" title={t('ticket.no_report')} text={t('ticket.no_report_text')} />
            )}
          </Tabs.Panel>
          <Tabs.Panel value="executions" className={css.panel}>
            <TicketExecutions executions={ticket.executions} />
          </Tabs.Panel>
        </Tabs>
      </section>
      {event ? <EventPanel id={event} onClose={() => put('event', null)} /> : null}
      {reporting ? (
        <Suspense fallback={null}>
          <ReportDialog of="ticket" id={summary.id} onClose={() => setReporting(false)} />
        </Suspense>
      ) : null}
    </>
  )
}

function Head({ ticket }: { ticket: TicketDetail }) {
  const { t } = useTranslation()
  const operator = useOperator()
  const [starting, setStarting] = useState(false)
  const assign = useWrite('ticket.assign', { onError: notifyError })
  const close = useWrite('ticket.close', { onError: notifyError })
  const { summary } = ticket
  const closed = summary.status === 'closed'
  const mine = summary.assignee !== null && summary.assignee === operator
  return (
    <header className={css.head}>
      <div className={css.titleRow}>
        <h1>
          <Hostile text={summary.title} />
        </h1>
        <SeverityBadge severity={summary.severity} chip />
        {summary.sample ? <SampleTag /> : null}
        <div className={css.actions}>
          <Button onClick={() => setStarting(true)} leftSection={<Icon name="start" />}>
            {t('ticket.run_playbook')}
          </Button>
          {closed ? null : mine ? (
            <Button onClick={() => assign.mutate({ id: summary.id, assignee: null })} loading={assign.isPending}>
              {t('ticket.give_back')}
            </Button>
          ) : (
            <Button
              onClick={() => assign.mutate({ id: summary.id, assignee: operator })}
              loading={assign.isPending}
              disabled={!operator}
              leftSection={<Icon name="user" />}
            >
              {t('ticket.assign_me')}
            </Button>
          )}
          {closed ? (
            <Button onClick={() => close.mutate({ id: summary.id, closed: false, verdict: null })} loading={close.isPending}>
              {t('ticket.reopen')}
            </Button>
          ) : (
            <Menu position="bottom-end">
              <Menu.Target>
                <Button variant="filled" loading={close.isPending} rightSection={<Icon name="chevronDown" size={12} />}>
                  {t('ticket.close')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Label>{t('ticket.close_as')}</Menu.Label>
                {VERDICTS.map((verdict) => (
                  <Menu.Item key={verdict} onClick={() => close.mutate({ id: summary.id, closed: true, verdict })}>
                    <VerdictBadge verdict={verdict} />
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
        </div>
      </div>
      <div className={css.meta}>
        <span className="mono">T-{summary.id}</span>
        <TicketStatusBadge status={summary.status} />
        {summary.verdict ? <VerdictBadge verdict={summary.verdict} /> : null}
        <span>
          {summary.assignee ? (
            <>
              {t('ticket.assignee')} <Hostile text={summary.assignee} />
            </>
          ) : (
            t('ticket.nobody')
          )}
        </span>
        <span>
          <Icon name="clock" size={14} />
          {t('ticket.opened')} <TimeText at={summary.opened_at} />
        </span>
      </div>
      <StartPlaybook ticket={summary.id} opened={starting} onClose={() => setStarting(false)} />
    </header>
  )
}

function Facts({ ticket }: { ticket: TicketDetail }) {
  const { t } = useTranslation()
  const { summary } = ticket
  return (
    <dl className={css.facts}>
      <dt>{t('ticket.signature')}</dt>
      <dd>
        <Hostile text={ticket.signature ?? '–'} /> {ticket.signature_id ? <span className="mono t3">{ticket.signature_id}</span> : null}
      </dd>
      <dt>{t('ticket.category')}</dt>
      <dd>
        <Hostile text={ticket.category ?? '–'} />
      </dd>
      <dt>{t('ticket.type')}</dt>
      <dd>{t(`ticket.kind.${summary.type}`, { defaultValue: summary.type })}</dd>
      <dt>{t('ticket.flow')}</dt>
      <dd className="mono">
        {summary.src_ip ?? '–'} → {summary.dest_ip ?? '–'}
      </dd>
      <dt>{t('ticket.tab.events')}</dt>
      <dd>
        {summary.event_count.toLocaleString()} · <TimeText at={summary.first_event_at} /> ~ <TimeText at={summary.last_event_at} />
      </dd>
    </dl>
  )
}
