import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core'
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from '../../app/i18n'
import type { LogEntry } from '../../generated/api'
import { formatTime, Icon, StatusBadge, useZone, visible } from '../../kit'
import css from './executions.module.css'
import type { Moment, Recording } from './moment'
import { useTaskName, type Watched } from './watched'

const SPEEDS = [1, 4, 16] as const
/** A pause between two transitions is shortened to this, and never shorter than a glance. */
const LONGEST_MS = 1200
const SHORTEST_MS = 160
/** More ticks than this are only a grey bar. */
const MOST_TICKS = 400

/** The slider that goes through the recorded transitions; at its end the execution is shown live. */
export function ReplayBar({
  detail,
  recording,
  moment,
  entry,
  onMove,
  onWanted,
}: {
  detail: Watched
  recording: Recording | undefined
  /** Null: live. */
  moment: Moment | null
  /** The line of the log that led to the moment. */
  entry: LogEntry | undefined
  onMove: (index: number | null) => void
  /** Somebody is about to use the slider. */
  onWanted: () => void
}) {
  const { t } = useTranslation()
  const nameOf = useTaskName(detail)
  const zone = useZone((state) => state.zone)
  const [playing, setPlaying] = useState(false)
  const [speed, setSpeed] = useState<(typeof SPEEDS)[number]>(1)
  const track = useRef<HTMLDivElement>(null)
  const held = useRef(false)
  // The address follows a move a moment later: until then the old place must not end what has just begun to play.
  const beginning = useRef(false)
  const last = (recording?.length ?? 0) - 1
  const index = moment?.index ?? last

  useEffect(() => {
    if (!playing || !recording) return
    if (index >= last) {
      if (!beginning.current || last <= 0) setPlaying(false)
      return
    }
    beginning.current = false
    const gap = ((recording.times[index + 1] ?? 0) - (recording.times[index] ?? 0)) / speed
    const timer = setTimeout(() => onMove(index + 1), Math.max(SHORTEST_MS / Math.sqrt(speed), Math.min(LONGEST_MS / speed, gap)))
    return () => clearTimeout(timer)
  }, [playing, recording, index, last, speed, onMove])

  const play = () => {
    onWanted()
    beginning.current = !playing && (moment === null || index >= last)
    if (beginning.current) onMove(0)
    setPlaying(!playing)
  }
  const goTo = (next: number) => {
    setPlaying(false)
    onMove(Math.max(0, Math.min(last, next)))
  }
  const live = () => {
    setPlaying(false)
    onMove(null)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing) return
    const steps: Record<string, () => void> = {
      ArrowLeft: () => goTo(index - 1),
      ArrowDown: () => goTo(index - 1),
      ArrowRight: () => goTo(index + 1),
      ArrowUp: () => goTo(index + 1),
      PageDown: () => goTo(index - 10),
      PageUp: () => goTo(index + 10),
      Home: () => goTo(0),
      End: live,
      Space: play,
    }
    if (moment !== null) steps.Escape = live
    const step = steps[event.code]
    if (!step) return
    event.preventDefault()
    step()
  }
  const toPointer = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect()
    if (!box || !recording || last < 0) return
    goTo(recording.nearest((event.clientX - box.left) / Math.max(1, box.width)))
  }
  const ticks = useMemo(
    () =>
      recording && recording.length <= MOST_TICKS
        ? recording.places.map((place, tick) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a transition is its place in the record.
            <i key={tick} style={{ left: `${(place * 100).toFixed(2)}%` }} />
          ))
        : null,
    [recording],
  )
  const start = detail.summary.started_at ?? detail.summary.queued_at
  const place = (recording && moment ? recording.places[moment.index] : undefined) ?? 1
  const told = moment
    ? [
        formatTime(new Date(moment.at).toISOString(), 'precise', zone),
        entry ? t(`event.${entry.event}`, { defaultValue: entry.event }) : '',
        entry?.task ? visible(nameOf(entry.task)) : '',
      ]
        .filter(Boolean)
        .join(' ')
    : t('viewer.replay.live')
  return (
    <div className={css.replay} data-past={moment !== null || undefined}>
      <Tooltip label={t(playing ? 'viewer.replay.stop' : 'viewer.replay.play')}>
        <ActionIcon
          aria-label={t(playing ? 'viewer.replay.stop' : 'viewer.replay.play')}
          onClick={play}
          onPointerEnter={onWanted}
          onFocus={onWanted}
        >
          <Icon name={playing ? 'pause' : 'start'} />
        </ActionIcon>
      </Tooltip>
      <span className="mono s12 t2">{formatTime(start, 'time', zone)}</span>
      <div
        ref={track}
        className={css.track}
        role="slider"
        tabIndex={0}
        aria-label={t('viewer.replay.label')}
        aria-valuemin={1}
        aria-valuemax={Math.max(1, last + 1)}
        aria-valuenow={Math.max(1, index + 1)}
        aria-valuetext={moment ? t('viewer.replay.value', { told, index: index + 1, count: last + 1 }) : told}
        onFocus={onWanted}
        onPointerEnter={onWanted}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          event.currentTarget.focus()
          held.current = true
          toPointer(event)
        }}
        onPointerMove={(event) => {
          if (held.current) toPointer(event)
        }}
        onPointerUp={() => {
          held.current = false
        }}
      >
        <span className={css.rail} />
        <span className={css.passed} style={{ width: `${place * 100}%` }} />
        <span className={css.ticks}>{ticks}</span>
        <span className={css.knob} style={{ left: `${place * 100}%` }} />
      </div>
      {/* As wide live as in the past: the slider must not move under the mouse that takes hold of it. */}
      <span className={css.replayState}>
        <span className="mono s12 nowrap" aria-hidden>
          {moment
            ? formatTime(new Date(moment.at).toISOString(), 'precise', zone)
            : formatTime(detail.summary.ended_at ?? new Date(recording?.times[last] ?? Date.parse(start)).toISOString(), 'time', zone)}
        </span>
        {moment ? (
          <>
            <span className="s12 t2 nowrap">
              {index + 1} / {last + 1}
            </span>
            <StatusBadge status={moment.status} />
            <span className="grow" />
            <Button onClick={live} size="compact-xs">
              {t('viewer.replay.to_live')}
            </Button>
          </>
        ) : (
          <span className={css.live}>{t('viewer.replay.live')}</span>
        )}
      </span>
      <Menu position="top-end">
        <Menu.Target>
          <Button variant="subtle" color="gray" size="compact-xs" aria-label={t('viewer.replay.speed', { speed })}>
            {speed}×
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {SPEEDS.map((each) => (
            <Menu.RadioItem value={String(each)} key={each} checked={each === speed} onChange={() => setSpeed(each)}>
              {each}×
            </Menu.RadioItem>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}
