import { Button, Modal, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from '../../app/i18n'
import { useWrite } from '../../app/query'
import type { IngestReport } from '../../generated/api'
import { ErrorNotice, Hostile, Icon, notifyError } from '../../kit'
import { asApiError, pickFiles } from '../../platform'
import css from './tickets.module.css'

/** Reads alert files into the event store and says what came of it. */
export function ImportAlerts({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const [paths, setPaths] = useState('')
  const ingest = useWrite('event.ingest')
  const files = paths
    .split('\n')
    .map((path) => path.trim())
    .filter((path) => path !== '')
  const browse = async () => {
    try {
      const picked = await pickFiles(t('ingest.files'), ['ndjson', 'json', 'gz'])
      if (picked && picked.length > 0) setPaths(picked.join('\n'))
    } catch (thrown) {
      notifyError(asApiError(thrown))
    }
  }
  const close = () => {
    ingest.reset()
    setPaths('')
    onClose()
  }
  return (
    <Modal opened={opened} onClose={close} title={t('ingest.title')} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
      <p className="t2" style={{ marginBottom: 12 }}>
        {t('ingest.text')}
      </p>
      {ingest.data ? (
        <Report report={ingest.data} />
      ) : (
        <div className="row" style={{ alignItems: 'flex-end' }}>
          <Textarea
            className="grow"
            label={t('ingest.paths')}
            autosize
            minRows={2}
            maxRows={8}
            value={paths}
            onChange={(event) => setPaths(event.currentTarget.value)}
            styles={{ input: { fontFamily: 'var(--mono)' } }}
            data-autofocus
          />
          {window.__TAURI_INTERNALS__ === undefined ? null : <Button onClick={browse}>{t('ingest.browse')}</Button>}
        </div>
      )}
      {ingest.error ? (
        <div style={{ marginTop: 12 }}>
          <ErrorNotice error={ingest.error} />
        </div>
      ) : null}
      <div className="row" style={{ justifyContent: 'flex-end', marginTop: 16 }}>
        <Button onClick={close}>{t(ingest.data ? 'common.close' : 'common.cancel')}</Button>
        {ingest.data ? null : (
          <Button
            variant="filled"
            leftSection={<Icon name="events" />}
            loading={ingest.isPending}
            disabled={files.length === 0}
            onClick={() => ingest.mutate({ files })}
          >
            {t('ingest.start')}
          </Button>
        )}
      </div>
    </Modal>
  )
}

function Report({ report }: { report: IngestReport }) {
  const { t } = useTranslation()
  const rows: Array<[string, number]> = [
    [t('ingest.lines'), report.lines],
    [t('ingest.stored'), report.stored],
    [t('ingest.duplicates'), report.duplicates],
    [t('ingest.rejected'), report.rejected],
    [t('ingest.opened'), report.tickets_opened],
    [t('ingest.merged'), report.tickets_merged],
    [t('ingest.started'), report.executions_started],
  ]
  return (
    <>
      <dl className={css.facts}>
        {rows.map(([label, count]) => (
          <div key={label} style={{ display: 'contents' }}>
            <dt>{label}</dt>
            <dd>{count.toLocaleString()}</dd>
          </div>
        ))}
        {report.rejects_file ? (
          <>
            <dt>{t('ingest.rejects_file')}</dt>
            <dd className="mono">
              <Hostile text={report.rejects_file} />
            </dd>
          </>
        ) : null}
      </dl>
      {report.rejects && report.rejects.length > 0 ? (
        <ul className={css.rejects}>
          {report.rejects.map((reject) => (
            <li key={`${reject.file}:${reject.line}`}>
              <span className="mono t2">
                {reject.file.split(/[\\/]/).pop()}:{reject.line}
              </span>{' '}
              <Hostile text={reject.reason} />
            </li>
          ))}
        </ul>
      ) : null}
    </>
  )
}
