import { Button, NumberInput, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'
import { useSearchParams } from 'react-router'
import { useCrumbs } from '../../app/crumbs'
import { useTranslation } from '../../app/i18n'
import { useOperation, useWrite } from '../../app/query'
import { useLoadSample } from '../../app/sample'
import { type Density, useChoices } from '../../app/workspace'
import type { Settings, SettingsPatch, Theme, Workspace } from '../../generated/api'
import { confirm, ErrorNotice, Icon, isZone, notify, notifyError, Pending } from '../../kit'
import { allowDesktopNotices, canNotifyDesktop } from '../../platform'
import { StorageSection } from './Storage'
import css from './settings.module.css'

const ZONES = Intl.supportedValuesOf('timeZone')

/** The most that the limits may be set to. */
const EXECUTIONS = 64
const TASKS = 256

/** Who I am, how the window looks, what may never be blocked, and the sample workspace. */
export function SettingsScreen() {
  const { t } = useTranslation()
  const workspace = useOperation('workspace.show', {})
  useCrumbs({ label: t('rail.settings') })
  if (!workspace.data) return <Pending error={workspace.error} />
  return (
    <div className={css.screen}>
      <div className={css.page}>
        <h1>{t('rail.settings')}</h1>
        <Form key={JSON.stringify(workspace.data.settings)} settings={workspace.data.settings} />
        <Appearance settings={workspace.data.settings} />
        <StorageSection />
        <Sample workspace={workspace.data} />
        <section>
          <h2>{t('settings.about')}</h2>
          <dl className={css.about}>
            <dt>{t('settings.version')}</dt>
            <dd className="mono">{workspace.data.version}</dd>
            <dt>{t('settings.data')}</dt>
            <dd className="mono">{workspace.data.data_directory}</dd>
            <dt>{t('settings.keyring')}</dt>
            <dd>
              {workspace.data.keyring_problem ? (
                <ErrorNotice
                  error={{
                    ...workspace.data.keyring_problem,
                    text: workspace.data.keyring_problem.message,
                    hint: workspace.data.keyring_problem.hint,
                    target: undefined,
                  }}
                />
              ) : (
                t('settings.keyring_ok')
              )}
            </dd>
          </dl>
        </section>
      </div>
    </div>
  )
}

function Row({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    <div className={css.row}>
      <div>
        <div>{label}</div>
        {hint ? <div className="t2 s12">{hint}</div> : null}
      </div>
      <div>{children}</div>
    </div>
  )
}

/** A whole number from 1 to `most`. */
function Limit({
  name,
  value,
  most,
  onChange,
}: {
  name: 'limit' | 'tasks'
  value: number | string
  most: number
  onChange: (value: number | string) => void
}) {
  const { t } = useTranslation()
  return (
    <Row label={t(`settings.${name}`)} hint={t(`settings.${name}_hint`)}>
      <NumberInput
        aria-label={t(`settings.${name}`)}
        value={value}
        onChange={onChange}
        min={1}
        max={most}
        allowDecimal={false}
        error={isLimit(value, most) ? null : t('settings.limit_bad', { most })}
      />
    </Row>
  )
}

function isLimit(value: number | string, most: number): boolean {
  return Number.isInteger(Number(value)) && Number(value) >= 1 && Number(value) <= most
}

function Form({ settings }: { settings: Settings }) {
  const { t } = useTranslation()
  const [operator, setOperator] = useState(settings.operator)
  const [limit, setLimit] = useState<number | string>(settings.execution_limit)
  const [tasks, setTasks] = useState<number | string>(settings.task_limit)
  const [never, setNever] = useState(settings.never_block.join('\n'))
  const [zone, setZone] = useState(settings.time_zone)
  const save = useWrite('settings.save', { onSuccess: () => notify({ kind: 'done', text: t('settings.saved') }) })
  const list = never
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const patch: SettingsPatch = {}
  if (operator.trim() !== settings.operator) patch.operator = operator.trim()
  if (Number(limit) !== settings.execution_limit) patch.execution_limit = Number(limit)
  if (Number(tasks) !== settings.task_limit) patch.task_limit = Number(tasks)
  if (list.join('\n') !== settings.never_block.join('\n')) patch.never_block = list
  if (zone && zone !== settings.time_zone) patch.time_zone = zone
  const limitsOk = isLimit(limit, EXECUTIONS) && isLimit(tasks, TASKS)
  const changed = Object.keys(patch).length > 0
  return (
    <section>
      <h2>{t('settings.workspace')}</h2>
      <Row label={t('settings.operator')} hint={t('settings.operator_hint')}>
        <TextInput
          aria-label={t('settings.operator')}
          value={operator}
          onChange={(event) => setOperator(event.currentTarget.value)}
          maxLength={100}
        />
      </Row>
      <Row label={t('settings.zone')} hint={t('settings.zone_hint')}>
        <Select
          aria-label={t('settings.zone')}
          placeholder={t('settings.zone_system', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
          data={ZONES}
          value={zone}
          onChange={(value) => setZone(value && isZone(value) ? value : settings.time_zone)}
          searchable
          limit={50}
          nothingFoundMessage={t('palette.none')}
        />
      </Row>
      <Limit name="limit" value={limit} most={EXECUTIONS} onChange={setLimit} />
      <Limit name="tasks" value={tasks} most={TASKS} onChange={setTasks} />
      <Row label={t('settings.never')} hint={t('settings.never_hint')}>
        <Textarea
          aria-label={t('settings.never')}
          autosize
          minRows={3}
          maxRows={12}
          value={never}
          onChange={(event) => setNever(event.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--mono)' } }}
        />
      </Row>
      {save.error ? <ErrorNotice error={save.error} /> : null}
      <div className={css.buttons}>
        <Button
          variant="filled"
          disabled={!changed || !limitsOk || operator.trim() === ''}
          loading={save.isPending}
          onClick={() => save.mutate(patch)}
        >
          {t('common.save')}
        </Button>
      </div>
    </section>
  )
}

function Appearance({ settings }: { settings: Settings }) {
  const { t, i18n } = useTranslation()
  const save = useWrite('settings.save', { onError: notifyError })
  const { density, setDensity, notices, setNotices } = useChoices()
  const onNotices = async (value: string) => {
    if (value === 'on' && !(await allowDesktopNotices())) {
      notify({ kind: 'info', text: t('viewer.notice.refused') })
      return
    }
    setNotices(value === 'on' ? 'on' : 'off')
  }
  return (
    <section>
      <h2>{t('settings.appearance')}</h2>
      <Row label={t('settings.language')}>
        <SegmentedControl
          aria-label={t('settings.language')}
          value={i18n.language}
          onChange={(language) => {
            void i18n.changeLanguage(language)
            save.mutate({ language: language === 'ko' ? 'ko' : 'en' })
          }}
          data={[
            { value: 'ko', label: '한국어' },
            { value: 'en', label: 'English' },
          ]}
        />
      </Row>
      <Row label={t('theme.label')}>
        <SegmentedControl
          aria-label={t('theme.label')}
          value={settings.theme}
          onChange={(theme) => save.mutate({ theme: theme as Theme })}
          data={(['system', 'light', 'dark'] as const).map((theme) => ({ value: theme, label: t(`theme.${theme}`) }))}
        />
      </Row>
      <Row label={t('settings.density')} hint={t('settings.density_hint')}>
        <SegmentedControl
          aria-label={t('settings.density')}
          value={density}
          onChange={(value) => setDensity(value as Density)}
          data={(['comfortable', 'compact', 'dense'] as const).map((value) => ({ value, label: t(`settings.density_${value}`) }))}
        />
      </Row>
      {canNotifyDesktop() ? (
        <Row label={t('viewer.notice.setting')} hint={t('viewer.notice.setting_hint')}>
          <SegmentedControl
            aria-label={t('viewer.notice.setting')}
            value={notices}
            onChange={onNotices}
            data={(['on', 'off'] as const).map((value) => ({ value, label: t(`viewer.notice.${value}`) }))}
          />
        </Row>
      ) : null}
    </section>
  )
}

function Sample({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation()
  const [address, setAddress] = useSearchParams()
  const load = useLoadSample()
  const remove = useWrite('sample.remove', {
    onSuccess: () => notify({ kind: 'done', text: t('sample.removed') }),
    onError: notifyError,
  })
  const asked = address.get('sample') === 'load'
  const { mutate, isPending } = load
  useEffect(() => {
    if (!asked) return
    setAddress({}, { replace: true })
    if (!workspace.sample && !isPending) mutate({})
  }, [asked, setAddress, workspace.sample, isPending, mutate])
  const onRemove = async () => {
    if (await confirm({ title: t('sample.remove_title'), body: t('sample.remove_body'), confirmLabel: t('sample.remove'), danger: true }))
      remove.mutate({})
  }
  return (
    <section>
      <h2>{t('sample.title')}</h2>
      <Row label={t(workspace.sample ? 'sample.is_loaded' : 'sample.not_loaded')} hint={t('sample.text')}>
        {workspace.sample ? (
          <Button className={css.danger} leftSection={<Icon name="trash" />} loading={remove.isPending} onClick={onRemove}>
            {t('sample.remove')}
          </Button>
        ) : (
          <Button leftSection={<Icon name="start" />} loading={isPending} onClick={() => mutate({})}>
            {t('sample.load')}
          </Button>
        )}
      </Row>
    </section>
  )
}
