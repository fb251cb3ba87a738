import { Button } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef } from 'react'
import { useText, useTranslation } from '../../app/i18n'
import { linkOf, type ProblemCount, START } from '../../canvas/public'
import type { Diagnostic, Fix } from '../../generated/api'
import { Hint, Hostile, Icon } from '../../kit'
import css from './designer.module.css'
import { type Session, useLater, useLook, useSession } from './session'

/** Returns the task that a diagnostic is about; one about a link belongs to the task that it leaves. */
function taskOf(session: Session, diagnostic: Diagnostic): string | undefined {
  const { task, link } = diagnostic.target
  if (task !== undefined) return task
  const key = link === undefined ? undefined : session.graph.linkOrder[link]
  const from = key === undefined ? undefined : linkOf(session.graph, key)?.from
  return from === START ? undefined : from
}

/** Returns how many problems each task has. */
export function useProblemCounts(): ReadonlyMap<string, ProblemCount> {
  const session = useSession()
  const diagnostics = useLook((look) => look.diagnostics)
  return useMemo(() => {
    const counts = new Map<string, ProblemCount>()
    for (const diagnostic of diagnostics) {
      const task = taskOf(session, diagnostic)
      if (task === undefined) continue
      const count = counts.get(task) ?? { errors: 0, warnings: 0 }
      counts.set(task, diagnostic.level === 'error' ? { ...count, errors: count.errors + 1 } : { ...count, warnings: count.warnings + 1 })
    }
    return counts
  }, [session, diagnostics])
}

function FixButton({ fix }: { fix: Fix }) {
  const { t } = useTranslation()
  const session = useSession()
  const word = 'text' in fix ? t('designer.fix.replace', { text: fix.text }) : t(`designer.fix.${fix.fix as 'connect'}`)
  return (
    <Button className={css.fix} size="compact-xs" onClick={() => session.fix(fix)}>
      {word}
    </Button>
  )
}

/** The diagnostics under the canvas; a click goes to the task or link. */
export function Problems() {
  const { t } = useTranslation()
  const session = useSession()
  const diagnostics = useLook((look) => look.diagnostics)
  const open = useLook((look) => look.problems)
  const errors = diagnostics.filter(({ level }) => level === 'error').length
  const warnings = diagnostics.length - errors
  return (
    <section className={css.problems} aria-label={t('designer.problems.title')}>
      <button
        type="button"
        className={css.problemsHead}
        aria-expanded={open}
        title={t('designer.problems.toggle')}
        onClick={() => session.look.setState({ problems: !open })}
      >
        <span className="b">{t('designer.problems.title')}</span>
        {errors > 0 && (
          <span className={css.errors}>
            <Icon name="error" size={14} />
            {t('designer.problems.errors', { count: errors })}
          </span>
        )}
        {warnings > 0 && (
          <span className={css.warnings}>
            <Icon name="warning" size={14} />
            {t('designer.problems.warnings', { count: warnings })}
          </span>
        )}
        {errors + warnings === 0 && (
          <span className={css.fine}>
            <Icon name="done" size={14} />
            {t('designer.problems.none')}
          </span>
        )}
        <span className="grow" />
        {errors > 0 && <span className="s12 t2">{t('designer.problems.fix')}</span>}
        {diagnostics.length > 0 && <Icon name={open ? 'chevronDown' : 'chevronUp'} size={14} />}
      </button>
      {open && diagnostics.length > 0 && <List diagnostics={diagnostics} />}
    </section>
  )
}

const ROW = 32

/** The rows in sight; a playbook of a thousand tasks may have as many problems. */
function List({ diagnostics }: { diagnostics: readonly Diagnostic[] }) {
  const { t } = useTranslation()
  const text = useText()
  const session = useSession()
  useLater(({ design }) => design.graph)
  const selected = useLook((look) => look.selection.tasks)
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: diagnostics.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 4,
  })
  const goTo = (diagnostic: Diagnostic) => {
    const { task, link } = diagnostic.target
    const key = link === undefined ? undefined : session.graph.linkOrder[link]
    if (task !== undefined && task in session.graph.tasks) {
      session.goTo(task, false)
      // What is wrong is put right there.
      session.look.setState({ inspector: true })
    } else if (key !== undefined) session.select({ links: new Set([key]) }, true)
    else session.select({}, true)
  }
  return (
    <div ref={scroller} className={css.problemList}>
      <ul style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const diagnostic = diagnostics[index]
          if (!diagnostic) return null
          const task = taskOf(session, diagnostic)
          return (
            <li
              key={index}
              ref={virtualizer.measureElement}
              data-index={index}
              aria-setsize={diagnostics.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start}px)` }}
            >
              <button
                type="button"
                className={css.problem}
                aria-current={(task !== undefined && selected.has(task)) || undefined}
                onClick={() => goTo(diagnostic)}
              >
                <span className={diagnostic.level === 'error' ? css.errors : css.warnings}>
                  <Icon name={diagnostic.level === 'error' ? 'error' : 'warning'} size={14} />
                </span>
                <span className="mono t2">{diagnostic.code}</span>
                <span className="b nowrap">{task === undefined ? t('designer.problems.playbook') : session.nameIn(task)}</span>
                <span className={`t2 ${css.problemText}`}>
                  <Hostile text={text(diagnostic.message)} /> {diagnostic.hint && <Hint text={text(diagnostic.hint)} />}
                </span>
              </button>
              {diagnostic.fix && <FixButton fix={diagnostic.fix} />}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
