import { ActionIcon, Tooltip } from '@mantine/core'
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from '../app/i18n'
import { Icon } from './Icon'
import { isOpenLayer } from './keys'
import css from './kit.module.css'

const MIN = 280
const MAX = 960

function stored(name: string, fallback: number): number {
  const width = Number(window.localStorage.getItem(`haetae.inspector.${name}`))
  return Number.isFinite(width) && width >= MIN ? Math.min(width, MAX) : fallback
}

/** The panel at the right that every screen uses the same way: its edge resizes it, Esc closes it. */
export function Inspector(props: {
  name: string
  title: ReactNode
  subtitle?: ReactNode
  icon?: ReactNode
  actions?: ReactNode
  footer?: ReactNode
  width?: number
  label: string
  onClose: () => void
  children: ReactNode
}) {
  const { t } = useTranslation()
  const { onClose } = props
  const [width, setWidth] = useState(() => stored(props.name, props.width ?? 360))
  const start = useRef<{ x: number; width: number } | null>(null)

  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.code === 'Escape' && !event.isComposing && !event.defaultPrevented && !isOpenLayer()) onClose()
    }
    // At the document, as tooltips do: one that closes with Escape lets nobody farther up hear of it.
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [onClose])

  const resize = (next: number) => {
    const kept = Math.min(MAX, Math.max(MIN, Math.round(next)))
    setWidth(kept)
    window.localStorage.setItem(`haetae.inspector.${props.name}`, String(kept))
  }
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    start.current = { x: event.clientX, width }
  }
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (start.current) resize(start.current.width + start.current.x - event.clientX)
  }
  const onGripKey = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.code === 'ArrowLeft') resize(width + 16)
    else if (event.code === 'ArrowRight') resize(width - 16)
  }

  return (
    <aside className={css.inspector} style={{ width, maxWidth: '70%' }} aria-label={props.label}>
      <div
        className={css.inspectorGrip}
        role="separator"
        aria-orientation="vertical"
        aria-valuenow={width}
        aria-valuemin={MIN}
        aria-valuemax={MAX}
        aria-label={t('common.resize')}
        tabIndex={0}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={() => {
          start.current = null
        }}
        onKeyDown={onGripKey}
      />
      <div className={css.panelHead}>
        {props.icon}
        <div className={`grow ${css.inspectorTitle}`}>
          <h2>{props.title}</h2>
          {props.subtitle ? <div className="s12 t2">{props.subtitle}</div> : null}
        </div>
        {props.actions}
        <Tooltip label={`${t('common.close')} (Esc)`}>
          <ActionIcon aria-label={t('common.close')} onClick={onClose}>
            <Icon name="close" />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className={css.inspectorBody}>{props.children}</div>
      {props.footer}
    </aside>
  )
}
