import { Button, Select } from '@mantine/core'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from '../../../app/i18n'
import { useOperation } from '../../../app/query'
import {
  type CanvasView,
  type Graph,
  GraphCanvas,
  type Link,
  languageOf,
  type Mark,
  NO_SELECTION,
  nameOf,
  readGraph,
  type Selection,
  START,
  typeOf,
} from '../../../canvas/public'
import type { Catalog, Playbook, Version } from '../../../generated/api'
import { ErrorNotice, Hostile, Icon, Inspector, Loading, TimeText } from '../../../kit'
import css from '../designer.module.css'
import { compare, type Difference, differences, drawBoth, isSame } from '../model/compare'
import { Tile } from '../Palette'
import { useGraph, useLook, useSession } from '../session'
import { fieldWords } from '../steps'
import type { Shown, State } from './address'

/** The saved versions: look at one, lay two side by side on one canvas, go on from an older one. */
export function VersionsView(props: { shown: Shown; catalog: Catalog | undefined; onShow: (shown: Shown | undefined) => void }) {
  const { t } = useTranslation()
  const { shown, onShow } = props
  const session = useSession()
  const { data, error } = useOperation('playbook.versions', { id: session.id })
  const from = useStateOf(shown.from)
  const to = useStateOf(shown.to)
  const close = () => onShow(undefined)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.code === 'Escape' && !event.defaultPrevented && !event.isComposing) onShow(undefined)
    }
    // At the document, as tooltips do: one that closes with Escape lets nobody farther up hear of it.
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [onShow])
  const versions = data?.versions ?? []
  const choices = [{ value: 'draft', label: t('designer.versions.draft') }].concat(
    versions.map(({ version }) => ({ value: String(version), label: t('designer.versions.version', { version }) })),
  )
  const read = (value: string | null): State | undefined => (value === 'draft' ? 'draft' : value === null ? undefined : Number(value))
  const failure = error ?? from.error ?? to.error
  return (
    <div className={css.designer}>
      <div className={css.toolbar} role="toolbar" aria-label={t('designer.versions.title')}>
        <Button onClick={close} leftSection={<Icon name="chevronLeft" size={14} />}>
          {t('designer.versions.back')}
        </Button>
        <i className={css.divider} />
        <Select
          aria-label={t('designer.versions.from')}
          placeholder={t('designer.versions.fromNone')}
          clearable
          w={190}
          data={choices}
          value={shown.from === undefined ? null : String(shown.from)}
          onChange={(value) => onShow({ ...shown, from: read(value), task: undefined })}
        />
        <span className="t3" aria-hidden>
          →
        </span>
        <Select
          aria-label={t('designer.versions.to')}
          allowDeselect={false}
          w={190}
          data={choices}
          value={String(shown.to)}
          onChange={(value) => onShow({ ...shown, to: read(value) ?? 'draft', task: undefined })}
        />
        <span className="grow" />
        {typeof shown.to === 'number' && to.document && <Restore version={shown.to} document={to.document} onDone={close} />}
      </div>
      <div className={css.body}>
        <VersionList versions={versions} shown={shown} onShow={onShow} />
        {failure ? (
          <div className={css.failed}>
            <ErrorNotice error={failure} />
          </div>
        ) : !to.graph || (shown.from !== undefined && !from.graph) ? (
          <Loading />
        ) : (
          <Sides
            key={`${shown.from} ${shown.to}`}
            from={from.graph}
            to={to.graph}
            task={shown.task}
            catalog={props.catalog}
            onClose={close}
          />
        )}
      </div>
    </div>
  )
}

