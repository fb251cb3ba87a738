import { SegmentedControl } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useTranslation } from '../../app/i18n'
import { useOperation } from '../../app/query'
import { Hostile, Icon, Inspector, JsonTree, Pending, TimeText } from '../../kit'
import { dumpOf, printableOf } from './payload'
import css from './tickets.module.css'

/** One event whole: the record as the detector wrote it, and the payload. */
export function EventPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation()
  const event = useOperation('event.show', { id })
  const [view, setView] = useState<'raw' | 'text' | 'hex'>('raw')
  const bytes = useMemo(() => {
    const payload = event.data?.payload
    if (!payload) return null
    try {
      return Uint8Array.from(atob(payload), (character) => character.charCodeAt(0))
    } catch {
      return null
    }
  }, [event.data?.payload])
  const summary = event.data?.summary
  return (
    <Inspector
      name="event"
      width={460}
      label={t('event_row.panel')}
      icon={<Icon name="events" />}
      title={<Hostile text={summary?.signature ?? id} />}
      subtitle={summary ? <TimeText at={summary.at} form="full" /> : null}
      onClose={onClose}
    >
      {event.data ? (
        <>
          <div style={{ padding: 12 }}>
            <SegmentedControl
              aria-label={t('event_row.view')}
              value={view}
              onChange={(value) => setView(value as typeof view)}
              data={[
                { value: 'raw', label: t('event_row.raw') },
                { value: 'text', label: t('event_row.text'), disabled: bytes === null },
                { value: 'hex', label: t('event_row.hex'), disabled: bytes === null },
              ]}
            />
            {bytes === null ? (
              <p className="t2 s12" style={{ marginTop: 8 }}>
                {t('event_row.no_payload')}
              </p>
            ) : null}
          </div>
          {view === 'raw' ? <JsonTree value={event.data.raw} label={t('event_row.raw')} /> : null}
          {view === 'text' && bytes ? (
            <pre className={css.payload}>
              <Hostile text={printableOf(bytes)} />
            </pre>
          ) : null}
          {view === 'hex' && bytes ? <pre className={css.payload}>{dumpOf(bytes)}</pre> : null}
        </>
      ) : (
        <Pending error={event.error} />
      )}
    </Inspector>
  )
}
