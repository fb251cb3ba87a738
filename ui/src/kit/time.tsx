import { Tooltip } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { create } from 'zustand'
import { useTranslation } from '../app/i18n'
import type { Language } from '../generated/api'

/** The zone that times are shown in: the workspace's, else the system's. */
export const useZone = create<{ zone: string | undefined; setZone: (zone: string | undefined) => void }>((set) => ({
  zone: undefined,
  setZone: (zone) => set({ zone: zone !== undefined && isZone(zone) ? zone : undefined }),
}))

export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

/** The formats of the zones that were shown: making one takes a hundred times as long as using it. */
function formatOf(
  known: Map<string | undefined, Intl.DateTimeFormat>,
  zone: string | undefined,
  language: string,
  parts: Intl.DateTimeFormatOptions,
) {
  let format = known.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat(language, { timeZone: zone, ...parts })
    known.set(zone, format)
  }
  return format
}

const clocks = new Map<string | undefined, Intl.DateTimeFormat>()
const named = new Map<string | undefined, Intl.DateTimeFormat>()

const NUMBERS: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
}

/** Returns year, month, day, hour, minute and second of an instant in a zone, as digits. */
function digitsOf(date: Date, zone: string | undefined): string[] {
  // The system's own zone needs no format, and the first screen no forty milliseconds to make one.
  if (zone === undefined) {
    const numbers = [date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()]
    return [String(date.getFullYear()), ...numbers.map((number) => String(number).padStart(2, '0'))]
  }
  const parts = formatOf(clocks, zone, 'en-CA', NUMBERS).formatToParts(date)
  return ['year', 'month', 'day', 'hour', 'minute', 'second'].map((type) => parts.find((part) => part.type === type)?.value ?? '')
}

type Form = 'time' | 'precise' | 'full' | 'short'

/** Returns an instant as text in a zone: `time` 02:14:07, `precise` with milliseconds, `full` with the date, `short` month, day and minutes. */
export function formatTime(iso: string, form: Form, zone?: string): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return iso
  const [year, month, day, hour, minute, second] = digitsOf(date, zone)
  const clock = `${hour}:${minute}:${second}`
  switch (form) {
    case 'time':
      return clock
    case 'precise':
      return `${clock}.${String(date.getUTCMilliseconds()).padStart(3, '0')}`
    case 'full':
      return `${year}-${month}-${day} ${clock}`
    case 'short':
      return `${month}-${day} ${hour}:${minute}`
  }
}

/** Returns the zone's short name at an instant, such as `KST` or `GMT+9`. */
export function zoneName(iso: string, zone?: string): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return ''
  const format = formatOf(named, zone, 'en', { timeZoneName: 'short' })
  if (format.resolvedOptions().timeZone === 'Asia/Seoul') return 'KST'
  return format.formatToParts(date).find((part) => part.type === 'timeZoneName')?.value ?? ''
}

/** Returns a duration in words, two units at most: `38 ms`, `6.2 s`, `17 min 33 s`, `1시간 1분`. */
export function durationWords(milliseconds: number, language: Language): string {
  const unit =
    language === 'ko'
      ? { ms: '밀리초', s: '초', m: '분', h: '시간', d: '일', gap: '' }
      : { ms: 'ms', s: 's', m: 'min', h: 'h', d: 'd', gap: ' ' }
  const say = (count: number | string, name: string) => `${count}${unit.gap}${name}`
  const two = (a: number, aName: string, b: number, bName: string) => (b === 0 ? say(a, aName) : `${say(a, aName)} ${say(b, bName)}`)
  const ms = Math.max(0, milliseconds)
  if (ms < 100) return say(Math.round(ms), unit.ms)
  if (ms < 9_950) return say((ms / 1000).toFixed(1), unit.s)
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return say(seconds, unit.s)
  if (seconds < 3_600) return two(Math.floor(seconds / 60), unit.m, seconds % 60, unit.s)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 1_440) return two(Math.floor(minutes / 60), unit.h, minutes % 60, unit.m)
  const hours = Math.floor(minutes / 60)
  return two(Math.floor(hours / 24), unit.d, hours % 24, unit.h)
}

