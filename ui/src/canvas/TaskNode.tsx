import { type NodeProps, Position as Side } from '@xyflow/react'
import { type CSSProperties, memo, useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { ConnectionPoint } from './ConnectionPoint'
import { useCanvas } from './context'
import { durationInWords, type RunLook } from './describe'
import { Glyph, type GlyphName } from './glyphs'
import type { Mark } from './marks'
import { IN, type ProblemCount, type TaskNode as Task } from './projection'
import { asksPerson } from './tasks'

/** One task: type tile, name, second line, connection points. Keeps no state, because a culled node unmounts. */
export const TaskNode = memo(function TaskNode({ id, data, selected }: NodeProps<Task>) {
  const { t, far, speck, editable, points: livePoints, onProblems } = useCanvas()
  const live = useSyncExternalStore(livePoints.subscribe, () => livePoints.has(id))
  const { type, name, second, size, points, run, problems, linked, mark } = data
  const glyph: GlyphName = type ?? 'unknown'
  const classes = ['task']
  if (asksPerson(type)) classes.push('task-person')
  if (selected) classes.push('task-selected')
  if (run) classes.push('task-run', `is-${run.status}`)
  if (!data.enabled) classes.push('task-off')
  if (far) classes.push('task-far')
  if (mark) classes.push('task-marked', `mark-${mark}`)
  const inner = points.length > 2
  if (speck) {
    if (problems && problems.errors > 0 && !run) classes.push('task-wrong')
    return <div className={`${classes.join(' ')} task-speck`} style={{ width: size.width, height: size.height }} />
  }
  return (
    <div
      className={classes.join(' ')}
      style={{ width: size.width, height: size.height, '--h': `${size.height}px`, '--w': `${size.width}px` } as CSSProperties}
    >
      <ConnectionPoint task={id} className="point point-in" type="target" position={Side.Left} id={IN} editable={editable} live={live} />
      {far ? (
        <div className="task-chip">
          <Glyph name={glyph} size={34} />
          {run ? (
            <Glyph name={run.status} size={34} style={{ color: 'var(--fg)' }} />
          ) : (
            problems && (
              <Glyph
                name={problems.errors > 0 ? 'error' : 'warning'}
                size={34}
                style={{ color: `var(--${problems.errors > 0 ? 'failed' : 'waiting'})` }}
              />
            )
          )}
        </div>
      ) : (
        <>
          <span className="task-tile">
            <Glyph name={glyph} />
          </span>
          <div className={inner ? 'task-words task-words-narrow' : 'task-words'}>
            <div className="task-name">{name}</div>
            {run ? (
              <RunLine run={run} />
            ) : (
              <div className={second.mono ? 'task-second mono' : 'task-second'} title={second.text}>
                {second.text}
              </div>
            )}
          </div>
          {run?.progress !== undefined && (
            <div className="task-progress">
              <i style={{ width: `${run.progress * 100}%` }} />
            </div>
          )}
          {data.joinAny && (
            <span className="task-join" title={t('canvas.joinAnyHint')}>
              <Glyph name="join" size={12} />
              {t('canvas.joinAny')}
            </span>
          )}
          {!data.enabled && <span className="task-join task-off-mark">{t('canvas.disabled')}</span>}
          {problems && problems.errors + problems.warnings > 0 && (
            <Problems count={problems} onOpen={onProblems && (() => onProblems(id))} />
          )}
        </>
      )}
      {data.halts && <span className="task-halt" title={t('canvas.breakpoint')} role="img" aria-label={t('canvas.breakpoint')} />}
      {mark && (
        <span className="task-mark">
          <Glyph name={MARK_GLYPHS[mark]} size={far ? 24 : 12} />
          {!far && t(`canvas.mark.${mark}`)}
        </span>
      )}
      {points.map((point) => {
        const isLinked = linked.has(point.outcome)
        // A forgotten "expired" is seen because its point stays; "failed" may well have no link.
        const stays = editable && inner && !isLinked && point.outcome !== 'failed'
        const word = t(`canvas.outcome.${point.outcome}`)
        const isFailure = point.outcome === 'failed' && isLinked
        // What nobody sees is not in the page: a moving view places every part of every task anew.
        const isNamed = isFailure || (editable && selected)
        return (
          <span key={point.outcome} className={`out out-${point.side}`}>
            <ConnectionPoint
              task={id}
              className={`point point-${point.outcome} ${stays ? 'point-stays' : ''}`}
              type="source"
              position={point.side === 'bottom' ? Side.Bottom : Side.Right}
              id={point.outcome}
              editable={editable}
              live={live}
              style={point.side === 'bottom' ? { left: point.x } : { top: point.y }}
            />
            {!far &&
              (inner && point.side === 'right' ? (
                <span className="out-inside" style={{ top: point.y }}>
                  {word}
                </span>
              ) : (
                isNamed && (
                  <span
                    className={isFailure ? 'out-name is-failed' : 'out-name'}
                    style={
                      point.side === 'bottom'
                        ? { left: point.x + 8, top: point.y + 9 }
                        : { left: point.x + 8, top: point.y + (point.outcome === 'done' ? -7 : 5) }
                    }
                  >
                    {word}
                  </span>
                )
              ))}
          </span>
        )
      })}
    </div>
  )
})

const MARK_GLYPHS: Record<Mark, GlyphName> = { added: 'plus', removed: 'minus', changed: 'tilde' }

function RunLine({ run }: { run: RunLook }) {
  return (
    <div className="task-second task-status">
      <Glyph name={run.status} size={14} />
      <span>
        {run.word}
        {run.factMono ? ' ' : (run.fact || run.since !== undefined) && ' · '}
        {run.fact && <span className={run.factMono ? 'mono' : undefined}>{run.fact}</span>}
        {run.fact === undefined && run.since !== undefined && <Elapsed since={run.since} />}
      </span>
    </div>
  )
}

/** A clock that ticks once a second while a task runs. */
function Elapsed({ since }: { since: number }) {
  const { t } = useTranslation()
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  return durationInWords(Math.floor(Math.max(0, now - since) / 1_000) * 1_000 || 1_000, t)
}

function Problems({ count, onOpen }: { count: ProblemCount; onOpen: (() => void) | undefined }) {
  const { t } = useTranslation()
  const error = count.errors > 0
  const words = t('canvas.problems', { errors: count.errors, warnings: count.warnings })
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`task-problems nodrag nopan ${error ? '' : 'task-warnings'}`}
      title={words}
      aria-label={words}
      onClick={(event) => {
        event.stopPropagation()
        onOpen?.()
      }}
    >
      <Glyph name={error ? 'error' : 'warning'} size={14} />
      {error ? count.errors : count.warnings}
    </button>
  )
}
