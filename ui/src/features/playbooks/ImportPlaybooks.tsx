import { Button, Modal } from '@mantine/core'
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { useText, useTranslation } from '../../app/i18n'
import { useWrite } from '../../app/query'
import type { ImportedPlaybook, Loss } from '../../generated/api'
import { Banner, ErrorNotice, Hostile, Icon, Loading } from '../../kit'
import { ApiError, asApiError } from '../../platform'
import { LARGEST_FILE, useDroppedFiles } from './files'
import css from './playbooks.module.css'
import { Uses } from './Uses'

type Result = { name: string } & ({ imported: ImportedPlaybook; error?: undefined } | { imported?: undefined; error: ApiError })

const tooLarge = (file: File) =>
  new ApiError({
    code: 'PLAYBOOK-FILE',
    message: {
      ko: `${file.name}: 12 MB보다 큰 파일은 플레이북이 아닙니다.`,
      en: `${file.name}: a file over 12 MB is no playbook.`,
    },
    hint: { ko: '플레이북 파일인지 확인하세요.', en: 'Check that it is the file of a playbook.' },
  })

/** Takes files dropped on the window, and those that `files` holds, and imports them one after the other. */
export function ImportPlaybooks({ files, onDone, children }: { files: readonly File[]; onDone: () => void; children?: ReactNode }) {
  const { t } = useTranslation()
  const [dropped, setDropped] = useState<readonly File[]>([])
  const above = useDroppedFiles(useCallback((next) => setDropped(next), []))
  const wanted = files.length > 0 ? files : dropped
  return (
    <>
      {children}
      {above && (
        <div className={css.drop}>
          <span className={css.dropWords}>
            <Icon name="playbook" />
            {t('playbook.import.drop')}
          </span>
        </div>
      )}
      {wanted.length > 0 && (
        <Report
          key={wanted.map((file) => `${file.name} ${file.size} ${file.lastModified}`).join()}
          files={wanted}
          onClose={() => {
            setDropped([])
            onDone()
          }}
        />
      )}
    </>
  )
}

function Report({ files, onClose }: { files: readonly File[]; onClose: () => void }) {
  const { t } = useTranslation()
  const [results, setResults] = useState<Result[]>([])
  const { mutateAsync } = useWrite('playbook.import')
  const started = useRef(false)
  useEffect(() => {
    // React may run effects twice; a file is imported once.
    if (started.current) return
    started.current = true
    const run = async () => {
      for (const file of files) {
        let result: Result
        try {
          if (file.size > LARGEST_FILE) throw tooLarge(file)
          result = { name: file.name, imported: await mutateAsync({ text: await file.text(), name: file.name }) }
        } catch (thrown) {
          result = { name: file.name, error: asApiError(thrown) }
        }
        setResults((before) => [...before, result])
      }
    }
    void run()
  }, [files, mutateAsync])
  return (
    <Modal opened size="lg" onClose={onClose} title={t('playbook.import.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className={css.report}>
        {results.map((result) => (
          <section key={result.name} aria-label={result.name}>
            {result.error ? (
              <ErrorNotice error={result.error} />
            ) : (
              <Imported name={result.name} imported={result.imported} onClose={onClose} />
            )}
          </section>
        ))}
        {results.length < files.length && <Loading />}
      </div>
    </Modal>
  )
}

function Imported({ name, imported, onClose }: { name: string; imported: ImportedPlaybook; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const allow = useWrite('playbook.allow')
  const errors = imported.diagnostics.filter(({ level }) => level === 'error').length
  const [allowed, setAllowed] = useState(false)
  return (
    <>
      <h3>
        <Hostile text={name} /> → <span className="mono">{imported.id}</span>
      </h3>
      {imported.renamed_from !== null && (
        <p className="t2">{t('playbook.import.renamed', { from: imported.renamed_from, to: imported.id })}</p>
      )}
      <Losses losses={imported.losses} title={t('playbook.import.losses', { count: imported.losses.length })} />
      {imported.losses.length === 0 && imported.format === 'cacao' && <p className="t2">{t('playbook.import.lossless')}</p>}
      {errors > 0 && <p className="t2">{t('playbook.import.errors', { count: errors })}</p>}
      <Banner kind={allowed ? 'info' : 'waiting'}>{t(allowed ? 'playbook.import.allowed' : 'playbook.import.disabled')}</Banner>
      <h4>{t('playbook.uses.title')}</h4>
      <Uses uses={imported.uses} />
      {allow.error && <ErrorNotice error={allow.error} />}
      <div className="row" style={{ justifyContent: 'flex-end', gap: 8 }}>
        {!allowed && (
          <Button
            loading={allow.isPending}
            onClick={() => allow.mutate({ id: imported.id, enabled: true }, { onSuccess: () => setAllowed(true) })}
          >
            {t('playbook.enable')}
          </Button>
        )}
        <Button
          variant="filled"
          onClick={() => {
            onClose()
            navigate(`/playbooks/${encodeURIComponent(imported.id)}`)
          }}
        >
          {t('playbook.open')}
        </Button>
      </div>
    </>
  )
}

/** What a format cannot say, place by place. */
export function Losses({ losses, title }: { losses: readonly Loss[]; title: string }) {
  const text = useText()
  if (losses.length === 0) return null
  return (
    <details open={losses.length <= 8} className={css.losses}>
      <summary>{title}</summary>
      <ul>
        {losses.map((loss, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: one place may lose two things
          <li key={index}>
            <span className="mono t3">{loss.code}</span> <Hostile text={text(loss.message)} />
            <div className="mono t3 s12">
              <Hostile text={loss.place} />
            </div>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** What could not be put into a file that was exported. */
export function ExportReport({ losses, onClose }: { losses: readonly Loss[]; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal opened size="lg" onClose={onClose} title={t('playbook.export.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className={css.report}>
        <p>{t('playbook.export.losses_text')}</p>
        <Losses losses={losses} title={t('playbook.import.losses', { count: losses.length })} />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button data-autofocus onClick={onClose}>
            {t('common.close')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