/** Returns a rough duration, one unit: what a list needs. */
export function roughly(milliseconds: number, language: Language): string {
  const ko = language === 'ko'
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  if (seconds < 60) return ko ? `${seconds}초` : `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return ko ? `${minutes}분` : `${minutes} min`
  const hours = Math.round(minutes / 60)
  if (hours < 36) return ko ? `${hours}시간` : `${hours} h`
  const days = Math.round(hours / 24)
  return ko ? `${days}일` : `${days} d`
}

const tickers = new Set<(now: number) => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** Returns the time, renewed every second for as long as `live`: all clocks on a screen tick together. */
export function useNow(live = true): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!live) return
    tickers.add(setNow)
    timer ??= setInterval(() => {
      const time = Date.now()
      for (const tick of tickers) tick(time)
    }, 1000)
    return () => {
      tickers.delete(setNow)
      if (tickers.size === 0 && timer !== undefined) {
        clearInterval(timer)
        timer = undefined
      }
    }
  }, [live])
  return now
}

function useLanguage(): Language {
  return useTranslation().i18n.language === 'ko' ? 'ko' : 'en'
}

/** Where the pointer rests so long a tooltip is wanted, as everywhere else in the window. */
const RESTING_MS = 300

/** An instant: the local time, with the date, the zone and UTC on hover. */
export function TimeText({ at, form = 'full' }: { at: string | null | undefined; form?: Form | 'ago' }) {
  const zone = useZone((state) => state.zone)
  const language = useLanguage()
  const { t } = useTranslation()
  const now = useNow(form === 'ago')
  const place = useRef<HTMLTimeElement>(null)
  // A list shows hundreds of times, and of their tooltips one at most: it is made when the pointer has come to stay.
  const [hovered, setHovered] = useState(false)
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined)
  if (!at) return <span className="t3">–</span>
  const text = form === 'ago' ? t('time.ago', { duration: roughly(now - Date.parse(at), language) }) : formatTime(at, form, zone)
  return (
    <>
      <time
        ref={place}
        dateTime={at}
        className={form === 'precise' ? 'mono nowrap' : 'nowrap'}
        onPointerEnter={() => {
          resting.current = setTimeout(() => setHovered(true), RESTING_MS)
        }}
        onPointerLeave={() => clearTimeout(resting.current)}
      >
        {text}
      </time>
      {hovered ? (
        <Tooltip
          defaultOpened
          target={place}
          label={`${formatTime(at, 'full', zone)} ${zoneName(at, zone)}\n${formatTime(at, 'full', 'UTC')} UTC`}
          style={{ whiteSpace: 'pre' }}
        />
      ) : null}
    </>
  )
}

/** The time from `from` to `to`, running on while `to` is absent. */
export function DurationText({ from, to }: { from: string | null | undefined; to: string | null | undefined }) {
  const language = useLanguage()
  const now = useNow(Boolean(from) && !to)
  if (!from) return <span className="t3">–</span>
  return <span className="nowrap">{durationWords((to ? Date.parse(to) : now) - Date.parse(from), language)}</span>
}

/** The time left until a deadline; it stands out when it is under half an hour. */
export function TimeLeft({ deadline }: { deadline: string }) {
  const language = useLanguage()
  const { t } = useTranslation()
  const zone = useZone((state) => state.zone)
  const left = Date.parse(deadline) - useNow()
  const soon = left < 30 * 60_000
  return (
    <Tooltip label={`${formatTime(deadline, 'full', zone)} ${zoneName(deadline, zone)}`}>
      <span className="nowrap" style={soon ? { color: 'var(--waiting)', fontWeight: 700 } : undefined}>
        {left <= 0 ? t('time.expired') : t('time.left', { duration: roughly(left, language) })}
      </span>
    </Tooltip>
  )
}
