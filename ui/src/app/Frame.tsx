import { ActionIcon, Button, Menu, Progress, Tooltip, useComputedColorScheme } from '@mantine/core'
import { memo, useCallback, useEffect, useState } from 'react'
import { Link, Outlet, useLocation } from 'react-router'
import { WorkNotices } from '../features/work/public'
import type { Language, Theme } from '../generated/api'
import { Banner, confirm, Hint, Icon, Kbd, notifyError, TargetTip, useShortcuts } from '../kit'
import { onConnection, subscribe } from '../platform'
import { CommandPalette } from './CommandPalette'
import { useCrumbTrail } from './crumbs'
import css from './frame.module.css'
import { currentLanguage, useText, useTranslation } from './i18n'
import { PLACES } from './navigation'
import { useWrite } from './query'
import { useChoices, useWorkspace } from './workspace'

/** The frame of every screen: top bar, rail, banners, and the screen itself. */
export function Frame() {
  const [palette, setPalette] = useState(false)
  const { pathname } = useLocation()
  const { rail } = useChoices()
  const wantsSpace = /^\/(playbooks|executions)\/./.test(pathname)
  const slim = rail === null ? wantsSpace : rail === 'slim'
  const search = useCallback(() => setPalette(true), [])
  useShortcuts({ 'Ctrl+KeyK': search })
  return (
    <div className={css.app}>
      <TopBar onSearch={search} />
      <div className={css.main}>
        <Rail slim={slim} />
        <main className={css.screen}>
          <Banners />
          <Outlet />
        </main>
      </div>
      <WorkNotices />
      <CommandPalette opened={palette} onClose={() => setPalette(false)} />
    </div>
  )
}

function Rail({ slim }: { slim: boolean }) {
  const { t } = useTranslation()
  const counts = useWorkspace()?.counts
  const setRail = useChoices((state) => state.setRail)
  const language = currentLanguage()
  const { pathname } = useLocation()
  const isOn = (to: string) => pathname === to || pathname.startsWith(`${to}/`)
  return (
    <nav
      className={css.rail}
      data-slim={slim || undefined}
      aria-label={t('rail.label')}
      style={slim ? undefined : { width: `var(--rail-${language})` }}
    >
      {PLACES.map((place) => {
        const count = place.count ? counts?.[place.count] : undefined
        const label = t(`rail.${place.key}`)
        return (
          <Tooltip key={place.key} label={label} position="right" disabled={!slim}>
            <Link
              to={place.to}
              className={`${css.place} ${isOn(place.to) ? css.on : ''} ${place.key === 'settings' ? css.last : ''}`}
              aria-current={isOn(place.to) ? 'page' : undefined}
              aria-label={count ? t('rail.with_count', { label, count }) : label}
            >
              <Icon name={place.icon} />
              {slim ? null : <span className="grow">{label}</span>}
              {count ? (
                <span
                  className={slim ? css.dot : css.count}
                  data-alert={place.key === 'work' || undefined}
                  hidden={slim && place.key !== 'work'}
                >
                  {count > 999 ? '999+' : count}
                </span>
              ) : null}
            </Link>
          </Tooltip>
        )
      })}
      <Tooltip label={t(slim ? 'rail.open' : 'rail.close')} position="right">
        <button
          type="button"
          className={css.place}
          onClick={() => setRail(slim ? 'open' : 'slim')}
          aria-label={t(slim ? 'rail.open' : 'rail.close')}
        >
          <Icon name="rail" />
          {slim ? null : <span className="grow">{t('rail.close')}</span>}
        </button>
      </Tooltip>
    </nav>
  )
}

/** The bar stays as it is when another screen comes, but for where that is: menus take longer to draw than most screens have time for. */
const TopBar = memo(function TopBar({ onSearch }: { onSearch: () => void }) {
  const { t } = useTranslation()
  const workspace = useWorkspace()
  const running = workspace?.counts.running ?? 0
  const queued = workspace?.counts.queued ?? 0
  return (
    <header className={css.top}>
      <Link to="/work" className={css.brand} aria-label={t('app.name')}>
        <b>해</b>
      </Link>
      <Crumbs />
      <button type="button" className={css.find} onClick={onSearch}>
        <Icon name="search" />
        <span className="grow">{t('top.search')}</span>
        <Kbd keys="Ctrl K" />
      </button>
      <div className={css.side}>
        <JobProgress />
        <Link to="/executions" className={css.running} data-live={running > 0 || undefined}>
          <Icon name={running > 0 ? 'running' : 'executions'} />
          <span>
            {t('top.running', { count: running })}
            {queued > 0 ? ` · ${t('top.queued', { count: queued })}` : ''}
          </span>
        </Link>
        <StopActions stopped={workspace?.settings.actions_stopped ?? false} />
        <span className={css.divider} />
        <Tooltip label={t('functions.title')}>
          <ActionIcon component={Link} to="/functions" aria-label={t('functions.title')}>
            <Icon name="help" />
          </ActionIcon>
        </Tooltip>
        <LanguageMenu />
        <ThemeMenu theme={workspace?.settings.theme ?? 'system'} />
      </div>
    </header>
  )
})