/** The document of a state; the draft's is what is on the screen. */
function useStateOf(state: State | undefined): {
  graph: Graph | undefined
  document: Playbook | undefined
  error: ReturnType<typeof useOperation<'playbook.show'>>['error']
} {
  const session = useSession()
  const draft = useGraph()
  const version = typeof state === 'number' ? state : 1
  const { data, error } = useOperation('playbook.show', { id: session.id, version }, { enabled: typeof state === 'number' })
  const saved = typeof state === 'number' ? (data?.document ?? undefined) : undefined
  const graph = useMemo(() => (saved ? readGraph(saved) : undefined), [saved])
  return { graph: state === 'draft' ? draft : graph, document: saved, error: typeof state === 'number' ? error : null }
}

function Restore({ version, document, onDone }: { version: number; document: Playbook; onDone: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <Button
      variant="filled"
      title={t('designer.versions.restoreHint')}
      onClick={() => {
        session.restoreOld(document, version)
        onDone()
      }}
    >
      {t('designer.versions.restore', { version })}
    </Button>
  )
}

function VersionList({ versions, shown, onShow }: { versions: readonly Version[]; shown: Shown; onShow: (shown: Shown) => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const base = useLook((look) => look.base)
  useGraph()
  const changes = session.changesSinceSaved()
  const row = (state: State, from: State | undefined, children: ReactNode) => (
    <li key={state}>
      <button
        type="button"
        className={css.version}
        aria-current={shown.to === state || undefined}
        onClick={() => onShow({ from, to: state, task: undefined })}
      >
        {children}
      </button>
    </li>
  )
  return (
    <nav className={css.versions} aria-label={t('designer.versions.title')}>
      <ol>
        {changes !== 0 &&
          row(
            'draft',
            base > 0 ? base : undefined,
            <>
              <span className="b">{t('designer.versions.draft')}</span>
              <span className="s12 t2">
                {base === 0
                  ? t('designer.versions.never')
                  : changes === undefined
                    ? t('designer.draft.differs', { version: base })
                    : t('designer.draft.changes', { version: base, count: changes })}
              </span>
            </>,
          )}
        {versions.map(({ version, comment, saved_at, saved_by }) =>
          row(
            version,
            version > 1 ? version - 1 : undefined,
            <>
              <span className="row">
                <span className="b grow">{t('designer.versions.version', { version })}</span>
                <span className="s12 t3">
                  <TimeText at={saved_at} form="ago" />
                </span>
              </span>
              {comment !== '' && <Hostile text={comment} />}
              <span className="s12 t2">
                <Hostile text={saved_by} />
              </span>
            </>,
          ),
        )}
      </ol>
    </nav>
  )
}

function Sides(props: { from: Graph | undefined; to: Graph; task: string | undefined; catalog: Catalog | undefined; onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const language = languageOf(i18n.language)
  const { from, to } = props
  const drawn = useMemo(() => (from ? drawBoth(from, to) : { graph: to, marks: undefined }), [from, to])
  const found = useMemo(() => (from ? compare(from, to) : undefined), [from, to])
  const view = useRef<CanvasView>(null)
  const [selection, setSelection] = useState<Selection>(() =>
    props.task === undefined ? NO_SELECTION : { ...NO_SELECTION, tasks: new Set([props.task]) },
  )
  useEffect(() => {
    if (props.task !== undefined) view.current?.reveal(props.task)
  }, [props.task])
  const goTo = (task: string) => {
    setSelection({ ...NO_SELECTION, tasks: new Set([task]) })
    view.current?.reveal(task)
  }
  const name = (id: string) => (id === START ? t('canvas.start') : nameOf(drawn.graph, id, language))
  return (
    <>
      <section className={css.canvas} aria-label={t('designer.canvas')}>
        <GraphCanvas
          graph={drawn.graph}
          marks={drawn.marks}
          catalog={props.catalog}
          selection={selection}
          onSelectionChange={(change) => setSelection(change)}
          view={view}
        />
        {found && (
          <div className={css.legend}>
            {(['added', 'removed', 'changed'] as const).map((mark) => (
              <span key={mark} className={css[`mark_${mark}`]}>
                <Icon name={MARKS[mark]} size={12} />
                {t(`canvas.mark.${mark}`)} <b>{found[mark].length}</b>
              </span>
            ))}
          </div>
        )}
      </section>
      {from && found && (
        <Inspector
          name="versions"
          width={360}
          label={t('designer.versions.differences')}
          title={t('designer.versions.differences')}
          icon={<Icon name="versions" />}
          onClose={props.onClose}
        >
          <div className={css.form}>
            {isSame(found) && <p className="t2">{t('designer.conflict.same')}</p>}
            {found.head.length > 0 && (
              <section className={css.difference}>
                <h3>{t('designer.inspector.playbookTitle')}</h3>
                <Fields list={found.head} />
              </section>
            )}
            {found.changed.map((id) => (
              <Task key={id} graph={drawn.graph} id={id} mark="changed" name={name(id)} onOpen={() => goTo(id)}>
                <Fields list={differences(from.tasks[id], to.tasks[id])} />
              </Task>
            ))}
            {found.added.map((id) => (
              <Task key={id} graph={drawn.graph} id={id} mark="added" name={name(id)} onOpen={() => goTo(id)} />
            ))}
            {found.removed.map((id) => (
              <Task key={id} graph={drawn.graph} id={id} mark="removed" name={name(id)} onOpen={() => goTo(id)} />
            ))}
            <Links title={t('designer.versions.linksAdded')} mark="added" links={found.addedLinks} name={name} />
            <Links title={t('designer.versions.linksRemoved')} mark="removed" links={found.removedLinks} name={name} />
            {found.notes && <p className="t2">{t('designer.versions.notes')}</p>}
          </div>
        </Inspector>
      )}
    </>
  )
}

const MARKS = { added: 'plus', removed: 'minus', changed: 'tilde' } as const

function Task(props: { graph: Graph; id: string; mark: Mark; name: string; onOpen: () => void; children?: ReactNode }) {
  const { t } = useTranslation()
  return (
    <section className={css.difference}>
      <h3>
        <button type="button" className={css.differenceTask} onClick={props.onOpen}>
          <Tile type={typeOf(props.graph.tasks[props.id])} />
          <span className="grow">
            <Hostile text={props.name} />
          </span>
          <span className={css[`mark_${props.mark}`]}>
            <Icon name={MARKS[props.mark]} size={12} />
            {t(`canvas.mark.${props.mark}`)}
          </span>
        </button>
      </h3>
      {props.children}
    </section>
  )
}

/** What was in each field, and what is. */
function Fields({ list }: { list: readonly Difference[] }) {
  const { t } = useTranslation()
  const words = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  return (
    <dl className={css.fields}>
      {list.map(({ path, before, after }) => (
        <div key={path}>
          <dt>{fieldWords(path, t)}</dt>
          <dd>
            {before === undefined ? (
              <span className="t3">{t('designer.versions.nothing')}</span>
            ) : (
              <del>
                <Hostile text={words(before)} />
              </del>
            )}
            <span aria-hidden> → </span>
            {after === undefined ? (
              <span className="t3">{t('designer.versions.nothing')}</span>
            ) : (
              <ins>
                <Hostile text={words(after)} />
              </ins>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Links(props: { title: string; mark: Mark; links: readonly Link[]; name: (id: string) => string }) {
  const { t } = useTranslation()
  if (props.links.length === 0) return null
  return (
    <section className={css.difference}>
      <h3>{props.title}</h3>
      <ul>
        {props.links.map((link) => (
          <li key={`${link.from} ${link.outcome} ${link.to}`}>
            <span className={css[`mark_${props.mark}`]}>
              <Icon name={MARKS[props.mark]} size={12} />
            </span>{' '}
            <Hostile text={props.name(link.from)} />
            <span className="t3"> {t(`canvas.outcome.${link.outcome}`)} → </span>
            <Hostile text={props.name(link.to)} />
          </li>
        ))}
      </ul>
    </section>
  )
}
