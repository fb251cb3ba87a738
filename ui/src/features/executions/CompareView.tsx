import { ActionIcon, Button, SegmentedControl } from '@mantine/core'
import { Fragment, useMemo, useState } from 'react'
import { Link } from 'react-router'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation } from '../../app/query'
import { PlaybookCanvas, readGraph } from '../../canvas/public'
import type { ExecutionDetail, TaskRun } from '../../generated/api'
import { DurationText, durationWords, Hostile, Icon, Pending, StatusBadge, TimeText, visible } from '../../kit'
import css from './compare.module.css'
import { type ComparedTask, compareTasks, type Difference, tookOf } from './differences'

/** Two executions of one playbook side by side: the path each took, how long its tasks took, and the outputs that differ. */
export function CompareView({ left, right, onClose }: { left: number; right: number; onClose: () => void }) {
  const a = useOperation('execution.show', { id: left })
  const b = useOperation('execution.show', { id: right })
  if (!a.data || !b.data) return <Pending error={a.error ?? b.error} />
  return <Loaded left={a.data} right={b.data} onClose={onClose} />
}

const SHOW = ['differs', 'all'] as const

function Loaded({ left, right, onClose }: { left: ExecutionDetail; right: ExecutionDetail; onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const text = useText()
  const language = i18n.language === 'ko' ? 'ko' : 'en'
  const [selected, select] = useState<string | null>(null)
  const [show, setShow] = useState<(typeof SHOW)[number]>('differs')
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const graphs = useMemo(() => [readGraph(left.document), readGraph(right.document)] as const, [left.document, right.document])
  const tasks = useMemo(() => compareTasks(left, right), [left, right])
  const differing = tasks.filter((task) => task.path || task.outputs.length > 0)
  const shown = show === 'all' ? tasks : differing
  const longest = Math.max(1, ...tasks.flatMap((task) => [tookOf(task.left) ?? 0, tookOf(task.right) ?? 0]))
  const toggle = (id: string) => {
    setOpen((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
    select(id)
  }
  return (
    <section className={css.view} aria-label={t('viewer.compare.title')}>
      <header className={css.head}>
        <h1>{t('viewer.compare.of', { name: text(left.summary.name) })}</h1>
        <span className="grow" />
        <Button onClick={onClose} leftSection={<Icon name="close" size={14} />}>
          {t('viewer.compare.close')}
        </Button>
      </header>
      <div className={css.sides}>
        {[left, right].map((detail, side) => (
          <div key={detail.summary.id} className={css.side}>
            <Side detail={detail} label={side === 0 ? 'A' : 'B'} />
            <div className={css.canvas}>
              <PlaybookCanvas
                graph={graphs[side] ?? graphs[0]}
                runs={detail.tasks}
                links={detail.links}
                selected={selected !== null && selected in detail.document.tasks ? selected : null}
                onSelect={select}
                minimap={false}
              />
            </div>
          </div>
        ))}
      </div>
      <div className={css.tableHead}>
        <span>{t('viewer.compare.count', { count: differing.length, all: tasks.length })}</span>
        <span className="grow" />
        <SegmentedControl
          aria-label={t('viewer.compare.show')}
          value={show}
          onChange={(value) => setShow(value === 'all' ? 'all' : 'differs')}
          data={SHOW.map((value) => ({ value, label: t(`viewer.compare.${value}`) }))}
        />
      </div>
      <div className={css.tableWrap}>
        <table className={css.table}>
          <thead>
            <tr>
              <th>{t('viewer.compare.task')}</th>
              <th>A</th>
              <th>B</th>
              <th>{t('viewer.compare.durations')}</th>
              <th>{t('viewer.compare.outputs')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((task) => {
              const name = text(left.document.tasks[task.id]?.name ?? right.document.tasks[task.id]?.name) || task.id
              const [one, other] = [tookOf(task.left), tookOf(task.right)]
              const differs = task.outputs.length + task.inputs.length
              return (
                <Fragment key={task.id}>
                  <tr data-selected={task.id === selected || undefined}>
                    <th scope="row">
                      <button type="button" className={css.name} onClick={() => select(task.id === selected ? null : task.id)}>
                        <Hostile text={name} />
                      </button>
                      {task.path ? <span className={css.differs}>{t('viewer.compare.path')}</span> : null}
                    </th>
                    <td>
                      <Ended run={task.left} />
                    </td>
                    <td>
                      <Ended run={task.right} />
                    </td>
                    <td>
                      <Bars one={one} other={other} longest={longest} />
                      {one !== null && other !== null && Math.abs(one - other) > 50 ? (
                        <span className="s12 t2 nowrap">
                          {other > one ? '+' : '−'}
                          {durationWords(Math.abs(other - one), language)}
                        </span>
                      ) : null}
                    </td>
                    <td>
                      {differs > 0 ? (
                        <span className="row" style={{ gap: 4 }}>
                          {task.outputs.length > 0
                            ? t('viewer.compare.places', { count: task.outputs.length })
                            : t('viewer.compare.inputs')}
                          <ActionIcon
                            size={24}
                            aria-expanded={open.has(task.id)}
                            aria-label={t('viewer.compare.values', { name: visible(name) })}
                            onClick={() => toggle(task.id)}
                          >
                            <Icon name={open.has(task.id) ? 'chevronUp' : 'chevronDown'} size={12} />
                          </ActionIcon>
                        </span>
                      ) : (
                        <span className="t3">{t('viewer.compare.same')}</span>
                      )}
                    </td>
                  </tr>
                  {open.has(task.id) ? (
                    <tr>
                      <td colSpan={5} className={css.values}>
                        <Values task={task} />
                      </td>
                    </tr>
                  ) : null}
                </Fragment>
              )
            })}
          </tbody>
        </table>
        {shown.length === 0 ? <p className={css.none}>{t('viewer.compare.equal')}</p> : null}
      </div>
    </section>
  )
}

function Side({ detail, label }: { detail: ExecutionDetail; label: string }) {
  const { t } = useTranslation()
  const { summary } = detail
  return (
    <div className={css.sideHead}>
      <span className={css.letter}>{label}</span>
      <Link className="link mono" to={`/executions/${summary.id}`}>
        #{summary.id}
      </Link>
      <StatusBadge status={summary.status} code={summary.status === 'failed' ? summary.error_code : null} />
      <span className="t2 s12">{t('execution.version_n', { version: summary.version })}</span>
      <span className="t2 s12">
        <TimeText at={summary.started_at} /> · <DurationText from={summary.started_at} to={summary.ended_at} />
      </span>
    </div>
  )
}

function Ended({ run }: { run: TaskRun | undefined }) {
  const { t } = useTranslation()
  if (!run) return <span className="t3">{t('viewer.compare.no_task')}</span>
  const note = run.status === 'done' && run.outcome && run.outcome !== 'done' ? t(`outcome.${run.outcome}`) : undefined
  return <StatusBadge status={run.status} code={run.error?.code ?? null} {...(note ? { note } : {})} />
}

/** Two bars, one above the other; the words beside them say the same. */
function Bars({ one, other, longest }: { one: number | null; other: number | null; longest: number }) {
  const { i18n } = useTranslation()
  const language = i18n.language === 'ko' ? 'ko' : 'en'
  return (
    <span className={css.bars}>
      {[one, other].map((took, side) => (
        <span key={side === 0 ? 'A' : 'B'} className={css.bar}>
          <span className="t3">{side === 0 ? 'A' : 'B'}</span>
          <i style={{ width: took === null ? 0 : `max(2px, ${((took / longest) * 100).toFixed(2)}px)` }} />
          <span className="t2">{took === null ? '–' : durationWords(took, language)}</span>
        </span>
      ))}
    </span>
  )
}

function Values({ task }: { task: ComparedTask }) {
  const { t } = useTranslation()
  return (
    <div className={css.two}>
      {(
        [
          ['task.output', task.outputs],
          ['task.input', task.inputs],
        ] as const
      ).map(([title, list]) =>
        list.length === 0 ? null : (
          <table key={title} className={css.diff} aria-label={title === 'task.output' ? t('task.output') : t('task.input')}>
            <thead>
              <tr>
                <th>{title === 'task.output' ? t('task.output') : t('task.input')}</th>
                <th>A</th>
                <th>B</th>
              </tr>
            </thead>
            <tbody>
              {list.map((each) => (
                <Line key={each.path} difference={each} />
              ))}
            </tbody>
          </table>
        ),
      )}
    </div>
  )
}

function Line({ difference }: { difference: Difference }) {
  const written = (value: unknown) => {
    const text = value === undefined ? '–' : JSON.stringify(value)
    return text.length > 400 ? `${text.slice(0, 400)}…` : text
  }
  return (
    <tr>
      <th scope="row" className="mono">
        <Hostile text={difference.path || '.'} />
      </th>
      <td className="mono" data-gone={difference.right === undefined || undefined}>
        <Hostile text={written(difference.left)} />
      </td>
      <td className="mono" data-new={difference.left === undefined || undefined}>
        <Hostile text={written(difference.right)} />
      </td>
    </tr>
  )
}
