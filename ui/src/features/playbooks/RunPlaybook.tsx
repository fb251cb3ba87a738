import { Button, Checkbox, Modal, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation, useWrite } from '../../app/query'
import type { Input } from '../../generated/api'
import { ErrorNotice, Pending } from '../../kit'
import { type Read, readInput } from './inputs'

/** Runs a playbook now, with its inputs as a form. */
export function RunPlaybook({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation()
  const text = useText()
  const navigate = useNavigate()
  const playbook = useOperation('playbook.show', { id })
  const [typed, setTyped] = useState<Record<string, string>>({})
  const [tried, setTried] = useState(false)
  const start = useWrite('execution.start', {
    onSuccess: (detail) => {
      onClose()
      navigate(`/executions/${detail.summary.id}`)
    },
  })
  const inputs = playbook.data?.document?.inputs ?? []
  const read: Array<[Input, Read]> = inputs.map((input) => [input, readInput(input, typed[input.name] ?? '')])
  const wrong = read.some(([, value]) => value.ok === false)
  const submit = () => {
    setTried(true)
    if (wrong || start.isPending) return
    const input = Object.fromEntries(read.flatMap(([each, value]) => (value.ok === true ? [[each.name, value.value]] : [])))
    // An execution belongs to the ticket that it is given.
    const ticket = read.flatMap(([each, value]) => (each.type === 'ticket' && value.ok === true ? [value.value as number] : []))[0]
    start.mutate({ playbook: id, input, ...(ticket === undefined ? {} : { ticket }) })
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('run.title', { name: text(playbook.data?.summary.name) })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {playbook.data ? (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            submit()
          }}
        >
          {inputs.length === 0 ? <p className="t2">{t('run.no_inputs')}</p> : null}
          <div style={{ display: 'grid', gap: 12 }}>
            {read.map(([input, value], index) => (
              <Field
                key={input.name}
                input={input}
                text={typed[input.name] ?? ''}
                error={tried && value.ok === false ? t(value.key) : null}
                first={index === 0}
                onChange={(next) => setTyped((before) => ({ ...before, [input.name]: next }))}
              />
            ))}
          </div>
          {start.error ? (
            <div style={{ marginTop: 12 }}>
              <ErrorNotice error={start.error} />
            </div>
          ) : null}
          <div className="row" style={{ justifyContent: 'flex-end', marginTop: 16 }}>
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button type="submit" variant="filled" loading={start.isPending}>
              {t('run.start')}
            </Button>
          </div>
        </form>
      ) : (
        <Pending error={playbook.error} />
      )}
    </Modal>
  )
}

function Field({
  input,
  text: typed,
  error,
  first,
  onChange,
}: {
  input: Input
  text: string
  error: string | null
  first: boolean
  onChange: (text: string) => void
}) {
  const { t } = useTranslation()
  const text = useText()
  const label = `${input.name} · ${t(`value_type.${input.type}`)}`
  const shared = {
    description: text(input.description) || undefined,
    error,
    withAsterisk: input.required ?? false,
    placeholder: input.default === undefined ? t(`run.placeholder.${input.type}`) : JSON.stringify(input.default),
    ...(first ? { 'data-autofocus': true } : {}),
  }
  if (input.type === 'boolean')
    return (
      <Checkbox
        label={label}
        description={shared.description}
        checked={typed === 'true'}
        onChange={(event) => onChange(event.currentTarget.checked ? 'true' : 'false')}
      />
    )
  if (input.type === 'list' || input.type === 'object' || input.type === 'any' || input.type === 'event')
    return (
      <Textarea
        {...shared}
        label={label}
        autosize
        minRows={2}
        maxRows={8}
        value={typed}
        onChange={(event) => onChange(event.currentTarget.value)}
        styles={{ input: { fontFamily: 'var(--mono)' } }}
      />
    )
  return <TextInput {...shared} label={label} value={typed} onChange={(event) => onChange(event.currentTarget.value)} />
}