function Crumbs() {
  const { t } = useTranslation()
  const crumbs = useCrumbTrail((state) => state.crumbs)
  return (
    <nav className={css.crumbs} aria-label={t('top.where')}>
      {crumbs.map((crumb, index) => (
        <span key={`${crumb.label}-${crumb.to ?? ''}`} className={css.crumb}>
          {index > 0 ? <Icon name="chevronRight" size={12} /> : null}
          {crumb.to && index < crumbs.length - 1 ? (
            <Link to={crumb.to} className={css.crumbLink}>
              {crumb.label}
            </Link>
          ) : (
            <span className={index === crumbs.length - 1 ? 'b' : 't2'} aria-current={index === crumbs.length - 1 ? 'page' : undefined}>
              {crumb.label}
            </span>
          )}
        </span>
      ))}
    </nav>
  )
}

/** Long operations of anyone: how far they are. */
function JobProgress() {
  const { t } = useTranslation()
  const [job, setJob] = useState<{ job: string; done: number; total: number | null } | null>(null)
  useEffect(
    () =>
      subscribe((push) => {
        if (push.push === 'progress') setJob(push.total !== null && push.done >= push.total ? null : push)
      }),
    [],
  )
  if (!job) return null
  const kind = job.job.split(':')[0] ?? ''
  return (
    <span className={css.job} role="status">
      <span>{t(`job.${kind}`, { defaultValue: t('job.other'), done: job.done.toLocaleString() })}</span>
      {job.total ? <Progress value={(job.done / job.total) * 100} w={80} size="sm" aria-label={t('job.progress')} /> : null}
    </span>
  )
}

function StopActions({ stopped }: { stopped: boolean }) {
  const { t } = useTranslation()
  const stop = useWrite('actions.stop', { onError: notifyError })
  const toggle = async () => {
    if (!stopped && !(await confirm({ title: t('stop.title'), body: t('stop.body'), confirmLabel: t('stop.confirm'), danger: true })))
      return
    stop.mutate({ stopped: !stopped })
  }
  return (
    <Tooltip label={t(stopped ? 'stop.hint_stopped' : 'stop.hint')}>
      <Button
        className={css.stop}
        data-stopped={stopped || undefined}
        onClick={toggle}
        loading={stop.isPending}
        leftSection={<Icon name={stopped ? 'start' : 'stop'} size={14} />}
      >
        {t(stopped ? 'stop.release' : 'stop.button')}
      </Button>
    </Tooltip>
  )
}

function LanguageMenu() {
  const { t, i18n } = useTranslation()
  const save = useWrite('settings.save', { onError: notifyError })
  const choose = (language: Language) => {
    void i18n.changeLanguage(language)
    save.mutate({ language })
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="subtle" color="gray" leftSection={<Icon name="globe" />} px={6}>
          {t('language.name')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => choose('ko')} leftSection={<Tick on={i18n.language === 'ko'} />}>
          한국어
        </Menu.Item>
        <Menu.Item onClick={() => choose('en')} leftSection={<Tick on={i18n.language === 'en'} />}>
          English
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function ThemeMenu({ theme }: { theme: Theme }) {
  const { t } = useTranslation()
  const dark = useComputedColorScheme('light') === 'dark'
  const save = useWrite('settings.save', { onError: notifyError })
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <TargetTip label={t('theme.label')}>
          <ActionIcon aria-label={t('theme.label')}>
            <Icon name={dark ? 'moon' : 'sun'} />
          </ActionIcon>
        </TargetTip>
      </Menu.Target>
      <Menu.Dropdown>
        {(['system', 'light', 'dark'] as const).map((each) => (
          <Menu.Item key={each} onClick={() => save.mutate({ theme: each })} leftSection={<Tick on={theme === each} />}>
            {t(`theme.${each}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function Tick({ on }: { on: boolean }) {
  return on ? <Icon name="check" size={14} /> : <span style={{ display: 'block', width: 14 }} />
}

function Banners() {
  const { t } = useTranslation()
  const text = useText()
  const workspace = useWorkspace()
  const [lost, setLost] = useState(false)
  const [hidden, setHidden] = useState(false)
  useEffect(() => onConnection((up) => setLost(!up)), [])
  const problem = workspace?.keyring_problem
  return (
    <>
      {lost ? <Banner kind="failed">{t('top.lost')}</Banner> : null}
      {workspace?.settings.actions_stopped ? <Banner kind="waiting">{t('stop.banner')}</Banner> : null}
      {problem && !hidden ? (
        <Banner kind="waiting">
          <div className="row" style={{ flexWrap: 'wrap' }}>
            <span className="grow">
              <span className="mono">{problem.code}</span> <b>{text(problem.message)}</b> <Hint text={text(problem.hint)} />
            </span>
            <a href={`#/help/${encodeURIComponent(problem.code)}`}>{t('common.help')}</a>
            <ActionIcon aria-label={t('common.close')} onClick={() => setHidden(true)}>
              <Icon name="close" size={14} />
            </ActionIcon>
          </div>
        </Banner>
      ) : null}
    </>
  )
}
