import { useTranslation } from '../../app/i18n'
import { useOperation } from '../../app/query'
import type { PlaybookUses } from '../../generated/api'
import { ErrorNotice, Hostile, Icon, Loading, Tag, tint } from '../../kit'
import css from './playbooks.module.css'

/** What a playbook would use when it runs, to be seen before somebody allows it. */
export function Uses({ uses }: { uses: PlaybookUses }) {
  const { t } = useTranslation()
  const destructive = uses.actions.filter((action) => action.destructive)
  const nothing = uses.actions.length + uses.connections.length + uses.playbooks.length + uses.hosts.length === 0
  if (nothing) return <p className="t2">{t('playbook.uses.nothing')}</p>
  return (
    <dl className={css.uses}>
      <Row name={t('playbook.uses.hosts')} values={uses.hosts} />
      <Row name={t('playbook.uses.credentials')} values={uses.credentials} />
      <Row
        name={t('playbook.uses.connections')}
        values={uses.connections.map(({ app, name }) => `${app} · ${name}`)}
        missing={uses.connections.map(({ known }) => !known)}
      />
      <Row
        name={t('playbook.uses.actions')}
        values={uses.actions.map(({ app, command, task }) => `${app} · ${command} (${task})`)}
        missing={uses.actions.map(({ known }) => !known)}
      />
      <Row name={t('playbook.uses.playbooks')} values={uses.playbooks} />
      {destructive.length > 0 && (
        <div style={{ ...tint('failed'), color: 'var(--fg)' }}>
          <dt className="row">
            <Icon name="warning" size={14} />
            {t('playbook.uses.destructive', { count: destructive.length })}
          </dt>
          {destructive.map(({ app, command, task }) => (
            <dd key={task}>
              <Hostile text={`${app} · ${command} (${task})`} />
            </dd>
          ))}
        </div>
      )}
    </dl>
  )
}

/** What a stored playbook would use, to be read before it is allowed to run. */
export function UsesOf({ id }: { id: string }) {
  const { t } = useTranslation()
  const { data, error } = useOperation('playbook.uses', { id })
  if (error) return <ErrorNotice error={error} />
  if (!data) return <Loading />
  return (
    <section className={css.review} aria-label={t('playbook.uses.title')}>
      <h4>{t('playbook.uses.title')}</h4>
      <Uses uses={data} />
    </section>
  )
}

function Row({ name, values, missing }: { name: string; values: readonly string[]; missing?: readonly boolean[] }) {
  const { t } = useTranslation()
  if (values.length === 0) return null
  return (
    <div>
      <dt>{name}</dt>
      {values.map((value, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two tasks may use the same thing
        <dd key={index} className="row">
          <Hostile text={value} />
          {missing?.[index] && <Tag>{t('playbook.uses.missing')}</Tag>}
        </dd>
      ))}
    </div>
  )
}
