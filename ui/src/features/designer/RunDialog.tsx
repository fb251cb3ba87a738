import { Button, Group, Modal, NumberInput, Switch, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation, useWrite } from '../../app/query'
import type { Input } from '../../generated/api'
import { ErrorNotice } from '../../kit'
import css from './designer.module.css'
import { fieldText } from './fields/values'
import { useLook, useSession } from './session'

/** Returns what a typed input stands for, or undefined when it cannot be one. */
export function readInput(text: string, kind: Input['type']): unknown {
  switch (kind) {
    case 'string':
    case 'ip':
    case 'date':
      return text
    case 'number':
    case 'ticket':
      return Number.isFinite(Number(text)) ? Number(text) : undefined
    case 'boolean':
      return text === 'true'
    default:
      try {
        return JSON.parse(text)
      } catch {
        return kind === 'any' ? text : undefined
      }
  }
}

/** Asks for the inputs and runs the saved version; then the live execution opens. */
export function RunDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const navigate = useNavigate()
  const base = useLook((look) => look.base)
  const { data } = useOperation('playbook.list', {})
  const summary = data?.playbooks.find((playbook) => playbook.id === session.id)
  const start = useWrite('execution.start')
  const declared = session.saved.head.inputs
  const inputs = (Array.isArray(declared) ? declared : []) as Input[]
  const [typed, setTyped] = useState<Record<string, string>>(() =>
    Object.fromEntries(inputs.map((input) => [input.name, fieldText(input.default)])),
  )
  const [tried, setTried] = useState(false)
  const wrong = (input: Input): string | undefined => {
    const text = typed[input.name] ?? ''
    if (text === '') return input.required ? t('designer.runMissing') : undefined
    return readInput(text, input.type) === undefined ? t('designer.runBadInput') : undefined
  }
  const blocked =
    base === 0 ? 'runNoVersion' : summary && !summary.enabled ? 'runForbidden' : summary && summary.errors > 0 ? 'runErrors' : undefined
  const submit = async () => {
    setTried(true)
    if (blocked || inputs.some(wrong)) return
    const given = inputs.flatMap((input) => {
      const text = typed[input.name] ?? ''
      return text === '' ? [] : [[input.name, readInput(text, input.type)] as const]
    })
    const ticket = inputs.find((input) => input.type === 'ticket' && typed[input.name])
    try {
      const { summary: started } = await start.mutateAsync({
        playbook: session.id,
        version: base,
        input: Object.fromEntries(given),
        ...(ticket ? { ticket: Number(typed[ticket.name]) } : {}),
      })
      onClose()
      void navigate(`/executions/${started.id}`)
    } catch {
      // Shown below.
    }
  }
  return (
    <Modal opened onClose={onClose} title={t('designer.runTitle')} closeButtonProps={{ 'aria-label': t('designer.close') }}>
      <form
        className={css.dialog}
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        {blocked ? <p className={css.fieldWarning}>{t(`designer.${blocked}`)}</p> : <p>{t('designer.runVersion', { version: base })}</p>}
        {!blocked && session.isChanged() && <p className={css.fieldWarning}>{t('designer.runUnsaved')}</p>}
        {!blocked && inputs.length === 0 && <p className="t2">{t('designer.runNoInputs')}</p>}
        {!blocked &&
          inputs.map((input) => (
            <InputField
              key={input.name}
              input={input}
              value={typed[input.name] ?? ''}
              error={tried ? wrong(input) : undefined}
              onChange={(value) => setTyped((old) => ({ ...old, [input.name]: value }))}
            />
          ))}
        {start.error && <ErrorNotice error={start.error} />}
        <Group justify="flex-end" gap={8}>
          <Button onClick={onClose}>{t('designer.cancel')}</Button>
          <Button type="submit" variant="filled" disabled={blocked !== undefined} loading={start.isPending}>
            {t('designer.run')}
          </Button>
        </Group>
      </form>
    </Modal>
  )
}

function InputField({
  input,
  value,
  error,
  onChange,
}: {
  input: Input
  value: string
  error: string | undefined
  onChange: (value: string) => void
}) {
  const { t } = useTranslation()
  const text = useText()
  const label = (
    <>
      <span className="mono">{input.name}</span> <span className="t3">{t(`designer.types.${input.type}`)}</span>
    </>
  )
  const common = { label, description: text(input.description) || undefined, error, withAsterisk: input.required === true }
  switch (input.type) {
    case 'boolean':
      return (
        <Switch
          label={label}
          description={common.description}
          checked={value === 'true'}
          onChange={(event) => onChange(String(event.currentTarget.checked))}
        />
      )
    case 'number':
      return <NumberInput {...common} value={value} onChange={(next) => onChange(String(next))} />
    case 'ticket':
      return (
        <NumberInput
          {...common}
          placeholder={t('designer.runTicket')}
          allowDecimal={false}
          prefix="T-"
          value={value}
          onChange={(next) => onChange(String(next))}
        />
      )
    case 'list':
    case 'object':
    case 'event':
      return (
        <Textarea
          {...common}
          classNames={{ input: 'mono' }}
          autosize
          minRows={3}
          placeholder="JSON"
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )
    default:
      return <TextInput {...common} value={value} onChange={(event) => onChange(event.currentTarget.value)} />
  }
}
