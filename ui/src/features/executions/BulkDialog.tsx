import { Button, Group, Modal, Progress } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useText, useTranslation } from '../../app/i18n'
import { markStale, operationQuery, useWrite } from '../../app/query'
import type { ListExecutions, ManyRow, RerunPreview, Text, Error as WireError } from '../../generated/api'
import { ErrorNotice, Hostile, notify, Pending, StatusBadge } from '../../kit'
import { type ApiError, asApiError, callTagged } from '../../platform'
import css from './executions.module.css'

/** Rows that are drawn; the counts are of all. */
const MOST = 200

type Target = { ids: number[] } | { filter: ListExecutions }

/** Says what will happen to several executions, then does it. */
export function BulkDialog({ action, target, onClose }: { action: 'cancel' | 'rerun'; target: Target; onClose: (done: boolean) => void }) {
  return action === 'cancel' ? (
    <CancelMany target={target} onClose={onClose} />
  ) : (
    <RerunMany ids={'ids' in target ? target.ids : []} onClose={onClose} />
  )
}

/** Marks executions so that retention keeps them, or takes the mark off. */
export function useKeep(onDone: () => void) {
  const { t } = useTranslation()
  const keep = useWrite('execution.keep', {
    onSuccess: (_, request) => {
      notify({ kind: 'done', text: t(request.keep ? 'viewer.bulk.keep_done' : 'viewer.bulk.release_done', { count: request.ids.length }) })
      onDone()
    },
    onError: (error) => notify({ kind: 'error', text: error.message, error }),
  })
  return keep.mutate
}

function CancelMany({ target, onClose }: { target: Target; onClose: (done: boolean) => void }) {
  const { t } = useTranslation()
  const preview = useWrite('execution.cancel_many')
  const cancel = useWrite('execution.cancel_many')
  const { mutate } = preview
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when the dialog opens.
  useEffect(() => mutate({ ...target, preview: true }), [])
  const report = cancel.data ?? preview.data
  const ended = cancel.data !== undefined
  return (
    <Frame
      title={t('viewer.bulk.cancel')}
      error={preview.error ?? cancel.error}
      ended={ended}
      confirm={t('viewer.bulk.cancel_confirm', { count: report?.done ?? 0 })}
      danger
      busy={cancel.isPending}
      disabled={!report || report.done === 0}
      onConfirm={() => cancel.mutate({ ...target, preview: false })}
      onClose={() => onClose(ended)}
    >
      {report ? (
        <>
          <p role="status">
            {t(ended ? 'viewer.bulk.cancel_done' : 'viewer.bulk.cancel_will', { count: report.done })}{' '}
            {report.refused > 0 ? t('viewer.bulk.refused', { count: report.refused }) : ''}
          </p>
          <Rows rows={report.rows} />
        </>
      ) : (
        <Pending error={null} />
      )}
    </Frame>
  )
}

