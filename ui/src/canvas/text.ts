/** A language of the window. */
export type Language = 'ko' | 'en'

/** Returns a text of a document in one language, else in the other one; anything that is no text gives undefined. */
export function textOf(value: unknown, language: Language): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  if (value === null || typeof value !== 'object') return undefined
  const { ko, en } = value as { ko?: unknown; en?: unknown }
  const [first, second] = language === 'ko' ? [ko, en] : [en, ko]
  for (const text of [first, second]) if (typeof text === 'string' && text !== '') return text
  return undefined
}

/** Returns the language of the window from i18next's language tag. */
export function languageOf(tag: string | undefined): Language {
  return tag?.startsWith('en') ? 'en' : 'ko'
}
