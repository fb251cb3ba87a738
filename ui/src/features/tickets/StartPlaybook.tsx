import { Button, Modal, Select } from '@mantine/core'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation, useWrite } from '../../app/query'
import { ErrorNotice, notify } from '../../kit'

/** Starts a playbook on a ticket. */
export function StartPlaybook({ ticket, opened, onClose }: { ticket: number; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const text = useText()
  const navigate = useNavigate()
  const [id, setId] = useState<string | null>(null)
  const list = useOperation('playbook.list', {}, { enabled: opened })
  const playbook = useOperation('playbook.show', { id: id ?? '' }, { enabled: opened && id !== null })
  const start = useWrite('execution.start', {
    onSuccess: (detail) => {
      onClose()
      notify({
        kind: 'done',
        text: t('run.started', { id: detail.summary.id }),
        action: { label: t('run.watch'), run: () => navigate(`/executions/${detail.summary.id}`) },
      })
    },
  })
  // The ticket goes into the playbook's first input of that type.
  const input = playbook.data?.document?.inputs?.find((each) => each.type === 'ticket')
  const runnable = (list.data?.playbooks ?? []).filter((each) => each.enabled && each.version > 0)
  return (
    <Modal opened={opened} onClose={onClose} title={t('ticket.run_playbook')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Select
        label={t('execution.playbook')}
        placeholder={t('run.choose')}
        data={runnable.map((each) => ({ value: each.id, label: text(each.name) }))}
        value={id}
        onChange={setId}
        searchable
        nothingFoundMessage={t('palette.none')}
        data-autofocus
      />
      {start.error ? (
        <div style={{ marginTop: 12 }}>
          <ErrorNotice error={start.error} />
        </div>
      ) : null}
      <div className="row" style={{ justifyContent: 'flex-end', marginTop: 16 }}>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button
          variant="filled"
          disabled={id === null || !playbook.data}
          loading={start.isPending}
          onClick={() => id && start.mutate({ playbook: id, ticket, ...(input ? { input: { [input.name]: ticket } } : {}) })}
        >
          {t('run.start')}
        </Button>
      </div>
    </Modal>
  )
}
