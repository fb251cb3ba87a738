import { Button } from '@mantine/core'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { useCrumbs } from '../../app/crumbs'
import { currentLanguage, i18next, useTranslation } from '../../app/i18n'
import { useOperation } from '../../app/query'
import { languageOf, textOf } from '../../canvas/public'
import type { Catalog, Loss, PlaybookDetail } from '../../generated/api'
import { Banner, ErrorNotice, Loading, notify, TimeText } from '../../kit'
import { type ApiError, asApiError, call, clipboard } from '../../platform'
import { ExportReport, ImportPlaybooks } from '../playbooks/public'
import { ConflictDialog } from './ConflictDialog'
import { DesignerCanvas } from './DesignerCanvas'
import css from './designer.module.css'
import { useKeyboard } from './keyboard'
import { Palette } from './Palette'
import { Problems } from './Problems'
import { InspectorPanel } from './panels/InspectorPanel'
import { RunDialog } from './RunDialog'
import { SaveDialog } from './SaveDialog'
import { Session, SessionProvider, useGraphPart, useLook, useSession } from './session'
import { Toolbar } from './Toolbar'
import { tidyInWorker } from './tidying'
import { useTrialKeys } from './tryout/keys'
import { TryPanel } from './tryout/TryPanel'
import { readShown, type Shown, writeShown } from './versions/address'
import { VersionsView } from './versions/VersionsView'

/** The playbook designer. */
export function DesignerScreen() {
  const { id = '' } = useParams()
  // Read once, not followed: what is on the screen is the truth from here on, and what others save is told apart below.
  const [opened, setOpened] = useState<{ id: string; detail?: PlaybookDetail; error?: ApiError }>()
  // The designer asks for it too; asked for here, it comes while the playbook does.
  useOperation('catalog.show', {})
  useEffect(() => {
    let live = true
    call('playbook.show', { id }).then(
      (detail) => live && setOpened({ id, detail }),
      (thrown) => live && setOpened({ id, error: asApiError(thrown) }),
    )
    return () => {
      live = false
    }
  }, [id])
  if (opened?.id !== id) return <Loading />
  if (opened.error)
    return (
      <div className={css.failed}>
        <ErrorNotice error={opened.error} />
      </div>
    )
  return opened.detail ? <Designer key={id} detail={opened.detail} /> : null
}

function Designer({ detail }: { detail: PlaybookDetail }) {
  const catalog = useOperation('catalog.show', {}).data?.catalog
  const catalogNow = useRef<Catalog | undefined>(catalog)
  catalogNow.current = catalog
  const [session] = useState(() => newSession(detail, () => catalogNow.current))
  useEffect(() => {
    const leave = () => void session.flush()
    window.addEventListener('pagehide', leave)
    document.addEventListener('visibilitychange', leave)
    return () => {
      window.removeEventListener('pagehide', leave)
      document.removeEventListener('visibilitychange', leave)
      void session.close()
    }
  }, [session])
  // What tasks may use has changed: the diagnostics may have too.
  useEffect(() => {
    if (catalog) session.checkSoon()
  }, [catalog, session])
  return (
    <SessionProvider value={session}>
      <Surface catalog={catalog} />
    </SessionProvider>
  )
}

function newSession(detail: PlaybookDetail, catalog: () => Catalog | undefined): Session {
  const { id } = detail.summary
  return new Session(detail, {
    saveDraft: async (document, base) => void (await call('playbook.save_draft', { id, document, base })),
    discardDraft: async () => void (await call('playbook.discard_draft', { id })),
    check: async (document) => (await call('playbook.check', { document })).diagnostics,
    tidy: tidyInWorker,
    copy: clipboard.copyText,
    refusePaste: (reason) => notify({ kind: 'info', text: i18next.t(`designer.paste.${reason}`) }),
    catalog,
    t: (language) => i18next.getFixedT(language),
    language: currentLanguage,
  })
}

