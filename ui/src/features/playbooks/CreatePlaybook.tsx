import { Button, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { currentLanguage, useTranslation } from '../../app/i18n'
import { useWrite } from '../../app/query'
import { ErrorNotice } from '../../kit'
import { idOf } from './slug'

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/

/** Names a new playbook and opens its draft in the designer. */
export function CreatePlaybook({ opened, taken, onClose }: { opened: boolean; taken: string[]; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [typed, setTyped] = useState<string | null>(null)
  const id = typed ?? idOf(name, taken)
  const save = useWrite('playbook.save_draft', {
    onSuccess: () => {
      onClose()
      navigate(`/playbooks/${encodeURIComponent(id)}`)
    },
  })
  const wrong = !ID.test(id) ? t('playbook.id_bad') : taken.includes(id) ? t('playbook.id_taken') : null
  const submit = () => {
    if (name.trim() === '' || wrong || save.isPending) return
    save.mutate({
      id,
      base: 0,
      document: { format: 1, id, name: currentLanguage() === 'ko' ? { ko: name.trim() } : { en: name.trim() }, tasks: {}, links: [] },
    })
  }
  return (
    <Modal opened={opened} onClose={onClose} title={t('playbook.create')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <TextInput
          label={t('playbook.name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          data-autofocus
          maxLength={200}
        />
        <TextInput
          mt={12}
          label={t('playbook.id')}
          description={t('playbook.id_hint')}
          value={id}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={name === '' ? null : wrong}
          styles={{ input: { fontFamily: 'var(--mono)' } }}
        />
        {save.error ? (
          <div style={{ marginTop: 12 }}>
            <ErrorNotice error={save.error} />
          </div>
        ) : null}
        <div className="row" style={{ justifyContent: 'flex-end', marginTop: 16 }}>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" variant="filled" loading={save.isPending} disabled={name.trim() === '' || wrong !== null}>
            {t('playbook.create_open')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
