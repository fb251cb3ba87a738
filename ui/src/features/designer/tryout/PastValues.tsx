import { Select } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useTranslation } from '../../../app/i18n'
import { useOperation } from '../../../app/query'
import { Hostile, notify, StatusBadge, TimeText } from '../../../kit'
import { clipboard } from '../../../platform'
import { useGraph, useSession } from '../session'
import { insertInLast, PATH_TYPE } from './places'
import css from './tryout.module.css'
import { upstream } from './upstream'

/** How many past executions are offered, and how many fields of a value are listed. */
const EXECUTIONS = 10
const LEAVES = 200

interface Leaf {
  path: string
  shown: string
  value: string
}

/** Returns the fields of a value with the paths that read them. */
export function leavesOf(value: unknown, path: string): Leaf[] {
  const leaves: Leaf[] = []
  const visit = (inner: unknown, at: string, shown: string) => {
    if (leaves.length >= LEAVES) return
    if (inner !== null && typeof inner === 'object' && Object.keys(inner).length > 0) {
      for (const [key, each] of Object.entries(inner)) {
        const isName = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(key)
        const step = Array.isArray(inner) ? `[${key}]` : isName ? `.${key}` : `[${JSON.stringify(key)}]`
        visit(each, at + step, shown + step)
      }
    } else leaves.push({ path: at, shown: shown.replace(/^\./, '') || at, value: JSON.stringify(inner) ?? 'null' })
  }
  visit(value, path, '')
  return leaves
}

/** What this task, and those before it, took and gave in past executions: a field goes into a parameter by click or drag. */
export function PastValues({ task }: { task: string }) {
  const { t } = useTranslation()
  const session = useSession()
  const graph = useGraph()
  const list = useOperation('execution.list', { playbook: session.id, limit: EXECUTIONS })
  const executions = list.data?.executions ?? []
  const [picked, setPicked] = useState<string | null>(null)
  const id = Number(picked ?? executions[0]?.id ?? 0)
  const detail = useOperation('execution.show', { id }, { enabled: id > 0 })
  const before = useMemo(() => upstream(graph, task), [graph, task])
  const [from, setFrom] = useState(task)
  if (executions.length === 0) return null
  const run = detail.data?.tasks.find((each) => each.id === from)
  const summary = executions.find((each) => each.id === id)
  const use = async (path: string) => {
    if (insertInLast(path)) return
    await clipboard.copyText(path)
    notify({ kind: 'info', text: t('tryout.past.copied', { path }) })
  }
  const own = from === task
  return (
    <section className={css.past} aria-label={t('tryout.past.title')}>
      <b className="s12">{t('tryout.past.title')}</b>
      <Select
        label={t('tryout.past.execution')}
        data={executions.map((each) => ({ value: String(each.id), label: `#${each.id}` }))}
        value={String(id)}
        onChange={setPicked}
        allowDeselect={false}
      />
      {summary ? (
        <span className="row s12 t2">
          <StatusBadge status={summary.status} /> {summary.started_at ? <TimeText at={summary.started_at} /> : null}
        </span>
      ) : null}
      <Select
        label={t('tryout.past.task')}
        data={[task, ...before].map((each) => ({ value: each, label: session.nameIn(each) }))}
        value={from}
        onChange={(value) => value && setFrom(value)}
        allowDeselect={false}
      />
      {run ? (
        <>
          {own ? <Leaves title={t('tryout.input')} leaves={leavesOf(run.input, '')} /> : null}
          <Leaves
            title={t('tryout.output')}
            hint={own ? undefined : t('tryout.past.hint')}
            leaves={leavesOf(run.output, own ? 'output' : `tasks.${from}.output`)}
            onUse={own ? undefined : use}
          />
        </>
      ) : (
        <p className="t3 s12">{t('tryout.past.none')}</p>
      )}
    </section>
  )
}

function Leaves({ title, hint, leaves, onUse }: { title: string; hint?: string; leaves: Leaf[]; onUse?: (path: string) => Promise<void> }) {
  const { t } = useTranslation()
  return (
    <div>
      <div className="s12 t2">{title}</div>
      {hint ? <div className="s12 t3">{hint}</div> : null}
      <ul className={css.leaves}>
        {leaves.map((leaf) => (
          <li key={leaf.path + leaf.shown}>
            {onUse ? (
              <button
                type="button"
                className={css.leaf}
                draggable
                title={t('tryout.past.use', { path: leaf.path })}
                // The field keeps its cursor: that is where the path goes.
                onMouseDown={(event) => {
                  if (event.detail > 1) event.preventDefault()
                }}
                onDragStart={(event) => {
                  event.dataTransfer.setData(PATH_TYPE, leaf.path)
                  event.dataTransfer.effectAllowed = 'copy'
                }}
                onClick={() => void onUse(leaf.path)}
              >
                <span className="t2">{leaf.shown}</span>
                <span className="cut">
                  <Hostile text={leaf.value} />
                </span>
              </button>
            ) : (
              <span className={css.leaf}>
                <span className="t2">{leaf.shown}</span>
                <span className="cut">
                  <Hostile text={leaf.value} />
                </span>
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
