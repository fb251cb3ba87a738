import { Button, Group, Modal, Progress } from '@mantine/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useText, useTranslation } from '../../app/i18n'
import { markStale, useWrite } from '../../app/query'
import type { ListExecutions, ManyRow } from '../../generated/api'
import { ErrorNotice, Hostile, notify, Pending, StatusBadge } from '../../kit'
import { type ApiError, asApiError, callTagged } from '../../platform'
import css from './executions.module.css'

/** Rows that are drawn; the counts are of all. */
const MOST = 200

type Target = { ids: number[] } | { filter: ListExecutions }

/** Says what will happen to several executions, then does it. */
export function BulkDialog({ action, target, onClose }: { action: 'cancel' | 'rerun'; target: Target; onClose: (done: boolean) => void }) {
  const Many = action === 'cancel' ? CancelMany : RerunMany
  return <Many target={target} onClose={onClose} />
}

/** Marks executions so that retention keeps them, or takes the mark off. */
export function useKeep(onDone?: () => void) {
  const { t } = useTranslation()
  const keep = useWrite('execution.keep', {
    onSuccess: (_, request) => {
      notify({ kind: 'done', text: t(request.keep ? 'viewer.bulk.keep_done' : 'viewer.bulk.release_done', { count: request.ids.length }) })
      onDone?.()
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

/** Executions that are started by one request; between two of them somebody may stop the rest. */
const AT_ONCE = 20

function RerunMany({ target, onClose }: { target: Target; onClose: (done: boolean) => void }) {
  const { t } = useTranslation()
  const text = useText()
  const preview = useWrite('execution.rerun_many')
  const { mutate } = preview
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when the dialog opens.
  useEffect(() => mutate({ ...target, preview: true }), [])
  const [rows, setRows] = useState<ManyRow[] | null>(null)
  const [failure, setFailure] = useState<ApiError | null>(null)
  const [busy, setBusy] = useState(false)
  const stopped = useRef(false)
  const found = preview.data?.rows ?? []
  const possible = found.filter((row) => row.error === null)
  const refused = found.filter((row) => row.error !== null)
  const destructive = possible.filter((row) => row.destructive.length > 0)
  const run = async () => {
    setBusy(true)
    stopped.current = false
    const done: ManyRow[] = []
    setRows(done)
    try {
      for (let from = 0; from < possible.length && !stopped.current; from += AT_ONCE) {
        const ids = possible.slice(from, from + AT_ONCE).map((row) => row.id)
        const { value, tags } = await callTagged('execution.rerun_many', { ids, preview: false })
        markStale(tags)
        done.push(...value.rows)
        setRows([...done])
      }
    } catch (thrown) {
      setFailure(asApiError(thrown))
    }
    setBusy(false)
  }
  const ended = rows !== null && !busy
  return (
    <Frame
      title={t('viewer.bulk.rerun')}
      error={preview.error ?? failure}
      ended={ended}
      confirm={t('viewer.bulk.rerun_confirm', { count: possible.length })}
      danger={destructive.length > 0}
      busy={busy}
      disabled={!preview.data || possible.length === 0}
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
      ) : preview.data ? (
        <>
          <p role="status">
            {t('viewer.bulk.rerun_will', { count: possible.length })}{' '}
            {refused.length > 0 ? t('viewer.bulk.refused', { count: refused.length }) : ''}
          </p>
          {destructive.length > 0 ? (
            <>
              <p className={css.dangerText}>{t('viewer.bulk.destructive', { count: destructive.length })}</p>
              <ul className={css.bulkRows}>
                {destructive.slice(0, MOST).map((row) => (
                  <li key={row.id}>
                    <span className="mono t2">#{row.id}</span> <Hostile text={row.destructive.map((name) => text(name)).join(', ')} />
                  </li>
                ))}
              </ul>
            </>
          ) : null}
          <Rows rows={refused} />
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