function RerunMany({ ids, onClose }: { ids: number[]; onClose: (done: boolean) => void }) {
  const { t } = useTranslation()
  const text = useText()
  const previews = useQueries({ queries: ids.map((id) => operationQuery('execution.rerun_preview', { id })) })
  const [rows, setRows] = useState<ManyRow[] | null>(null)
  const [busy, setBusy] = useState(false)
  const stopped = useRef(false)
  const known = previews.every((each) => !each.isLoading)
  const found = ids.map((id, index) => {
    const data = previews[index]?.data as RerunPreview | undefined
    const failure = previews[index]?.error ? asApiError(previews[index]?.error) : null
    const refusal: WireError | null = data?.refusal ?? (failure ? { code: failure.code, message: failure.text } : null)
    return { id, data, refusal }
  })
  const possible = found.filter((each) => each.refusal === null)
  const destructive = possible.filter((each) => each.data?.tasks.some((task) => task.destructive && !task.carried))
  const run = async () => {
    setBusy(true)
    stopped.current = false
    const done: ManyRow[] = []
    for (const { id } of possible) {
      if (stopped.current) break
      const row: ManyRow = { id, name: null, status: null, started: null, error: null }
      try {
        const { value, tags } = await callTagged('execution.rerun', { id })
        markStale(tags)
        done.push({ ...row, name: value.summary.name, started: value.summary.id })
      } catch (thrown) {
        const error = asApiError(thrown)
        done.push({ ...row, error: { code: error.code, message: error.text } })
      }
      setRows([...done])
    }
    setBusy(false)
  }
  const ended = rows !== null && !busy
  const names = (each: (typeof found)[number]): Text[] =>
    (each.data?.tasks ?? []).filter((task) => task.destructive && !task.carried).map((task) => task.name)
  return (
    <Frame
      title={t('viewer.bulk.rerun')}
      error={null}
      ended={ended}
      confirm={t('viewer.bulk.rerun_confirm', { count: possible.length })}
      danger={destructive.length > 0}
      busy={busy}
      disabled={!known || possible.length === 0}
      onConfirm={run}
      onClose={() => {
        if (busy) stopped.current = true
        else onClose(ended)
      }}
    >
      {rows ? (
        <>
          <p role="status">{t('viewer.bulk.rerun_done', { count: rows.filter((row) => row.started !== null).length })}</p>
          {busy ? <Progress value={(rows.length / possible.length) * 100} aria-label={t('viewer.bulk.rerun')} /> : null}
          <Rows rows={rows} />
        </>
      ) : known ? (
        <>
          <p role="status">
            {t('viewer.bulk.rerun_will', { count: possible.length })}{' '}
            {possible.length < ids.length ? t('viewer.bulk.refused', { count: ids.length - possible.length }) : ''}
          </p>
          {destructive.length > 0 ? (
            <>
              <p className={css.dangerText}>{t('viewer.bulk.destructive', { count: destructive.length })}</p>
              <ul className={css.bulkRows}>
                {destructive.slice(0, MOST).map((each) => (
                  <li key={each.id}>
                    <span className="mono t2">#{each.id}</span> <Hostile text={names(each).map(text).join(', ')} />
                  </li>
                ))}
              </ul>
            </>
          ) : null}
          <Rows
            rows={found
              .filter((each) => each.refusal !== null)
              .map((each) => ({ id: each.id, name: null, status: null, started: null, error: each.refusal }))}
          />
        </>
      ) : (
        <Pending error={null} />
      )}
    </Frame>
  )
}

function Frame(props: {
  title: string
  error: ApiError | null
  ended: boolean
  confirm: string
  danger?: boolean
  busy: boolean
  disabled: boolean
  onConfirm: () => void
  onClose: () => void
  children: ReactNode
}) {
  const { t } = useTranslation()
  return (
    <Modal opened size="lg" onClose={props.onClose} title={props.title} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {props.error ? <ErrorNotice error={props.error} /> : props.children}
      <Group justify="flex-end" gap={8} mt={16}>
        <Button onClick={props.onClose}>{t(props.ended ? 'common.close' : 'common.cancel')}</Button>
        {props.ended ? null : (
          <Button
            variant="filled"
            color={props.danger ? 'red' : undefined}
            data-autofocus
            disabled={props.disabled}
            loading={props.busy}
            onClick={props.onConfirm}
          >
            {props.confirm}
          </Button>
        )}
      </Group>
    </Modal>
  )
}

function Rows({ rows }: { rows: readonly ManyRow[] }) {
  const { t } = useTranslation()
  const text = useText()
  return (
    <div className={css.bulkRows}>
      <table className={css.plain}>
        <tbody>
          {rows.slice(0, MOST).map((row) => (
            <tr key={row.id}>
              <td className="mono t2">#{row.id}</td>
              <td>
                <Hostile text={text(row.name)} />
              </td>
              <td>{row.status ? <StatusBadge status={row.status} /> : null}</td>
              <td className="t2">
                {row.error ? (
                  <>
                    <span className="mono">{row.error.code}</span> <Hostile text={text(row.error.message)} />
                  </>
                ) : row.started ? (
                  <span className="mono">→ #{row.started}</span>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST ? <p className="t2">{t('viewer.bulk.more', { count: rows.length - MOST })}</p> : null}
    </div>
  )
}
