import { Button } from '@mantine/core'
import { EmptyState, Icon, notify, notifyError } from '../kit'
import { useTranslation } from './i18n'
import { useWrite } from './query'
import { useWorkspace } from './workspace'

/** Returns how to load the sample workspace, with a notice of what came. */
export function useLoadSample() {
  const { t } = useTranslation()
  return useWrite('sample.load', {
    onSuccess: (report) => notify({ kind: 'done', text: t('sample.loaded', { ...report }) }),
    onError: notifyError,
  })
}

/** The first start: what this program is, and the one next step. */
export function FirstRun() {
  const { t } = useTranslation()
  const load = useLoadSample()
  return (
    <EmptyState icon="playbook" title={t('first.title')} text={t('first.text')}>
      <Button variant="filled" leftSection={<Icon name="start" />} loading={load.isPending} onClick={() => load.mutate({})}>
        {t('sample.load')}
      </Button>
      <p className="s12 t3">{t('first.note')}</p>
    </EmptyState>
  )
}

/** Tells whether nothing at all is here yet. */
export function useIsFirstRun(): boolean {
  return useWorkspace()?.empty ?? false
}
