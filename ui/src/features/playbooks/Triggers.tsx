import { Tooltip } from '@mantine/core'
import { Link } from 'react-router'
import { useTranslation } from '../../app/i18n'
import type { TriggerDetail, TriggerOutcome } from '../../generated/api'
import { Icon, TimeText } from '../../kit'

/** Returns what of a playbook's triggers is sorted by: when one fires next, else when one did last. */
export function triggerTime(triggers: readonly TriggerDetail[]): string | null {
  const next = triggers.flatMap((each) => each.next_at ?? []).sort()[0]
  return next ?? newest(triggers)?.at ?? null
}

function newest(triggers: readonly TriggerDetail[]): TriggerOutcome | undefined {
  return triggers.flatMap((each) => each.last ?? []).sort((one, other) => other.at.localeCompare(one.at))[0]
}

/** What starts a playbook besides people: when next, and what came of it the last time. */
export function Triggers({ triggers }: { triggers: readonly TriggerDetail[] }) {
  const { t } = useTranslation()
  if (triggers.length === 0) return <span className="t3">–</span>
  const [first] = triggers
  const next = triggers.flatMap((each) => (each.next_at ? [each.next_at] : [])).sort()[0]
  const last = newest(triggers)
  const quiet = first !== undefined && !first.enabled
  const words = [...new Set(triggers.map((each) => t(`playbook.trigger.${each.trigger.on}`)))].join(', ')
  return (
    <Tooltip label={quiet ? `${words} · ${t('playbook.trigger.off')}` : words} multiline maw={320}>
      <span className={`row ${quiet ? 't3' : ''}`} style={{ gap: 4 }}>
        <Icon name="clock" size={14} />
        {next && !quiet ? <TimeText at={next} /> : <span className="cut">{words}</span>}
        {last ? <Last outcome={last} /> : null}
      </span>
    </Tooltip>
  )
}

function Last({ outcome }: { outcome: TriggerOutcome }) {
  const { t } = useTranslation()
  const word = t(`playbook.trigger.last.${outcome.result}`)
  const bad = outcome.result === 'missed' || outcome.result === 'failed'
  const body = (
    <>
      {bad ? <Icon name="warning" size={14} /> : null} {word}
      {outcome.code ? <span className="mono"> {outcome.code}</span> : null}
    </>
  )
  return outcome.execution === null ? (
    <span className="t2 cut">· {body}</span>
  ) : (
    <Link className="link cut" to={`/executions/${outcome.execution}`} onClick={(event) => event.stopPropagation()}>
      · {body} #{outcome.execution}
    </Link>
  )
}
