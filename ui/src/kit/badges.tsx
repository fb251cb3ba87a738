import { Tooltip } from '@mantine/core'
import { useTranslation } from '../app/i18n'
import type { ExecutionStatus, Severity, TaskStatus, TicketStatus, Verdict } from '../generated/api'
import { Icon, type IconName } from './Icon'
import css from './kit.module.css'

type Status = TaskStatus | ExecutionStatus

const STATUS: Record<Status, { icon: IconName; colour: string }> = {
  pending: { icon: 'pending', colour: 'pending' },
  queued: { icon: 'clock', colour: 'pending' },
  running: { icon: 'running', colour: 'running' },
  waiting: { icon: 'waiting', colour: 'waiting' },
  paused: { icon: 'pause', colour: 'pending' },
  done: { icon: 'done', colour: 'done' },
  failed: { icon: 'failed', colour: 'failed' },
  skipped: { icon: 'skipped', colour: 'skipped' },
  cancelled: { icon: 'cancelled', colour: 'cancelled' },
  needs_review: { icon: 'review', colour: 'review' },
}

/** Returns the custom properties that paint a part in a status's or severity's colours. */
export function tint(colour: string): Record<string, string> {
  return { '--fg': `var(--${colour})`, '--soft': `var(--${colour}-soft)` }
}

export function statusTint(status: Status): Record<string, string> {
  return tint(STATUS[status].colour)
}

export function StatusIcon({ status, size = 14 }: { status: Status; size?: number }) {
  const { t } = useTranslation()
  return (
    <span className={css.badge} style={statusTint(status)} role="img" aria-label={t(`status.${status}`)}>
      <Icon name={STATUS[status].icon} size={size} />
    </span>
  )
}

/** A status: its own icon and its word, and the error code where there is one. */
export function StatusBadge({ status, code, chip, note }: { status: Status; code?: string | null; chip?: boolean; note?: string }) {
  const { t } = useTranslation()
  return (
    <span className={chip ? css.chip : css.badge} style={statusTint(status)}>
      <Icon name={STATUS[status].icon} size={14} />
      <span className="cut">
        {t(`status.${status}`)}
        {code ? <span className="mono"> {code}</span> : null}
        {note ? ` · ${note}` : null}
      </span>
    </span>
  )
}

/** A severity; `short` keeps the word in the tooltip and the accessible name only. */
export function SeverityBadge({ severity, short, chip }: { severity: Severity; short?: boolean; chip?: boolean }) {
  const { t } = useTranslation()
  const word = t(`severity.${severity}`)
  if (short) {
    return (
      <Tooltip label={t('severity.label', { severity: word })}>
        <span className={css.badge} style={tint(severity)} role="img" aria-label={t('severity.label', { severity: word })}>
          <Icon name={severity} />
        </span>
      </Tooltip>
    )
  }
  return (
    <span className={chip ? css.chip : css.badge} style={tint(severity)}>
      <Icon name={severity} size={14} />
      <span>{word}</span>
    </span>
  )
}

const VERDICT: Record<Verdict, { icon: IconName; colour: string }> = {
  true_positive: { icon: 'true_positive', colour: 'critical' },
  false_positive: { icon: 'false_positive', colour: 'info' },
  needs_analyst: { icon: 'review', colour: 'review' },
  excepted: { icon: 'excepted', colour: 'low' },
}

/** A verdict; false positives are the rule, so they are the quietest. */
export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation()
  return (
    <span className={css.badge} style={tint(VERDICT[verdict].colour)}>
      <Icon name={VERDICT[verdict].icon} size={14} />
      <span className={verdict === 'false_positive' ? undefined : 'b'}>{t(`verdict.${verdict}`)}</span>
    </span>
  )
}

const TICKET: Record<TicketStatus, IconName> = { new: 'pending', assigned: 'user', closed: 'done' }

export function TicketStatusBadge({ status }: { status: TicketStatus }) {
  const { t } = useTranslation()
  return (
    <span className={css.badge} style={tint(status === 'new' ? 'waiting' : 'pending')}>
      <Icon name={TICKET[status]} size={14} />
      <span className={status === 'new' ? 'b' : undefined}>{t(`ticket.status.${status}`)}</span>
    </span>
  )
}

/** Marks what came with the sample workspace. */
export function SampleTag() {
  const { t } = useTranslation()
  return (
    <Tooltip label={t('sample.tag_hint')}>
      <span className={css.tag}>{t('sample.tag')}</span>
    </Tooltip>
  )
}

export function Tag({ children }: { children: React.ReactNode }) {
  return <span className={css.tag}>{children}</span>
}
