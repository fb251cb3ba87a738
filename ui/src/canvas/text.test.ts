import { expect, test, vi } from 'vitest'
import { i18next } from '../app/i18n'
import { quickly } from './text'

test.each(['ko', 'en'])('a quick translator says in %s what i18next says', async (language) => {
  await i18next.changeLanguage(language)
  const t = quickly(i18next.t)
  const asked: Array<[string, Record<string, unknown>?]> = [
    ['canvas.start'],
    ['canvas.outcome.done'],
    ['canvas.aria.task', { name: 'A {{b}} $1', type: 'x', status: ', y' }],
    ['canvas.aria.link', { from: 'A', to: 'B', outcome: 'C' }],
    ['canvas.duration.ms', { count: 1 }],
    ['canvas.duration.ms', { count: 2 }],
    ['canvas.problems', { errors: 1, warnings: 2 }],
    ['grid.count', { count: 1 }],
    ['grid.count', { count: 12_000 }],
  ]
  for (const [key, values] of [...asked, ...asked]) expect(t(key, values ?? {})).toBe(i18next.t(key, values ?? {}))
})

test('a text is looked up once', () => {
  const slow = vi.fn((key: string) => `${key} {{name}}`)
  const t = quickly(slow as never)
  expect([t('a', { name: 'x' }), t('a', { name: 'y' }), t('a', { name: 'x' })]).toEqual(['a x', 'a y', 'a x'])
  expect(slow).toHaveBeenCalledTimes(1)
})
