import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { Link } from 'react-router'
import { useHelp } from '../../app/help'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation } from '../../app/query'
import type { ExecutionDetail, TaskRun } from '../../generated/api'
import {
  durationWords,
  formatTime,
  Hostile,
  helpAddress,
  Icon,
  Inspector,
  JsonTree,
  notify,
  StatusBadge,
  StatusIcon,
  TimeText,
  useNow,
  useZone,
  visible,
  zoneName,
} from '../../kit'
import { clipboard } from '../../platform'
import css from './executions.module.css'

/** What one task did: times, attempts, input, output, error with its help page, who answered. */
export function TaskCard({ detail, run, onClose }: { detail: ExecutionDetail; run: TaskRun; onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const text = useText()
  const zone = useZone((state) => state.zone)
  const language = i18n.language === 'ko' ? 'ko' : 'en'
  const task = detail.document.tasks[run.id]
  const catalog = useOperation('catalog.show', {})
  const now = useNow(run.started_at !== null && run.ended_at === null)
  const help = useHelp(run.error?.code)
  const name = text(task?.name) || run.id
  const app = task?.type === 'action' ? text(catalog.data?.catalog.apps[task.app]?.name) || task.app : null
  const question = detail.questions.find((each) => each.question.task === run.id)
  const retry = task?.retry?.attempts
  const started = run.started_at ? Date.parse(run.started_at) : null
  const ended = run.ended_at ? Date.parse(run.ended_at) : now
  const pauses = run.history.reduce((sum, attempt, index) => {
    const next = run.history[index + 1]
    return next && attempt.ended_at ? sum + Date.parse(next.started_at) - Date.parse(attempt.ended_at) : sum
  }, 0)
  return (
    <Inspector
      name="task"
      width={340}
      label={t('task.card', { name })}
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
          {run.status === 'needs_review' ? (
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
      {run.error ? (
        <div className={css.cardError} role="note">
          <div className="row" style={{ gap: 6 }}>
            <span className="mono b" style={{ color: 'var(--failed)' }}>
              {run.error.code}
            </span>
            <span className="b grow">{help?.title}</span>
            <a href={helpAddress(run.error.code)}>{t('common.help')}</a>
          </div>
          <div className="t2">
            <Hostile text={run.error.message} />
          </div>
        </div>
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
      {run.history.length > 1 ? <Attempts run={run} /> : null}
      <Part title={t('task.input')} value={run.input} root={`tasks.${run.id}.input`} />
      <Part title={t('task.output')} value={run.output} root={`tasks.${run.id}.output`} />
      {detail.truncated.includes(run.id) ? <p className={css.cut}>{t('task.truncated')}</p> : null}
    </Inspector>
  )
}

function Attempts({ run }: { run: TaskRun }) {
  const { t, i18n } = useTranslation()
  const zone = useZone((state) => state.zone)
  const language = i18n.language === 'ko' ? 'ko' : 'en'
  return (
    <ol className={css.attempts} aria-label={t('task.attempts')}>
      {run.history.map((attempt, index) => {
        const before = run.history[index - 1]
        return (
          <li key={attempt.number}>
            {before?.ended_at ? (
              <span className="t3 s12">{durationWords(Date.parse(attempt.started_at) - Date.parse(before.ended_at), language)}</span>
            ) : null}
            <Tooltip label={attempt.error ? `${attempt.error.code} ${visible(attempt.error.message)}` : t('task.attempt_ok')}>
              <span className={css.attempt} data-failed={attempt.error ? true : undefined}>
                <span className="t3">{attempt.number}</span> {formatTime(attempt.started_at, 'time', zone)}
              </span>
            </Tooltip>
          </li>
        )
      })}
    </ol>
  )
}

function Part({ title, value, root }: { title: string; value: unknown; root: string }) {
  const { t } = useTranslation()
  return (
    <section>
      <h3 className={css.partHead}>
        {title}
        <ActionIcon
          size={24}
          aria-label={t('task.copy', { what: title })}
          onClick={async () => {
            await clipboard.copyText(JSON.stringify(value, null, 2) ?? '')
            notify({ kind: 'done', text: t('common.copied') })
          }}
        >
          <Icon name="copy" size={14} />
        </ActionIcon>
      </h3>
      {value === null || value === undefined ? (
        <p className={css.none}>{t('task.none')}</p>
      ) : (
        <JsonTree value={value} root={root} label={title} />
      )}
    </section>
  )
}
