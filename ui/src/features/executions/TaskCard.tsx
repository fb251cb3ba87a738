import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'react-router'
import { useHelp } from '../../app/help'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation } from '../../app/query'
import type { Attempt, TaskDetail, TaskRun, Text } from '../../generated/api'
import {
  bytesInWords,
  durationWords,
  formatTime,
  Hostile,
  helpAddress,
  Icon,
  Inspector,
  JsonTree,
  Markdown,
  notify,
  notifyError,
  Pending,
  StatusBadge,
  StatusIcon,
  TimeText,
  useNow,
  useZone,
  visible,
  zoneName,
} from '../../kit'
import { asApiError, call, clipboard } from '../../platform'
import { Children } from './Children'
import css from './executions.module.css'
import { isFinal } from './facts'
import { type Moment, wholeAt } from './moment'
import { useLog, useTaskDetail, useTaskName, type Watched, type WatchedRun } from './watched'

/** What one task did: times, attempts with their errors, who answered what, what it called, input and output. */
export function TaskCard({
  detail,
  run,
  now: live,
  moment,
  onClose,
  onRerun,
}: {
  detail: Watched
  /** The run as it is shown: of now, or of the moment. */
  run: WatchedRun
  /** The run as it stands. */
  now: WatchedRun
  /** The moment that is shown; null is now. */
  moment: Moment | null
  onClose: () => void
  onRerun: () => void
}) {
  const { t, i18n } = useTranslation()
  const text = useText()
  const zone = useZone((state) => state.zone)
  const language = i18n.language === 'ko' ? 'ko' : 'en'
  const catalog = useOperation('catalog.show', {})
  const clock = useNow(moment === null && run.started_at !== null && run.ended_at === null)
  const now = moment?.at ?? clock
  const name = useTaskName(detail)(run.id)
  const question = moment ? undefined : detail.questions.find((each) => each.question.task === run.id)
  const started = run.started_at ? Date.parse(run.started_at) : null
  const ended = run.ended_at ? Date.parse(run.ended_at) : now
  const pauses = run.history.reduce((sum, attempt, index) => {
    const next = run.history[index + 1]
    return next && attempt.ended_at ? sum + Date.parse(next.started_at) - Date.parse(attempt.ended_at) : sum
  }, 0)
  const calls = detail.calls.find((each) => each.task === run.id)
  const read = useTaskDetail(detail.summary.id, live)
  const task = read.data?.task
  const app = task?.type === 'action' ? text(catalog.data?.catalog.apps[task.app]?.name) || task.app : null
  const retry = task?.retry?.attempts
  const whole = read.data && (moment ? wholeAt(read.data.run, run) : read.data.run)
  return (
    <Inspector
      name="task"
      width={340}
      label={t('task.card', { name: visible(name) })}
      icon={<StatusIcon status={run.status} size={16} />}
      title={<Hostile text={name} />}
      subtitle={[
        t(`task.type.${run.type}`, { defaultValue: run.type }),
        app,
        run.attempts > 0 ? t('task.attempt_of', { count: run.attempts, most: Math.max(retry ?? 1, run.attempts) }) : null,
      ]
        .filter(Boolean)
        .join(' · ')}
      onClose={onClose}
      footer={
        <div className={css.cardFoot}>
          {question ? (
            <Button
              component={Link}
              to={`/work/question/${question.id}`}
              variant="filled"
              className="grow"
              leftSection={<Icon name="waiting" />}
            >
              {t('execution.answer')}
            </Button>
          ) : null}
          {run.status === 'needs_review' && moment === null ? (
            <Button
              component={Link}
              to={`/work/review/${detail.summary.id}/${encodeURIComponent(run.id)}`}
              variant="filled"
              className="grow"
              leftSection={<Icon name="review" />}
            >
              {t('execution.review')}
            </Button>
          ) : null}
          {isFinal(detail.summary.status) ? (
            <Button
              variant={run.status === 'failed' ? 'filled' : 'default'}
              className="grow"
              leftSection={<Icon name="rerun" />}
              onClick={onRerun}
            >
              {t('viewer.rerun.from_here')}
            </Button>
          ) : null}
          <Button
            component={Link}
            to={`/playbooks/${encodeURIComponent(detail.summary.playbook)}?version=${detail.summary.version}&task=${encodeURIComponent(run.id)}`}
            leftSection={<Icon name="playbook" />}
          >
            {t('execution.open_version', { version: detail.summary.version })}
          </Button>
        </div>
      }
    >
      {run.error ? <Failure code={run.error.code} message={whole?.error?.message} /> : null}
      {run.carried ? (
        <p className={css.noteLine}>
          <Icon name="info" size={14} />
          {detail.summary.rerun_of ? (
            <Link className="link" to={`/executions/${detail.summary.rerun_of}?task=${encodeURIComponent(run.id)}`}>
              {t('viewer.rerun.carried', { id: detail.summary.rerun_of })}
            </Link>
          ) : null}
        </p>
      ) : null}
      <dl className={css.facts2}>
        <dt>{t('execution.status')}</dt>
        <dd>
          <StatusBadge status={run.status} />
        </dd>
        <dt>{t('task.start')}</dt>
        <dd>
          <TimeText at={run.started_at} form="precise" />{' '}
          {run.started_at ? <span className="t3">{zoneName(run.started_at, zone)}</span> : null}
        </dd>
        <dt>{t('task.end')}</dt>
        <dd>
          <TimeText at={run.ended_at} form="precise" /> {run.ended_at ? <span className="t3">{zoneName(run.ended_at, zone)}</span> : null}
        </dd>
        <dt>{t('task.duration')}</dt>
        <dd>
          {started === null ? <span className="t3">–</span> : durationWords(ended - started, language)}
          {pauses > 0 ? <span className="t3"> ({t('task.waited', { duration: durationWords(pauses, language) })})</span> : null}
        </dd>
        {run.until ? (
          <>
            <dt>{t('task.until')}</dt>
            <dd>
              <TimeText at={run.until} form="time" />
            </dd>
          </>
        ) : null}
        {run.outcome ? (
          <>
            <dt>{t('task.outcome')}</dt>
            <dd>{t(`outcome.${run.outcome}`)}</dd>
          </>
        ) : null}
        {run.answered_by ? (
          <>
            <dt>{t('task.answered_by')}</dt>
            <dd>
              <Hostile text={run.answered_by} />
            </dd>
          </>
        ) : null}
      </dl>
      {run.answered_by ? <Answers detail={detail} task={run.id} until={moment?.sequence} /> : null}
      {run.history.length > 1 && whole ? <Attempts run={whole} /> : null}
      {calls ? <Children execution={detail.summary.id} calls={calls} /> : null}
      {read.data && whole ? (
        <>
          <Part id={detail.summary.id} run={whole} read={read.data} field="input" title={t('task.input')} />
          <Part id={detail.summary.id} run={whole} read={read.data} field="output" title={t('task.output')} />
        </>
      ) : (
        <Pending error={read.error} />
      )}
    </Inspector>
  )
}

