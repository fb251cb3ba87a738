import { ActionIcon, Button, Group, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { create } from 'zustand'
import { useText, useTranslation } from '../app/i18n'
import type { ApiError } from '../platform'
import { Icon } from './Icon'
import css from './kit.module.css'
import { helpAddress } from './notices'
import { Hint, Hostile } from './text'

type Toast = { id: number; kind: 'done' | 'error' | 'info'; text: string; error?: ApiError; action?: { label: string; run: () => void } }

type Question = {
  title: string
  body?: ReactNode
  confirmLabel: string
  refuseLabel?: string
  danger?: boolean
  settle: (yes: boolean) => void
}

const useFeedback = create<{ toasts: Toast[]; question: Question | null }>(() => ({ toasts: [], question: null }))

let next = 1

/** Says something in the corner for a moment; an error stays until it is closed. */
export function notify(toast: Omit<Toast, 'id'>): void {
  const id = next++
  useFeedback.setState(({ toasts }) => ({ toasts: [...toasts.slice(-3), { ...toast, id }] }))
  if (toast.kind !== 'error') setTimeout(() => dismiss(id), toast.action ? 8000 : 3500)
}

/** Says in the corner that something failed, with its code and what to do. */
export function notifyError(error: ApiError): void {
  notify({ kind: 'error', text: error.message, error })
}

function dismiss(id: number): void {
  useFeedback.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }))
}

/** Asks before something that cannot be taken back. */
export function confirm(question: Omit<Question, 'settle'>): Promise<boolean> {
  return new Promise((resolve) => {
    useFeedback.getState().question?.settle(false)
    useFeedback.setState({
      question: {
        ...question,
        settle: (yes) => {
          useFeedback.setState({ question: null })
          resolve(yes)
        },
      },
    })
  })
}

/** Where notices and questions appear; the frame mounts it once. */
export function Feedback() {
  const { t } = useTranslation()
  const text = useText()
  const { toasts, question } = useFeedback()
  return (
    <>
      <Modal
        opened={question !== null}
        onClose={() => question?.settle(false)}
        title={question?.title}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <div style={{ marginBottom: 16 }}>{question?.body}</div>
        <Group justify="flex-end" gap={8}>
          <Button onClick={() => question?.settle(false)}>{question?.refuseLabel ?? t('common.cancel')}</Button>
          <Button variant="filled" color={question?.danger ? 'red' : undefined} data-autofocus onClick={() => question?.settle(true)}>
            {question?.confirmLabel}
          </Button>
        </Group>
      </Modal>
      <div className={css.toasts} aria-live="polite">
        {toasts.map((toast) => (
          <div
            key={toast.id}
            data-toast
            className={`${css.toast} ${css[`toast${toast.kind[0]?.toUpperCase()}${toast.kind.slice(1)}`]}`}
            role={toast.kind === 'error' ? 'alert' : 'status'}
          >
            <Icon name={toast.kind === 'done' ? 'done' : toast.kind === 'error' ? 'error' : 'info'} />
            <div className="grow">
              {toast.error ? (
                <>
                  <span className="mono">{toast.error.code}</span> <Hostile text={text(toast.error.text)} />
                  {toast.error.hint ? (
                    <div className="t2 s12">
                      <Hint text={text(toast.error.hint)} />
                    </div>
                  ) : null}
                  <a className="s12" href={helpAddress(toast.error.code)}>
                    {t('common.help')}
                  </a>
                </>
              ) : (
                <Hostile text={toast.text} />
              )}
            </div>
            {toast.action ? (
              <Button
                variant="subtle"
                onClick={() => {
                  toast.action?.run()
                  dismiss(toast.id)
                }}
              >
                {toast.action.label}
              </Button>
            ) : null}
            <ActionIcon aria-label={t('common.close')} onClick={() => dismiss(toast.id)}>
              <Icon name="close" size={14} />
            </ActionIcon>
          </div>
        ))}
      </div>
    </>
  )
}
