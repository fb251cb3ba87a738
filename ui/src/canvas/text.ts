import type { TFunction } from 'i18next'

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

/** More texts than this are not remembered: durations differ without end. */
const REMEMBERED = 4_000

/** Returns a translator that asks i18next for each text once: a large drawing asks for the same few words a thousand times. */
export function quickly(t: TFunction): TFunction {
  const texts = new Map<string, string>()
  const once = (key: string, make: () => string) => {
    let text = texts.get(key)
    if (text === undefined) {
      if (texts.size >= REMEMBERED) texts.clear()
      text = make()
      texts.set(key, text)
    }
    return text
  }
  const quick = (key: string, values?: Record<string, unknown>) => {
    if (!values) return once(key, () => t(key))
    const names = Object.keys(values)
    if (names.length === 1 && 'count' in values) return once(`${key} ${values.count}`, () => t(key, values))
    const text = once(`${key} {}`, () => t(key, { skipInterpolation: true }))
    // What chooses a form or is formatted is left to i18next.
    if ('count' in values || /\{\{[^}]*,/.test(text)) return t(key, values)
    return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole))
  }
  return quick as unknown as TFunction
}
