import { useTranslation } from '../../app/i18n'
import type { Surroundings } from './editor'

/** Returns what the cards of an expression field say, in the window's language. */
export function useWords(): ReturnType<Surroundings['words']> {
  const { t } = useTranslation()
  return {
    example: t('functions.example'),
    help: t('functions.help'),
    value: t('functions.value'),
    kind: (kind) =>
      ['function', 'input', 'variable', 'task', 'field'].includes(kind) ? t(`designer.completion.${kind as 'field'}`) : kind,
    last: (value) => t('designer.completion.last', { value }),
  }
}