function Surface({ catalog }: { catalog: Catalog | undefined }) {
  const { t, i18n } = useTranslation()
  const session = useSession()
  const head = useGraphPart((graph) => graph.head)
  const search = useRef<HTMLInputElement>(null)
  const trying = useLook((look) => look.tryout)
  useTrialKeys(session)
  const [dialog, setDialog] = useState<'save' | 'run' | 'conflict'>()
  const [query, setQuery] = useSearchParams()
  const shown = readShown(query)
  const show = useCallback((next: Shown | undefined) => setQuery(next ? writeShown(next) : {}), [setQuery])
  const [files, setFiles] = useState<readonly File[]>([])
  const [losses, setLosses] = useState<readonly Loss[]>([])
  const close = useCallback(() => setDialog(undefined), [])
  const save = useCallback(() => setDialog('save'), [])
  useKeyboard(
    session,
    save,
    useCallback(() => {
      session.look.setState({ outline: false })
      requestAnimationFrame(() => search.current?.focus())
    }, [session]),
    shown === undefined,
  )
  useCrumbs({ label: t('designer.crumb'), to: '/playbooks' }, { label: textOf(head.name, languageOf(i18n.language)) ?? session.id })
  if (shown) return <VersionsView shown={shown} catalog={catalog} onShow={show} />
  return (
    <div className={css.designer}>
      <Toolbar
        onSave={save}
        onRun={() => setDialog('run')}
        onVersions={() => show(versionsFrom(session))}
        onImport={setFiles}
        onLosses={setLosses}
      />
      <div className={css.body}>
        <Palette catalog={catalog} search={search} />
        <div className={css.middle}>
          <Notices onCompare={() => setDialog('conflict')} />
          <DesignerCanvas catalog={catalog} />
          {trying ? <TryPanel /> : null}
          <Problems />
        </div>
        <InspectorPanel catalog={catalog} />
      </div>
      <ImportPlaybooks files={files} onDone={() => setFiles([])} />
      {losses.length > 0 && <ExportReport losses={losses} onClose={() => setLosses([])} />}
      {dialog === 'save' && <SaveDialog onClose={close} onConflict={() => setDialog('conflict')} />}
      {dialog === 'run' && <RunDialog onClose={close} />}
      {dialog === 'conflict' && <ConflictDialog onClose={close} onShow={show} />}
    </div>
  )
}

/** What the versions open with: what the draft changed, or the newest version. */
function versionsFrom(session: Session): Shown {
  const { base } = session.look.getState()
  if (base === 0) return { from: undefined, to: 'draft', task: undefined }
  return session.isChanged()
    ? { from: base, to: 'draft', task: undefined }
    : { from: base > 1 ? base - 1 : undefined, to: base, task: undefined }
}

/** A recovered draft, and a version that was saved elsewhere. */
function Notices({ onCompare }: { onCompare: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const recovered = useLook((look) => look.recovered)
  const base = useLook((look) => look.base)
  const { data } = useOperation('playbook.versions', { id: session.id })
  const newest = data?.versions[0]?.version ?? 0
  useEffect(() => {
    if (newest > base) session.keepDraft()
  }, [newest, base, session])
  return (
    <>
      {recovered && (
        <Banner kind="info">
          <span className="row">
            <span className="grow">
              {t('designer.recovered')} <TimeText at={recovered} />
            </span>
            <Button onClick={() => session.backToSaved()}>{t('designer.recoveredBack', { version: base })}</Button>
            <Button onClick={() => session.look.setState({ recovered: undefined })}>{t('designer.recoveredKeep')}</Button>
          </span>
        </Banner>
      )}
      {newest > base && base > 0 && (
        <Banner kind="waiting">
          <span className="row">
            <span className="grow">{t('designer.newer', { version: newest, base })}</span>
            <Button onClick={onCompare}>{t('designer.compare')}</Button>
          </span>
        </Banner>
      )}
    </>
  )
}
