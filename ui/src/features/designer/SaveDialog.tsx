import { Button, Group, Modal, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from '../../app/i18n'
import { useWrite } from '../../app/query'
import { ErrorNotice, Kbd, notify } from '../../kit'
import { asApiError } from '../../platform'
import css from './designer.module.css'
import { useLook, useSession } from './session'

/** Asks for a comment and saves the document as a new version. */
export function SaveDialog({ onClose, onConflict }: { onClose: () => void; onConflict: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const [comment, setComment] = useState('')
  const errors = useLook((look) => look.diagnostics.filter(({ level }) => level === 'error').length)
  const save = useWrite('playbook.save')
  const submit = async () => {
    // A draft that is still being written would otherwise arrive after the version and outlive it.
    await session.flush()
    const document = session.document()
    try {
      const { version } = await save.mutateAsync({ document, base: session.look.getState().base, comment })
      session.versionSaved(document, version)
      notify({ kind: 'done', text: t('designer.saved', { version }) })
      onClose()
    } catch (thrown) {
      // Any other failure is shown below.
      if (asApiError(thrown).code === 'PLAYBOOK-CONFLICT') onConflict()
    }
  }
  return (
    <Modal opened onClose={onClose} title={t('designer.saveTitle')} closeButtonProps={{ 'aria-label': t('designer.close') }}>
      <div className={css.dialog}>
        <Textarea
          data-autofocus
          label={t('designer.saveComment')}
          description={t('designer.saveCommentHint')}
          inputWrapperOrder={['label', 'input', 'description']}
          autosize
          minRows={2}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.code === 'Enter' && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing) void submit()
          }}
        />
        {errors > 0 && <p className={css.fieldWarning}>{t('designer.saveErrors', { count: errors })}</p>}
        {save.error && <ErrorNotice error={save.error} />}
        <Group justify="flex-end" gap={8}>
          <Button onClick={onClose}>{t('designer.cancel')}</Button>
          <Button variant="filled" loading={save.isPending} onClick={() => void submit()} rightSection={<Kbd keys="Ctrl ⏎" />}>
            {t('designer.save')}
          </Button>
        </Group>
      </div>
    </Modal>
  )
}
