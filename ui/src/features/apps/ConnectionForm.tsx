import { Button, Checkbox, Modal, NumberInput, PasswordInput, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useText, useTranslation } from '../../app/i18n'
import { useWrite } from '../../app/query'
import { useWorkspace } from '../../app/workspace'
import type { AppDetail, ConnectionDetail, Parameter } from '../../generated/api'
import { ErrorNotice, notify } from '../../kit'
import { type ApiError, asApiError } from '../../platform'

const NAME = /^[A-Za-z0-9_-]{1,64}$/

/**
 * Sets up a connection. A secret typed here goes to the keyring and is forgotten by the window: fields start empty,
 * and an empty field leaves what the keyring holds.
 */
export function ConnectionForm({
  app,
  connection,
  taken,
  onClose,
}: {
  app: AppDetail
  connection: ConnectionDetail | null
  taken: string[]
  onClose: () => void
}) {
  const { t } = useTranslation()
  const text = useText()
  const problem = useWorkspace()?.keyring_problem
  const [name, setName] = useState(connection?.name ?? (taken.includes('default') ? '' : 'default'))
  const [options, setOptions] = useState<Record<string, unknown>>(() => ({
    ...Object.fromEntries(app.options.flatMap((option) => (option.default === undefined ? [] : [[option.name, option.default]]))),
    ...(connection?.options ?? {}),
  }))
  const [secrets, setSecrets] = useState<Record<string, string>>({})
  const [error, setError] = useState<ApiError | null>(null)
  const [busy, setBusy] = useState(false)
  const save = useWrite('connection.save')
  const keep = useWrite('credential.set')
  const wrong = !NAME.test(name)
    ? t('connection.name_bad')
    : connection === null && taken.includes(name)
      ? t('connection.name_taken')
      : null
  const missing = app.options.some((option) => option.required && (options[option.name] === undefined || options[option.name] === ''))

  const submit = async () => {
    if (wrong || missing || busy) return
    setBusy(true)
    setError(null)
    try {
      const filled = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== '' && value !== undefined))
      const saved = await save.mutateAsync({
        app: app.id,
        name,
        options: filled,
        ...(connection?.credential ? { credential: connection.credential } : {}),
      })
      for (const field of app.credential_fields) {
        const value = secrets[field.name]
        if (value) await keep.mutateAsync({ name: saved.credential ?? `${app.id}-${name}`, field: field.name, value })
      }
      setSecrets({})
      notify({ kind: 'done', text: t('connection.saved') })
      onClose()
    } catch (thrown) {
      setError(asApiError(thrown))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(connection ? 'connection.edit_title' : 'connection.add_title', { app: text(app.name) })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <div style={{ display: 'grid', gap: 12 }}>
          <TextInput
            label={t('connection.name')}
            description={t('connection.name_hint')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            disabled={connection !== null}
            error={name === '' ? null : wrong}
            required
            styles={{ input: { fontFamily: 'var(--mono)' } }}
            data-autofocus
          />
          {app.options.map((option) => (
            <OptionField
              key={option.name}
              option={option}
              value={options[option.name]}
              onChange={(value) => setOptions((before) => ({ ...before, [option.name]: value }))}
            />
          ))}
          {app.credential_fields.map((field) => {
            const set = connection?.credential_fields_set.includes(field.name) ?? false
            return (
              <PasswordInput
                key={field.name}
                label={text(field.label)}
                description={text(field.description) || undefined}
                placeholder={set ? t('connection.keep') : ''}
                value={secrets[field.name] ?? ''}
                onChange={(event) => {
                  const { value } = event.currentTarget
                  setSecrets((before) => ({ ...before, [field.name]: value }))
                }}
                disabled={Boolean(problem)}
                autoComplete="new-password"
                visibilityToggleButtonProps={{ 'aria-label': t('connection.show_secret') }}
              />
            )
          })}
        </div>
        {app.credential_fields.length > 0 ? (
          <p className="s12 t2" style={{ marginTop: 8 }}>
            {t('connection.keyring_note')}
          </p>
        ) : null}
        {problem && app.credential_fields.length > 0 ? (
          <div style={{ marginTop: 12 }}>
            <ErrorNotice error={asApiError(problem)} />
          </div>
        ) : null}
        {error ? (
          <div style={{ marginTop: 12 }}>
            <ErrorNotice error={error} />
          </div>
        ) : null}
        <div className="row" style={{ justifyContent: 'flex-end', marginTop: 16 }}>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" variant="filled" loading={busy} disabled={wrong !== null || missing}>
            {t('common.save')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

function OptionField({ option, value, onChange }: { option: Parameter; value: unknown; onChange: (value: unknown) => void }) {
  const text = useText()
  const label = text(option.label) || option.name
  const shared = { label, description: text(option.description) || undefined, withAsterisk: option.required ?? false }
  if (option.type === 'boolean')
    return (
      <Checkbox
        label={label}
        description={shared.description}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    )
  if (option.choices)
    return (
      <Select
        {...shared}
        data={option.choices}
        value={typeof value === 'string' ? value : null}
        onChange={(next) => onChange(next ?? '')}
      />
    )
  if (option.type === 'number')
    return (
      <NumberInput
        {...shared}
        value={typeof value === 'number' ? value : ''}
        onChange={(next) => onChange(next === '' ? undefined : Number(next))}
      />
    )
  return (
    <TextInput
      {...shared}
      value={typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
