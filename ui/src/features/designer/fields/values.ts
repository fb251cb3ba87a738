import type { ValueType } from '../../../generated/api'

/** Returns a value of a document as the text of its field. */
export function fieldText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/**
 * Returns what a text of a field stands for. A text is a text; where the parameter is a number, a boolean, a list or an object, JSON
 * that is complete is that value, and an empty field is no value at all.
 */
export function fieldValue(text: string, kind: ValueType): unknown {
  if (text === '') return undefined
  const asIs = kind === 'string' || kind === 'ip' || kind === 'date' || text.includes('{{')
  if (asIs) return text
  try {
    const value: unknown = JSON.parse(text)
    // What was meant as text stays text: a quoted word is not unquoted behind the writer's back.
    return typeof value === 'string' ? text : value
  } catch {
    return text
  }
}

/** Returns recipients as one text, and a text as one address or a list of them. */
export const recipients = {
  text: (value: unknown): string => (Array.isArray(value) ? value.join(', ') : fieldText(value)),
  value: (text: string): unknown => {
    if (text.includes('{{') || !text.includes(',')) return text
    const addresses = text
      .split(',')
      .map((address) => address.trim())
      .filter(Boolean)
    return addresses.length > 1 ? addresses : text
  },
}

/** Returns a two-language text with one language changed; a plain text stands for both. */
export function withLanguage(value: unknown, language: 'ko' | 'en', text: string): unknown {
  const known =
    typeof value === 'string'
      ? { ko: value, en: value }
      : value !== null && typeof value === 'object'
        ? (value as Record<string, unknown>)
        : {}
  const next: Record<string, unknown> = { ...known, [language]: text }
  if (text === '') delete next[language]
  return Object.values(next).every((part) => part === undefined || part === '') ? undefined : next
}

/** Returns what a two-language text holds for one language, and nothing of the other one. */
export function inLanguage(value: unknown, language: 'ko' | 'en'): string {
  if (typeof value === 'string') return value
  const part = value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[language] : undefined
  return typeof part === 'string' ? part : ''
}

/** Tells whether a text is a duration, such as `30s` or `1.5h`. */
export function isDuration(text: string): boolean {
  return /^\d+(\.\d+)?[smhdw]$/.test(text)
}

/** Tells whether a text may name a variable. */
export function isName(text: string): boolean {
  return /^[a-z][a-z0-9_]{0,63}$/.test(text)
}
