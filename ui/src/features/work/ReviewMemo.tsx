import { Button, JsonInput } from '@mantine/core'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation, useWrite } from '../../app/query'
import type { Review, ReviewItem } from '../../generated/api'
import { confirm, ErrorNotice, Hostile, Icon, JsonTree, notify, Pending, StatusBadge, TimeText, useShortcuts } from '../../kit'
import css from './work.module.css'

/** A task whose effect is unknown: what was sent, and the three ways to go on. */
export function ReviewMemo({
  execution,
  task,
  item,
  onDone,
}: {
  execution: number
  task: string
  item: ReviewItem | undefined
  onDone: () => void
}) {
  const { t } = useTranslation()
  const text = useText()
  const navigate = useNavigate()
  const detail = useOperation('execution.task', { id: execution, task })
  const [output, setOutput] = useState('{}')
  const review = useWrite('execution.review', {
    onSuccess: () => {
      notify({ kind: 'done', text: t('work.review.saved') })
      onDone()
    },
  })
  useShortcuts({ KeyE: () => navigate(`/executions/${execution}?task=${encodeURIComponent(task)}`) })
  if (!detail.data) return <Pending error={detail.error} />
  const { run } = detail.data
  const name = text(item?.task_name) || text(detail.data.name)
  const open = run.status === 'needs_review'
  const parsed = parse(output)
  const decide = (decision: Review) => {
    if (!review.isPending) review.mutate({ id: execution, task, review: decision })
  }
  const again = async () => {
    if (
      await confirm({
        title: t('work.review.again_title', { task: name }),
        body: t('work.review.again_body'),
        confirmLabel: t('work.review.again'),
        danger: true,
      })
    )
      decide({ decision: 'again' })
  }
  return (
    <>
      <div className={css.memoHead}>
        <div className={css.memoTitle}>
          <h2>
            <Hostile text={t('work.review.title', { task: name })} />
          </h2>
          <StatusBadge status={run.status} chip />
        </div>
        <div className={css.meta}>
          <span>
            <Icon name="executions" size={14} />
            <Link to={`/executions/${execution}?task=${encodeURIComponent(task)}`}>{t('work.run', { id: execution })}</Link>
          </span>
          {item?.ticket ? (
            <span>
              <Icon name="ticket" size={14} />
              <Link to={`/tickets/${item.ticket}`}>T-{item.ticket}</Link>
            </span>
          ) : null}
          <span>
            <Icon name="clock" size={14} />
            <TimeText at={item?.since ?? run.started_at} />
          </span>
        </div>
      </div>
      <div className={css.content}>
        {review.error ? <ErrorNotice error={review.error} /> : null}
        <h3>{t('work.review.what')}</h3>
        <p className={css.asked}>{t('work.review.text')}</p>
        <h3>{t('work.review.sent')}</h3>
        {item?.call ? (
          <p className="mono">
            {item.call.app} · {item.call.connection} · {item.call.command}
          </p>
        ) : null}
        <JsonTree value={item?.call?.parameters ?? run.input} label={t('work.review.sent')} />
      </div>
      {open ? (
        <div className={css.decide}>
          <JsonInput
            size="xs"
            label={t('work.review.output')}
            description={t('work.review.output_hint')}
            autosize
            minRows={2}
            maxRows={8}
            value={output}
            onChange={setOutput}
            error={parsed.ok ? undefined : t('work.review.output_bad')}
            styles={{ input: { fontFamily: 'var(--mono)' } }}
          />
          <div className={css.decideRow}>
            <div className={css.buttons}>
              <Button onClick={() => decide({ decision: 'fail' })} disabled={review.isPending}>
                {t('work.review.fail')}
              </Button>
              <Button onClick={again} disabled={review.isPending}>
                {t('work.review.again')}
              </Button>
              <Button
                variant="filled"
                loading={review.isPending}
                disabled={!parsed.ok}
                leftSection={<Icon name="check" />}
                onClick={() => parsed.ok && decide({ decision: 'happened', output: parsed.value as never })}
              >
                {t('work.review.happened')}
              </Button>
            </div>
          </div>
        </div>
      ) : null}
    </>
  )
}

function parse(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch {
    return { ok: false }
  }
}
