import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { useCrumbs } from '../../app/crumbs'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation, useWrite } from '../../app/query'
import type { AppDetail, Command, ConnectionDetail } from '../../generated/api'
import {
  confirm,
  EmptyState,
  ErrorNotice,
  Hostile,
  Icon,
  notify,
  notifyError,
  Pending,
  SampleTag,
  SideList,
  Tag,
  TimeText,
  tint,
} from '../../kit'
import { asApiError } from '../../platform'
import css from './apps.module.css'
import { ConnectionForm } from './ConnectionForm'

const keyOf = (app: AppDetail) => app.id

/** The vendor integrations: their commands, and the connections that are set up. */
export function AppsScreen() {
  const { t } = useTranslation()
  const text = useText()
  const navigate = useNavigate()
  const { app: wanted } = useParams()
  const apps = useOperation('app.list', {})
  const connections = useOperation('connection.list', {})
  const rows = useMemo(() => [...(apps.data?.apps ?? [])].sort((a, b) => text(a.name).localeCompare(text(b.name))), [apps.data, text])
  const app = rows.find((each) => each.id === wanted) ?? rows[0]
  useCrumbs({ label: t('rail.apps'), to: '/apps' }, ...(app ? [{ label: text(app.name) }] : []))
  if (!apps.data || !connections.data) return <Pending error={apps.error ?? connections.error} />
  const of = (id: string) => connections.data.connections.filter((each) => each.app === id)
  return (
    <div className={css.screen}>
      <SideList
        label={t('rail.apps')}
        head={
          <div className={css.listHead}>
            <b>{t('rail.apps')}</b>
            <span className="t3">{rows.length}</span>
          </div>
        }
        rows={rows}
        rowKey={keyOf}
        activeKey={app?.id ?? null}
        onOpen={(row) => navigate(`/apps/${encodeURIComponent(row.id)}`)}
      >
        {(row, active) => (
          <>
            <span className={css.listLine}>
              <span className={`cut grow ${active ? 'b' : ''}`}>{text(row.name)}</span>
              <Health connections={of(row.id)} />
            </span>
            <span className="s12 t2 cut">{row.vendor}</span>
          </>
        )}
      </SideList>
      {app ? <AppView key={app.id} app={app} connections={of(app.id)} /> : <EmptyState icon="apps" title={t('app.empty')} />}
    </div>
  )
}

/** The worst of an app's connections at a glance. */
function Health({ connections }: { connections: ConnectionDetail[] }) {
  const { t } = useTranslation()
  const broken = connections.some((each) => each.health?.error)
  const tested = connections.some((each) => each.health && !each.health.error)
  if (connections.length === 0) return null
  const colour = broken ? 'failed' : tested ? 'done' : 'pending'
  return (
    <span style={{ ...tint(colour), color: 'var(--fg)' }} role="img" aria-label={t(`connection.health_${colour}`)}>
      <Icon name={colour} size={14} />
    </span>
  )
}

function AppView({ app, connections }: { app: AppDetail; connections: ConnectionDetail[] }) {
  const { t } = useTranslation()
  const text = useText()
  const [editing, setEditing] = useState<ConnectionDetail | 'new' | null>(null)
  const configurable = app.options.length > 0 || app.credential_fields.length > 0
  return (
    <section className={css.view} aria-label={text(app.name)}>
      <header className={css.head}>
        <h1>{text(app.name)}</h1>
        <div className="t2">{app.vendor}</div>
        <p>{text(app.description)}</p>
      </header>
      {configurable ? (
        <section>
          <div className={css.sectionHead}>
            <h2>
              {t('connection.many')} <span className="t3">{connections.length}</span>
            </h2>
            <Button leftSection={<Icon name="plus" />} onClick={() => setEditing('new')}>
              {t('connection.add')}
            </Button>
          </div>
          {connections.length === 0 ? <p className="t2">{t('connection.none', { app: text(app.name) })}</p> : null}
          {connections.map((connection) => (
            <Connection key={connection.name} app={app} connection={connection} onEdit={() => setEditing(connection)} />
          ))}
        </section>
      ) : null}
      <section>
        <div className={css.sectionHead}>
          <h2>
            {t('app.commands')} <span className="t3">{app.commands.length}</span>
          </h2>
        </div>
        {app.commands.map((command) => (
          <CommandRow key={command.id} command={command} />
        ))}
      </section>
      {editing ? (
        <ConnectionForm
          app={app}
          connection={editing === 'new' ? null : editing}
          taken={connections.map((each) => each.name)}
          onClose={() => setEditing(null)}
        />
      ) : null}
    </section>
  )
}

