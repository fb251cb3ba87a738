import { Button, NumberInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from '../../app/i18n'
import { useOperation, useWrite } from '../../app/query'
import type { Retention, Storage as StorageState } from '../../generated/api'
import {
  bytesInWords,
  confirm,
  ErrorNotice,
  formatTime,
  Hostile,
  Icon,
  notify,
  notifyError,
  Pending,
  StatusBadge,
  TimeText,
  useZone,
} from '../../kit'
import css from './settings.module.css'

const KINDS = ['done_days', 'failed_days', 'cancelled_days'] as const
const MOST_DAYS = 36_500

/** How much space everything takes, how long executions are kept, and how to get space back. */
export function StorageSection() {
  const { t } = useTranslation()
  const [tables, setTables] = useState(false)
  const storage = useOperation('storage.show', tables ? { tables: true } : {}, { placeholderData: (before) => before })
  return (
    <section aria-label={t('viewer.storage.title')}>
      <h2>{t('viewer.storage.title')}</h2>
      {storage.data ? (
        <>
          <Sizes storage={storage.data} onTables={tables ? undefined : () => setTables(true)} />
          <Keeping key={JSON.stringify(storage.data.retention)} retention={storage.data.retention} />
        </>
      ) : (
        <Pending error={storage.error} />
      )}
    </section>
  )
}

function Sizes({ storage, onTables }: { storage: StorageState; onTables: (() => void) | undefined }) {
  const { t } = useTranslation()
  const compact = useWrite('storage.compact', {
    onSuccess: (report) =>
      notify({
        kind: 'done',
        text: t('viewer.storage.compacted', { before: bytesInWords(report.before_bytes), after: bytesInWords(report.after_bytes) }),
      }),
    onError: notifyError,
  })
  return (
    <>
      <dl className={css.about}>
        <dt>{t('viewer.storage.database')}</dt>
        <dd>{bytesInWords(storage.database_bytes)}</dd>
        <dt>{t('viewer.storage.search')}</dt>
        <dd>
          {bytesInWords(storage.search_bytes)}{' '}
          {storage.unindexed > 0 ? <span className="t2">{t('viewer.storage.unindexed', { count: storage.unindexed })}</span> : null}
        </dd>
        <dt>{t('viewer.storage.events')}</dt>
        <dd>{bytesInWords(storage.event_bytes)}</dd>
        <dt>{t('viewer.storage.free')}</dt>
        <dd className={css.inline}>
          {bytesInWords(storage.free_bytes)}
          <Button size="compact-xs" loading={compact.isPending} onClick={() => compact.mutate({})}>
            {t('viewer.storage.compact')}
          </Button>
        </dd>
        <dt>{t('viewer.storage.executions')}</dt>
        <dd className={css.inline}>
          {storage.executions.map((each) => (
            <span key={each.status} className={css.inline}>
              <StatusBadge status={each.status} /> {each.count.toLocaleString()}
            </span>
          ))}
        </dd>
        <dt>{t('viewer.storage.oldest')}</dt>
        <dd>
          <TimeText at={storage.oldest} />
        </dd>
        <dt>{t('viewer.storage.kept')}</dt>
        <dd>{storage.kept.toLocaleString()}</dd>
        <dt>{t('viewer.storage.last')}</dt>
        <dd>
          <TimeText at={storage.last_purge?.at} />{' '}
          {storage.last_purge ? (
            <span className="t2">
              <Hostile text={t('viewer.storage.last_by', { by: storage.last_purge.by, count: storage.last_purge.executions })} />
            </span>
          ) : null}
        </dd>
      </dl>
      {storage.tables ? (
        <table className={css.tables} aria-label={t('viewer.storage.tables')}>
          <thead>
            <tr>
              <th>{t('viewer.storage.table')}</th>
              <th className="num">{t('viewer.storage.rows')}</th>
              <th className="num">{t('viewer.storage.size')}</th>
            </tr>
          </thead>
          <tbody>
            {storage.tables.map((table) => (
              <tr key={table.name}>
                <th scope="row" className="mono">
                  {table.name}
                </th>
                <td className="num">{table.rows.toLocaleString()}</td>
                <td className="num">{bytesInWords(table.bytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : onTables ? (
        <Button mt={8} size="compact-xs" onClick={onTables}>
          {t('viewer.storage.tables')}
        </Button>
      ) : null}
    </>
  )
}

function Keeping({ retention }: { retention: Retention }) {
  const { t } = useTranslation()
  const zone = useZone((state) => state.zone)
  const [days, setDays] = useState<Record<(typeof KINDS)[number], number | string>>({
    done_days: retention.done_days ?? '',
    failed_days: retention.failed_days ?? '',
    cancelled_days: retention.cancelled_days ?? '',
  })
  const save = useWrite('retention.save', { onSuccess: () => notify({ kind: 'done', text: t('viewer.storage.saved') }) })
  const purge = useWrite('storage.purge', {
    onError: notifyError,
  })
  const isBad = (value: number | string) =>
    value !== '' && !(Number.isInteger(Number(value)) && Number(value) >= 1 && Number(value) <= MOST_DAYS)
  const bad = KINDS.some((kind) => isBad(days[kind]))
  const daysOf = (kind: (typeof KINDS)[number]) => (days[kind] === '' ? null : Number(days[kind]))
  const wanted: Retention = {
    done_days: daysOf('done_days'),
    failed_days: daysOf('failed_days'),
    cancelled_days: daysOf('cancelled_days'),
  }
  const changed = KINDS.some((kind) => wanted[kind] !== retention[kind])
  const onPurge = async () => {
    const found = await purge.mutateAsync({ preview: true }).catch(() => null)
    if (!found) return
    if (found.executions === 0) {
      notify({ kind: 'info', text: t('viewer.storage.purge_none') })
      return
    }
    const sure = await confirm({
      title: t('viewer.storage.purge_title', { count: found.executions }),
      body: (
        <>
          <p>{t('viewer.storage.purge_body')}</p>
          {found.oldest ? <p>{t('viewer.storage.purge_oldest', { time: formatTime(found.oldest, 'full', zone) })}</p> : null}
          <p className="t2">{t('viewer.storage.purge_kept', { ticket: found.kept_for_ticket, mark: found.kept_by_mark })}</p>
        </>
      ),
      confirmLabel: t('common.delete'),
      danger: true,
    })
    if (!sure) return
    const report = await purge.mutateAsync({ preview: false }).catch(() => null)
    if (report) notify({ kind: 'done', text: t('viewer.storage.purged', { count: report.executions }) })
  }
  return (
    <>
      <div className={css.row}>
        <div>
          <div>{t('viewer.storage.retention')}</div>
          <div className="t2 s12">{t('viewer.storage.retention_hint')}</div>
        </div>
        <div className={css.days}>
          {KINDS.map((kind) => (
            <NumberInput
              key={kind}
              label={t(`viewer.storage.${kind}`)}
              value={days[kind]}
              onChange={(value) => setDays({ ...days, [kind]: value })}
              min={1}
              max={MOST_DAYS}
              allowDecimal={false}
              suffix={` ${t('viewer.storage.days')}`}
              error={isBad(days[kind]) ? t('viewer.storage.bad') : null}
            />
          ))}
        </div>
      </div>
      {save.error ? <ErrorNotice error={save.error} /> : null}
      <div className={css.buttons}>
        <Button leftSection={<Icon name="trash" />} className={css.danger} loading={purge.isPending} onClick={onPurge}>
          {t('viewer.storage.purge')}
        </Button>
        <Button variant="filled" disabled={!changed || bad} loading={save.isPending} onClick={() => save.mutate(wanted)}>
          {t('common.save')}
        </Button>
      </div>
    </>
  )
}
