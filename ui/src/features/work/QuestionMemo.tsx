import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useText, useTranslation } from '../../app/i18n'
import { operationQuery, useOperation, useWrite } from '../../app/query'
import type { Answer, Evidence, QuestionDetail, QuestionGroup, ReleaseDetail } from '../../generated/api'
import {
  ErrorNotice,
  formatTime,
  Hostile,
  Icon,
  JsonTree,
  Kbd,
  notify,
  notifyError,
  Pending,
  SeverityBadge,
  StatusBadge,
  TimeLeft,
  TimeText,
  useShortcuts,
  useZone,
  visible,
  zoneName,
} from '../../kit'
import { ApiError } from '../../platform'
import { AnswerForm } from './AnswerForm'
import { factsOf } from './facts'
import css from './work.module.css'

/** How long a decision shields the question that opens after it: the second half of a double click is not meant for that one. */
const SHIELD_MS = 600
let decided = { question: 0, at: Number.NEGATIVE_INFINITY }

/** Tells whether one press gives this answer; what somebody has written or chosen first is meant for the question where it was. */
function isOnePress(given: Answer): boolean {
  return 'approved' in given ? given.opinion === undefined : typeof given.value === 'boolean'
}

/** An approval, a gate or a question as a decision memo: what is asked, why, what happens on each answer. */
export function QuestionMemo({ id, group, onDone }: { id: number; group: QuestionGroup | undefined; onDone: () => void }) {
  const { t } = useTranslation()
  const text = useText()
  const navigate = useNavigate()
  const zone = useZone((state) => state.zone)
  const question = useOperation('question.show', { id })
  const alike = group && group.questions.length > 1 ? group.questions : undefined
  const [all, setAll] = useState(false)
  const [refused, setRefused] = useState<ApiError | null>(null)

  // Every approval is bound to the list that was seen, so answering all alike reads all of them first.
  const details = useQueries({
    queries: (all && alike ? alike : []).map((each) => operationQuery('question.show', { id: each.id })),
  })
  const ready = !all || details.every((each) => each.data !== undefined)
  const shown = all ? details.flatMap((each) => (each.data ? [each.data as QuestionDetail] : [])) : question.data ? [question.data] : []

  // What is pending is drawn a moment later, and a second click may come before that.
  const sent = useRef(false)
  const answer = useWrite('question.answer', {
    onSettled: () => {
      sent.current = false
    },
    onSuccess: (report) => {
      const conflict = report.refused[0]
      if (report.answered > 0) notify({ kind: 'done', text: t('work.answered', { count: report.answered }) })
      if (!conflict) {
        onDone()
      } else if (report.answered > 0) {
        notifyError(new ApiError(conflict.error))
        onDone()
      } else {
        setRefused(new ApiError(conflict.error))
        void question.refetch()
      }
    },
    onError: (error) => {
      setRefused(error)
      void question.refetch()
    },
  })

  const open = () => {
    const detail = question.data
    if (detail) navigate(detail.summary.ticket ? `/tickets/${detail.summary.ticket}` : `/executions/${detail.summary.execution}`)
  }
  useShortcuts({ KeyE: open })

  if (!question.data) return <Pending error={question.error} />
  const detail = question.data
  const kind = detail.question.kind
  const asks = kind.kind === 'approval' || kind.kind === 'gate'
  const deadline = detail.question.deadline ?? detail.summary.deadline

  const submit = (given: Answer) => {
    const now = performance.now()
    if (sent.current || !ready) return
    if (isOnePress(given) && decided.question !== id && now - decided.at < SHIELD_MS) return
    sent.current = true
    decided = { question: id, at: now }
    setRefused(null)
    const ids = all && alike ? alike.map((each) => each.id) : [detail.summary.id]
    if (!asks || !('approved' in given)) {
      answer.mutate({ ids, answer: given })
      return
    }
    const hashes = shown.map((each) => ('hash' in each.question.kind ? each.question.kind.hash : ''))
    answer.mutate(ids.length === 1 ? { ids, answer: { ...given, hash: hashes[0] ?? '' } } : { ids, answer: given, hashes })
  }

  return (
    <>
      <div className={css.memoHead}>
        <div className={css.memoTitle}>
          <h2>
            <Hostile text={text(detail.task)} />
          </h2>
          {detail.summary.severity ? <SeverityBadge severity={detail.summary.severity} chip /> : null}
          <div className={css.memoActions}>
            <Tooltip label={<Kbd keys="E" />}>
              <Button leftSection={<Icon name={detail.summary.ticket ? 'ticket' : 'executions'} />} onClick={open}>
                {t(detail.summary.ticket ? 'work.open_ticket' : 'work.open_execution')}
              </Button>
            </Tooltip>
          </div>
        </div>
        <div className={css.meta}>
          <span>
            <Icon name="playbook" size={14} />
            {t('work.playbook_version', { name: text(detail.playbook), version: detail.version })}
          </span>
          {detail.summary.ticket ? (
            <span>
              <Icon name="ticket" size={14} />
              <Link to={`/tickets/${detail.summary.ticket}`}>T-{detail.summary.ticket}</Link>
              {detail.summary.ticket_title ? <Hostile text={detail.summary.ticket_title} /> : null}
            </span>
          ) : null}
          <span>
            <Icon name="executions" size={14} />
            <Link to={`/executions/${detail.summary.execution}`}>{t('work.run', { id: detail.summary.execution })}</Link>
          </span>
          <span>
            <Icon name="user" size={14} />
            {detail.summary.assignee ? t('work.asked_of', { name: detail.summary.assignee }) : t('work.asked_anyone')}
          </span>
          {deadline && !detail.answered ? (
            <span>
              <Icon name="clock" size={14} />
              <TimeLeft deadline={deadline} />
              <span className="t3">
                ({formatTime(deadline, 'short', zone)} {zoneName(deadline, zone)})
              </span>
            </span>
          ) : null}
        </div>
      </div>
      <div className={css.content}>
        {detail.answered ? <Decided answered={detail.answered} /> : null}
        {refused && !detail.answered ? <ErrorNotice error={refused} /> : null}
        <h3>{t('work.what')}</h3>
        <p className={css.asked}>
          <Hostile text={text(detail.question.text)} />
        </p>
        <Why evidence={detail.evidence} missing={detail.missing} />
        {asks ? <Releases details={shown} gate={kind.kind === 'gate'} all={all} /> : null}
        <Otherwise detail={detail} asks={asks} deadline={deadline ?? null} />
      </div>
      {detail.answered ? null : (
        <AnswerForm
          kind={kind}
          alike={alike ? { listed: alike.length, count: group?.count ?? alike.length } : undefined}
          all={all}
          onAll={setAll}
          actions={shown.reduce((sum, each) => sum + each.releases.length, 0)}
          busy={answer.isPending}
          ready={ready}
          onAnswer={submit}
        />
      )}
    </>
  )
}