function Connection({ app, connection, onEdit }: { app: AppDetail; connection: ConnectionDetail; onEdit: () => void }) {
  const { t } = useTranslation()
  const text = useText()
  const test = useWrite('connection.test', { onError: notifyError })
  const remove = useWrite('connection.delete', {
    onSuccess: () => notify({ kind: 'done', text: t('connection.deleted') }),
    onError: notifyError,
  })
  const reference = { app: connection.app, name: connection.name }
  // Recorded services ask for no credential.
  const missing = connection.sample ? [] : app.credential_fields.filter((field) => !connection.credential_fields_set.includes(field.name))
  const health = test.data ?? connection.health
  const onRemove = async () => {
    if (
      await confirm({
        title: t('connection.delete_title', { name: connection.name }),
        body: t('connection.delete_body'),
        confirmLabel: t('common.delete'),
        danger: true,
      })
    )
      remove.mutate(reference)
  }
  return (
    <article className={css.connection}>
      <div className={css.connectionHead}>
        <b className="mono">{connection.name}</b>
        {connection.sample ? <SampleTag /> : null}
        {missing.length > 0 ? (
          <span style={{ ...tint('waiting'), color: 'var(--fg)' }} className="row s12">
            <Icon name="key" size={14} />
            {t('connection.missing', { fields: missing.map((field) => text(field.label)).join(', ') })}
          </span>
        ) : null}
        <span className="grow" />
        <Button onClick={() => test.mutate(reference)} loading={test.isPending}>
          {t('connection.test')}
        </Button>
        <Button onClick={onEdit}>{t('common.edit')}</Button>
        <Button
          variant="subtle"
          color="gray"
          px={6}
          aria-label={`${t('common.delete')}: ${connection.name}`}
          onClick={onRemove}
          loading={remove.isPending}
        >
          <Icon name="trash" />
        </Button>
      </div>
      <dl className={css.options}>
        {app.options.map((option) => {
          const value = connection.options[option.name]
          return value === undefined || value === null ? null : (
            <div key={option.name} style={{ display: 'contents' }}>
              <dt>{text(option.label) || option.name}</dt>
              <dd className="mono">
                <Hostile text={typeof value === 'string' ? value : JSON.stringify(value)} />
              </dd>
            </div>
          )
        })}
        {app.credential_fields.map((field) => (
          <div key={field.name} style={{ display: 'contents' }}>
            <dt>{text(field.label)}</dt>
            <dd className={connection.credential_fields_set.includes(field.name) ? undefined : 't3'}>
              {t(connection.credential_fields_set.includes(field.name) ? 'connection.in_keyring' : 'connection.not_set')}
            </dd>
          </div>
        ))}
      </dl>
      {health ? (
        health.error ? (
          <ErrorNotice error={asApiError(health.error)}>
            <div className="t3">
              <TimeText at={health.tested_at} />
            </div>
          </ErrorNotice>
        ) : (
          <div className="row s12" style={{ ...tint('done'), color: 'var(--fg)' }} role="status">
            <Icon name="done" size={14} />
            {t('connection.works', { milliseconds: health.milliseconds })}
            <span className="t3">
              <TimeText at={health.tested_at} />
            </span>
          </div>
        )
      ) : null}
    </article>
  )
}

function CommandRow({ command }: { command: Command }) {
  const { t } = useTranslation()
  const text = useText()
  return (
    <details className={css.command}>
      <summary>
        <b>{text(command.name)}</b> <span className="mono t2">{command.id}</span>
        {command.destructive ? (
          <span className="row s12" style={{ ...tint('high'), color: 'var(--fg)', gap: 4 }}>
            <Icon name="warning" size={14} />
            {t('app.destructive')}
          </span>
        ) : null}
        {command.idempotent ? <Tag>{t('app.idempotent')}</Tag> : null}
        <span className="t2 cut grow">{text(command.description)}</span>
      </summary>
      <div className={css.commandBody}>
        {command.undo ? (
          <p>
            <span className="t2">{t('work.undo')}</span> {text(command.undo)}
          </p>
        ) : null}
        <table>
          <thead>
            <tr>
              <th>{t('app.parameter')}</th>
              <th>{t('app.type')}</th>
              <th>{t('app.meaning')}</th>
            </tr>
          </thead>
          <tbody>
            {command.parameters.map((parameter) => (
              <tr key={parameter.name}>
                <td className="mono">{parameter.name}</td>
                <td>
                  {t(`value_type.${parameter.type}`)}
                  {parameter.required ? ` · ${t('app.required')}` : ''}
                </td>
                <td className="t2">{text(parameter.description) || text(parameter.label)}</td>
              </tr>
            ))}
            {command.output.map((field) => (
              <tr key={`output.${field.name}`}>
                <td className="mono">output.{field.name}</td>
                <td>{t(`value_type.${field.type}`)}</td>
                <td className="t2">{text(field.description)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
