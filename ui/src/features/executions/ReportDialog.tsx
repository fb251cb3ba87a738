import { Button, Checkbox, Group, Modal, SegmentedControl, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from '../../app/i18n'
import type { Language, ReportFormat } from '../../generated/api'
import { ErrorNotice, Icon, Markdown, notify, visible } from '../../kit'
import { type ApiError, asApiError, call, saveBase64, saveText, whereToSave } from '../../platform'
import css from './executions.module.css'

const FORMATS: readonly ReportFormat[] = ['pdf', 'html', 'markdown']
const EXTENSIONS: Record<ReportFormat, string> = { pdf: 'pdf', html: 'html', markdown: 'md' }
const KINDS = ['ip', 'domain', 'url', 'hash', 'email', 'people'] as const

/** Writes the report of an execution or a ticket to a file, with what the reader must not see blacked out. */
export function ReportDialog({ of = 'execution', id, onClose }: { of?: 'execution' | 'ticket'; id: number; onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const [format, setFormat] = useState<ReportFormat>('pdf')
  const [language, setLanguage] = useState<Language>(i18n.language === 'ko' ? 'ko' : 'en')
  const [kinds, setKinds] = useState<string[]>([])
  const [fields, setFields] = useState('')
  const [preview, setPreview] = useState<string | null>(null)
  const [busy, setBusy] = useState<'save' | 'preview' | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const redact = [
    ...kinds.map((kind) => `kind:${kind}`),
    ...fields
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
  ]
  const within = async (what: 'save' | 'preview', work: () => Promise<void>) => {
    setBusy(what)
    setError(null)
    try {
      await work()
    } catch (thrown) {
      setError(asApiError(thrown))
    } finally {
      setBusy(null)
    }
  }
  const save = () =>
    within('save', async () => {
      const where = await whereToSave(`haetae-${of}-${id}.${EXTENSIONS[format]}`, EXTENSIONS[format])
      if (where === 'nowhere') return
      const path = where === 'download' ? {} : { path: where.path }
      const report = await call(`${of}.report`, { id, format, language, redact, ...path })
      if (report.text !== null) saveText(report.file_name, report.text, report.media_type)
      else if (report.base64 !== null) saveBase64(report.file_name, report.base64, report.media_type)
      notify({ kind: 'done', text: t('viewer.report.saved', { name: visible(report.path ?? report.file_name) }) })
      onClose()
    })
  const show = () =>
    within('preview', async () => {
      setPreview((await call(`${of}.report`, { id, format: 'markdown', language, redact })).text ?? '')
    })
  return (
    <Modal
      opened
      size={preview === null ? 'lg' : 'xl'}
      onClose={onClose}
      title={`${t('viewer.report.title')} ${of === 'ticket' ? `T-${id}` : `#${id}`}`}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <div className={css.rerun}>
        <Group gap={16}>
          <SegmentedControl
            aria-label={t('viewer.report.format')}
            value={format}
            onChange={(value) => setFormat(FORMATS.find((each) => each === value) ?? 'pdf')}
            data={FORMATS.map((value) => ({ value, label: t(`viewer.report.${value}`) }))}
          />
          <SegmentedControl
            aria-label={t('viewer.report.language')}
            value={language}
            onChange={(value) => {
              setLanguage(value === 'ko' ? 'ko' : 'en')
              setPreview(null)
            }}
            data={[
              { value: 'ko', label: '한국어' },
              { value: 'en', label: 'English' },
            ]}
          />
        </Group>
        <Checkbox.Group
          label={t('viewer.report.redact')}
          description={t('viewer.report.redact_hint')}
          value={kinds}
          onChange={(chosen) => {
            setKinds(chosen)
            setPreview(null)
          }}
        >
          <Group gap={16} mt={6}>
            {KINDS.map((kind) => (
              <Checkbox key={kind} value={kind} label={t(`viewer.report.kinds.${kind}`)} />
            ))}
          </Group>
        </Checkbox.Group>
        <Textarea
          label={t('viewer.report.fields')}
          description={t('viewer.report.fields_hint')}
          autosize
          minRows={2}
          maxRows={6}
          value={fields}
          onChange={(event) => {
            setFields(event.currentTarget.value)
            setPreview(null)
          }}
          styles={{ input: { fontFamily: 'var(--mono)' } }}
        />
        {error ? <ErrorNotice error={error} /> : null}
        {preview === null ? null : (
          <section className={css.preview} aria-label={t('viewer.report.preview')}>
            <Markdown text={preview} />
          </section>
        )}
      </div>
      <Group justify="flex-end" gap={8} mt={16}>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button onClick={show} loading={busy === 'preview'}>
          {t('viewer.report.preview')}
        </Button>
        <Button variant="filled" leftSection={<Icon name="csv" />} loading={busy === 'save'} onClick={save}>
          {t('viewer.report.save')}
        </Button>
      </Group>
    </Modal>
  )
}