function Decided({ answered }: { answered: NonNullable<QuestionDetail['answered']> }) {
  const { t } = useTranslation()
  const value = answered.answer
  const what =
    'approved' in value
      ? t(value.approved ? 'work.approved' : 'work.rejected')
      : typeof value.value === 'string'
        ? value.value
        : JSON.stringify(value.value)
  return (
    <div className={css.decided} role="status">
      <Icon name="done" />
      <div>
        <b>{t('work.decided', { name: visible(answered.by), what: visible(what) })}</b> <TimeText at={answered.at} />
        {'approved' in value && value.opinion ? (
          <div className="t2">
            <Hostile text={value.opinion} />
          </div>
        ) : null}
      </div>
    </div>
  )
}

function Why({ evidence, missing }: { evidence: Evidence[]; missing: Evidence[] }) {
  const { t } = useTranslation()
  const text = useText()
  const [open, setOpen] = useState<string | null>(null)
  if (evidence.length === 0 && missing.length === 0) return null
  return (
    <>
      <h3>
        {t('work.why')} <span>{t('work.sources', { count: evidence.length })}</span>
      </h3>
      {evidence.length > 0 ? (
        <div className={css.tableWrap}>
          <table className={css.table}>
            <thead>
              <tr>
                <th>{t('work.source')}</th>
                <th>{t('work.says')}</th>
                <th aria-label={t('work.whole_output')} />
                <th className="num">{t('work.age')}</th>
              </tr>
            </thead>
            <tbody>
              {evidence.map((each) => (
                <tr key={each.task}>
                  <td className="nowrap">
                    <b>
                      <Hostile text={text(each.name)} />
                    </b>{' '}
                    <span className="t2 s12">{text(each.app)}</span>
                  </td>
                  <td style={{ width: '100%' }}>
                    <Says output={each.output} />
                    {open === each.task ? (
                      <JsonTree value={each.output} root={`tasks.${each.task}.output`} label={text(each.name)} />
                    ) : null}
                  </td>
                  <td>
                    <ActionIcon
                      size={24}
                      aria-expanded={open === each.task}
                      aria-label={`${t('work.whole_output')}: ${visible(text(each.name))}`}
                      onClick={() => setOpen(open === each.task ? null : each.task)}
                    >
                      <Icon name={open === each.task ? 'chevronUp' : 'chevronDown'} size={12} />
                    </ActionIcon>
                  </td>
                  <td className="num t2 nowrap">
                    <TimeText at={each.ended_at} form="ago" />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {missing.length > 0 ? (
        <div className={css.note}>
          <Icon name="info" size={14} />
          <span>
            {t('work.not_heard')}{' '}
            {missing.map((each, index) => (
              <span key={each.task}>
                {index > 0 ? ', ' : ''}
                <b>
                  <Hostile text={text(each.name)} />
                </b>{' '}
                (<StatusBadge status={each.status} code={each.error_code} />)
              </span>
            ))}
          </span>
        </div>
      ) : null}
    </>
  )
}

function Says({ output }: { output: unknown }) {
  const { t } = useTranslation()
  const facts = factsOf(output)
  if (facts.length === 0) return <span className="t3">{t('work.no_output')} </span>
  return (
    <span className={css.facts}>
      {facts.map((fact) => (
        <span key={fact.name} className={css.fact}>
          {fact.name ? (
            <span className="mono">
              <Hostile text={fact.name} />
            </span>
          ) : null}
          <Hostile text={fact.value} />
        </span>
      ))}
    </span>
  )
}

type Row = { release: ReleaseDetail; asset: ReleaseDetail['assets'][number] | null; ticket: number | null; question: number }

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Returns the parameters that every row shares, so that they are read once; none when there is one row only. */
function sharedParameters(rows: Row[]): Set<string> {
  const first = rows[0]
  if (!first || rows.length < 2) return new Set()
  return new Set(
    Object.entries(first.release.call.parameters)
      .filter(([name, value]) => rows.every((row) => written(row.release.call.parameters[name]) === written(value)))
      .map(([name]) => name),
  )
}

/** Returns the rest of a row's parameters; the host is not repeated, it has a column. */
function ownParameters(row: Row, shared: Set<string>): string {
  return Object.entries(row.release.call.parameters)
    .filter(([name, value]) => !shared.has(name) && value !== row.asset?.host)
    .map(([name, value]) => `${name}=${written(value)}`)
    .join(', ')
}

/** Exactly what a yes does: one row for each command and each host it touches. */
function Releases({ details, gate, all }: { details: QuestionDetail[]; gate: boolean; all: boolean }) {
  const { t } = useTranslation()
  const text = useText()
  const rows: Row[] = details.flatMap((detail) =>
    detail.releases.flatMap((release) =>
      (release.assets.length > 0 ? release.assets : [null]).map((asset) => ({
        release,
        asset,
        ticket: detail.summary.ticket,
        question: detail.summary.id,
      })),
    ),
  )
  const risky = rows.filter((row) => row.asset && (row.asset.criticality === 'high' || row.asset.criticality === 'critical'))
  const hosts = rows.filter((row) => row.asset).length
  const actions = details.reduce((sum, detail) => sum + detail.releases.length, 0)
  const withAssets = hosts > 0
  const shared = sharedParameters(rows)
  return (
    <>
      <h3>
        {t(gate ? 'work.if_approved_gate' : 'work.if_approved')}{' '}
        <span>
          {t('work.actions', { count: actions })}
          {hosts > 0 ? ` · ${t('work.hosts', { count: hosts })}` : ''}
        </span>
      </h3>
      {rows.length === 0 ? (
        <p className="t2">{t('work.releases_nothing')}</p>
      ) : (
        <div className={css.tableWrap}>
          <table className={css.table}>
            <thead>
              <tr>
                <th>#</th>
                {all ? <th>{t('rail.tickets')}</th> : null}
                {withAssets ? (
                  <>
                    <th>{t('asset.host')}</th>
                    <th>{t('asset.addresses')}</th>
                    <th>{t('asset.owner')}</th>
                    <th>{t('asset.criticality')}</th>
                  </>
                ) : null}
                <th>{t('work.runs')}</th>
                <th>{t('work.undo')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => {
                const { release, asset, ticket, question } = row
                const own = ownParameters(row, shared)
                return (
                  <tr
                    key={`${question}-${release.task}-${asset?.host ?? ''}`}
                    data-risk={asset && (asset.criticality === 'high' || asset.criticality === 'critical') ? true : undefined}
                  >
                    <td className="t3">{index + 1}</td>
                    {all ? <td>{ticket ? `T-${ticket}` : '–'}</td> : null}
                    {withAssets ? (
                      <>
                        <td className="b nowrap">{asset ? <Hostile text={asset.host} /> : '–'}</td>
                        <td className="mono">{asset?.addresses.join(', ') ?? '–'}</td>
                        <td>{asset?.owner ? <Hostile text={asset.owner} /> : '–'}</td>
                        <td>{asset ? <SeverityBadge severity={asset.criticality} /> : '–'}</td>
                      </>
                    ) : null}
                    <td>
                      <b>{text(release.command_name)}</b> <span className="t2">{text(release.app)}</span>{' '}
                      {own ? (
                        <span className="mono">
                          <Hostile text={own} />
                        </span>
                      ) : null}
                    </td>
                    <td className="t2">{release.undo ? text(release.undo) : t('work.no_undo')}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
          {shared.size > 0 ? (
            <div className={css.note} style={{ marginTop: 6 }}>
              <span>
                {t('work.shared')}{' '}
                <span className="mono">
                  <Hostile text={[...shared].map((name) => `${name}=${written(rows[0]?.release.call.parameters[name])}`).join(', ')} />
                </span>
              </span>
            </div>
          ) : null}
        </div>
      )}
      {risky.length > 0 ? (
        <div className={css.note} data-risk>
          <Icon name="warning" size={14} />
          <span>
            {risky.map(({ asset, release }, index) => (
              <span key={`${release.task}-${asset?.host}`}>
                <b>
                  <Hostile text={asset?.host ?? ''} />
                </b>
                {asset?.role ? (
                  <>
                    {' '}
                    (<Hostile text={text(asset.role)} />)
                  </>
                ) : null}
                {index < risky.length - 1 ? ', ' : ': '}
              </span>
            ))}
            {t('work.risk')}
          </span>
        </div>
      ) : null}
    </>
  )
}

function Otherwise({ detail, asks, deadline }: { detail: QuestionDetail; asks: boolean; deadline: string | null }) {
  const { t } = useTranslation()
  const text = useText()
  const zone = useZone((state) => state.zone)
  const then = (tasks: QuestionDetail['if_rejected']) => tasks.map((task) => text(task)).join(', ')
  const isBoolean = detail.question.kind.kind === 'boolean'
  if (!asks && !isBoolean && !deadline) return null
  return (
    <div className={css.two}>
      {asks || isBoolean ? (
        <div>
          <div className={css.label}>
            <Icon name="close" size={14} />
            {t(asks ? 'work.if_rejected' : 'work.if_no')}
          </div>
          {detail.if_rejected.length > 0
            ? t('work.then', { tasks: then(detail.if_rejected) })
            : t(asks ? 'work.rejected_nothing' : 'work.no_nothing')}
        </div>
      ) : null}
      <div>
        <div className={css.label}>
          <Icon name="clock" size={14} />
          {deadline ? t('work.if_expired_by', { time: formatTime(deadline, 'short', zone) }) : t('work.if_expired')}
        </div>
        {!deadline
          ? t('work.never_expires')
          : detail.if_expired.length > 0
            ? t('work.then', { tasks: then(detail.if_expired) })
            : t('work.expired_fails')}
      </div>
    </div>
  )
}
