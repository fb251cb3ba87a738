import { Button, Modal } from '@mantine/core'
import { useMemo } from 'react'
import { useTranslation } from '../../app/i18n'
import { useOperation, useWrite } from '../../app/query'
import { type Graph, languageOf, nameOf, readGraph } from '../../canvas/public'
import { ErrorNotice, Loading, notify } from '../../kit'
import css from './designer.module.css'
import { compare, isSame } from './model/compare'
import { useGraph, useLook, useSession } from './session'
import type { Shown } from './versions/address'

/** Shows a version that was saved elsewhere beside the draft here; both are kept whatever is chosen. */
export function ConflictDialog({ onClose, onShow }: { onClose: () => void; onShow: (shown: Shown) => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const mine = useGraph()
  const base = useLook((look) => look.base)
  const { data, error } = useOperation('playbook.show', { id: session.id })
  const versions = useOperation('playbook.versions', { id: session.id })
  const save = useWrite('playbook.save')
  const theirs = useMemo(() => (data?.document ? readGraph(data.document) : undefined), [data])
  const version = data?.version ?? 0
  const by = versions.data?.versions.find((each) => each.version === version)?.saved_by ?? ''
  const keepMine = async () => {
    await session.flush()
    const document = session.document()
    try {
      const saved = await save.mutateAsync({ document, base: version, comment: '' })
      session.versionSaved(document, saved.version)
      notify({ kind: 'done', text: t('designer.saved', { version: saved.version }) })
      onClose()
    } catch {
      // Shown below; another save in between asks again with the newer version.
    }
  }
  return (
    <Modal opened size="lg" onClose={onClose} title={t('designer.conflict.title')} closeButtonProps={{ 'aria-label': t('designer.close') }}>
      <div className={css.dialog}>
        {error && <ErrorNotice error={error} />}
        {!theirs ? (
          <Loading />
        ) : (
          <>
            <p>{t('designer.conflict.text', { base, version })}</p>
            <div className={css.sides}>
              <Side title={t('designer.conflict.theirs', { version, by })} from={session.saved} to={theirs} />
              <Side title={t('designer.conflict.mine')} from={session.saved} to={mine} />
            </div>
            {save.error && <ErrorNotice error={save.error} />}
            <div className={css.choices}>
              <Button onClick={onClose}>{t('designer.conflict.later')}</Button>
              <Button
                onClick={() => {
                  onShow({ from: version, to: 'draft', task: undefined })
                  onClose()
                }}
              >
                {t('designer.conflict.canvas')}
              </Button>
              <Button
                title={t('designer.conflict.takeTheirsHint')}
                onClick={() => {
                  if (data?.document) session.restore(data.document, version)
                  onClose()
                }}
              >
                {t('designer.conflict.takeTheirs', { version })}
              </Button>
              <Button variant="filled" loading={save.isPending} onClick={() => void keepMine()}>
                {t('designer.conflict.keepMine', { version: version + 1 })}
              </Button>
            </div>
          </>
        )}
      </div>
    </Modal>
  )
}

/** What one side did since the common version. */
function Side({ title, from, to }: { title: string; from: Graph; to: Graph }) {
  const { t, i18n } = useTranslation()
  const language = languageOf(i18n.language)
  const differences = useMemo(() => compare(from, to), [from, to])
  const links = differences.addedLinks.length + differences.removedLinks.length
  return (
    <section className={css.side}>
      <h3>{title}</h3>
      {isSame(differences) && <p className="t2">{t('designer.conflict.same')}</p>}
      {(['added', 'changed', 'removed'] as const).map((kind) =>
        differences[kind].length === 0 ? null : (
          <div key={kind}>
            <div className="s12 t2">{t(`designer.conflict.${kind}`)}</div>
            <ul>
              {differences[kind].map((id) => (
                <li key={id}>{nameOf(kind === 'removed' ? from : to, id, language)}</li>
              ))}
            </ul>
          </div>
        ),
      )}
      {links > 0 && <p>{t('designer.conflict.links', { count: links })}</p>}
      {differences.head.length > 0 && <p>{t('designer.conflict.head')}</p>}
    </section>
  )
}
