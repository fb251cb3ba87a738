import type { ReactNode } from 'react'
import { useText, useTranslation } from '../app/i18n'
import type { ApiError } from '../platform'
import { tint } from './badges'
import { Icon, type IconName } from './Icon'
import css from './kit.module.css'
import { Hint, Hostile } from './text'

/** What an empty screen is for and the one next step. */
export function EmptyState({ icon, title, text, children }: { icon: IconName; title: string; text?: string; children?: ReactNode }) {
  return (
    <div className={css.empty}>
      <span className={css.emptyIcon}>
        <Icon name={icon} size={24} />
      </span>
      <h2>{title}</h2>
      {text ? <p>{text}</p> : null}
      {children}
    </div>
  )
}

/** The address of the page of an error code. */
export function helpAddress(code: string): string {
  return `#/help/${encodeURIComponent(code)}`
}

/** A failure: its code, what happened, what to do, and its help page. */
export function ErrorNotice({ error, children }: { error: Pick<ApiError, 'code' | 'text' | 'hint' | 'target'>; children?: ReactNode }) {
  const text = useText()
  const { t } = useTranslation()
  return (
    <div className={css.error} role="alert">
      <div className={css.errorHead}>
        <span className={`mono ${css.errorCode}`}>{error.code}</span>
        <span className="b">
          <Hostile text={text(error.text)} />
        </span>
        <a className={css.errorHelp} href={helpAddress(error.code)}>
          {t('common.help')}
        </a>
      </div>
      {error.hint ? (
        <div className="t2">
          <Hint text={text(error.hint)} />
        </div>
      ) : null}
      {error.target ? (
        <div className="mono t2">
          <Hostile text={error.target} />
        </div>
      ) : null}
      {children}
    </div>
  )
}

/** A line across a screen about a state that needs to be known, such as a keyring that does not run. */
export function Banner({ kind, children }: { kind: 'waiting' | 'failed' | 'running' | 'info'; children: ReactNode }) {
  return (
    <div className={css.notice} style={tint(kind)} role="status">
      <Icon name={kind === 'failed' ? 'error' : kind === 'info' ? 'info' : 'warning'} />
      <div className="grow">{children}</div>
    </div>
  )
}