/** Why it failed: the code, what happened, and the page of the code without leaving the execution. */
function Failure({ code, message }: { code: string; message: Text | undefined }) {
  const { t } = useTranslation()
  const text = useText()
  const help = useHelp(code)
  const [open, setOpen] = useState(false)
  return (
    <div className={css.cardError} role="note">
      <div className="row" style={{ gap: 6 }}>
        <span className="mono b" style={{ color: 'var(--failed)' }}>
          <Hostile text={code} />
        </span>
        <span className="b grow">{help?.title}</span>
        <a href={helpAddress(code)}>{t('common.help')}</a>
      </div>
      <div className="t2">
        <Hostile text={text(message)} />
      </div>
      {help ? (
        <>
          <button type="button" className={css.linkButton} aria-expanded={open} onClick={() => setOpen(!open)}>
            <Icon name={open ? 'chevronUp' : 'chevronDown'} size={10} /> {t('viewer.card.what_to_do')}
          </button>
          {open ? (
            <div className={css.helpText}>
              <Markdown text={help.text} />
            </div>
          ) : null}
        </>
      ) : null}
    </div>
  )
}

/** Who answered, with what opinion, when; a task may have asked more than once. */
function Answers({ detail, task, until }: { detail: Watched; task: string; until: number | undefined }) {
  const { t } = useTranslation()
  const log = useLog(detail.summary.id)
  const answers = (log.data?.entries ?? []).filter(
    (entry) => entry.task === task && entry.event === 'question_answered' && (until === undefined || entry.sequence <= until),
  )
  if (answers.length === 0) return null
  return (
    <ul className={css.answers} aria-label={t('viewer.card.answers')}>
      {answers.map((entry) => (
        <li key={entry.sequence}>
          <Icon name="user" size={14} />
          <span className="grow">
            <b>
              <Hostile text={entry.by ?? '–'} />
            </b>{' '}
            <span className="t3">
              <TimeText at={entry.at} form="full" />
            </span>
            {entry.text ? (
              <div className={css.opinion}>
                <Hostile text={entry.text} />
              </div>
            ) : null}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Attempts({ run }: { run: TaskRun }) {
  const { t, i18n } = useTranslation()
  const text = useText()
  const zone = useZone((state) => state.zone)
  const language = i18n.language === 'ko' ? 'ko' : 'en'
  const [open, setOpen] = useState<number | null>(null)
  const told = (attempt: Attempt) =>
    attempt.error ? `${visible(attempt.error.code)} ${visible(text(attempt.error.message))}` : t('task.attempt_ok')
  const shown = run.history.find((attempt) => attempt.number === open)
  return (
    <div className={css.attemptsPart}>
      <ol className={css.attempts} aria-label={t('task.attempts')}>
        {run.history.map((attempt, index) => {
          const before = run.history[index - 1]
          return (
            <li key={attempt.number}>
              {before?.ended_at ? (
                <span className="t3 s12">{durationWords(Date.parse(attempt.started_at) - Date.parse(before.ended_at), language)}</span>
              ) : null}
              <Tooltip label={told(attempt)}>
                <button
                  type="button"
                  className={css.attempt}
                  data-failed={attempt.error ? true : undefined}
                  aria-expanded={open === attempt.number}
                  aria-label={`${attempt.number}: ${told(attempt)}`}
                  onClick={() => setOpen(open === attempt.number ? null : attempt.number)}
                >
                  <span className="t3">{attempt.number}</span> {formatTime(attempt.started_at, 'time', zone)}
                </button>
              </Tooltip>
            </li>
          )
        })}
      </ol>
      {shown ? (
        <div className={css.attemptText}>
          <span className="t2">
            {attemptTime(shown, zone)}
            {shown.ended_at ? ` · ${durationWords(Date.parse(shown.ended_at) - Date.parse(shown.started_at), language)}` : ''}
          </span>
          <div>
            {shown.error ? (
              <>
                <a className="mono" href={helpAddress(shown.error.code)}>
                  <Hostile text={shown.error.code} />
                </a>{' '}
                <Hostile text={text(shown.error.message)} />
              </>
            ) : (
              t(shown.ended_at ? 'task.attempt_ok' : 'status.running')
            )}
          </div>
        </div>
      ) : null}
    </div>
  )
}

function attemptTime(attempt: Attempt, zone: string | undefined): string {
  const from = formatTime(attempt.started_at, 'precise', zone)
  return attempt.ended_at ? `${from} – ${formatTime(attempt.ended_at, 'precise', zone)}` : from
}

/** An input or output: its preview, and the whole of it when it is asked for. */
function Part({ id, run, read, field, title }: { id: number; run: TaskRun; read: TaskDetail; field: 'input' | 'output'; title: string }) {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState(false)
  // What was not known at the moment that is shown is not offered.
  const cut = read.truncated.includes(field) && run[field] !== null
  const whole = useOperation('execution.value', { id, task: run.id, field }, { enabled: cut && wanted })
  const value = whole.data ? whole.data.value : run[field]
  const copy = async () => {
    try {
      let all = value
      if (cut && !whole.data) all = (await call('execution.value', { id, task: run.id, field })).value
      await clipboard.copyText(typeof all === 'string' ? all : (JSON.stringify(all, null, 2) ?? ''))
      notify({ kind: 'done', text: t('common.copied') })
    } catch (thrown) {
      notifyError(asApiError(thrown))
    }
  }
  return (
    <section>
      <h3 className={css.partHead}>
        {title}
        <ActionIcon size={24} aria-label={t('task.copy', { what: title })} onClick={copy}>
          <Icon name="copy" size={14} />
        </ActionIcon>
      </h3>
      {value === null || value === undefined ? (
        <p className={css.none}>{t('task.none')}</p>
      ) : (
        <JsonTree value={value} root={`tasks.${run.id}.${field}`} label={title} />
      )}
      {cut && !whole.data ? (
        <p className={css.cut}>
          {t('task.truncated')}{' '}
          <Button size="compact-xs" loading={whole.isFetching} onClick={() => setWanted(true)}>
            {t('viewer.card.whole')}
          </Button>
        </p>
      ) : null}
      {whole.data?.next_offset ? <p className={css.cut}>{t('viewer.card.part', { bytes: bytesInWords(whole.data.bytes) })}</p> : null}
    </section>
  )
}
