import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { catalogues, textIn } from './i18n'
import { withParticle } from './particles'

function keysOf(value: unknown, path = ''): string[] {
  if (typeof value === 'string') return [path]
  return Object.entries(value as object).flatMap(([key, child]) => keysOf(child, path === '' ? key : `${path}.${key}`))
}

/** English has one plural form more than Korean: `_one` and `_other` are one key. */
function plain(keys: string[]): string[] {
  return [...new Set(keys.map((key) => key.replace(/_(one|other)$/, '')))].sort()
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return name === 'generated' || name === 'testing' ? [] : sources(path)
    return /\.tsx?$/.test(name) && !/\.test\./.test(name) ? [readFileSync(path, 'utf8')] : []
  })
}

test('both catalogues have every key', () => {
  expect(plain(keysOf(catalogues.ko))).toEqual(plain(keysOf(catalogues.en)))
})

test('both forms of an English plural are there', () => {
  const keys = keysOf(catalogues.en)
  const lonely = keys
    .filter((key) => /_(one|other)$/.test(key))
    .filter((key) => !keys.includes(key.endsWith('_one') ? key.replace(/_one$/, '_other') : key.replace(/_other$/, '_one')))
  expect(lonely).toEqual([])
})

test('no text is empty but placeholders', () => {
  for (const catalogue of [catalogues.ko, catalogues.en]) {
    const empty = keysOf(catalogue).filter(
      (key) => key.split('.').reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], catalogue) === '',
    )
    expect(empty.filter((key) => !key.startsWith('run.placeholder.'))).toEqual([])
  }
})

test('every text that the screens ask for exists', () => {
  const known = new Set(plain(keysOf(catalogues.ko)))
  const asked = sources(join(import.meta.dirname, '..')).flatMap((text) =>
    [...text.matchAll(/\bt\(\s*'([a-z][\w.]*\.[\w.]+)'/g)].map((match) => match[1] as string),
  )
  expect(asked.length).toBeGreaterThan(200)
  expect([...new Set(asked)].filter((key) => !known.has(key)).sort()).toEqual([])
})

test('both languages put the same values into their texts', () => {
  const values = (text: string) => [...text.matchAll(/\{\{\s*(\w+)/g)].map((match) => match[1]).sort()
  const at = (catalogue: unknown, key: string) =>
    key.split('.').reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], catalogue)
  const different = keysOf(catalogues.ko).filter((key) => {
    const en = at(catalogues.en, key)
    return typeof en === 'string' && JSON.stringify(values(at(catalogues.ko, key) as string)) !== JSON.stringify(values(en))
  })
  expect(different).toEqual([])
})

test('a text missing in one language is shown in the other', () => {
  expect(textIn({ ko: '분류' }, 'en')).toBe('분류')
  expect(textIn({ ko: '분류', en: 'Triage' }, 'ko')).toBe('분류')
  expect(textIn('plain', 'ko')).toBe('plain')
  expect(textIn(null, 'ko')).toBe('')
})

test.each([
  ['박지훈', '박지훈이', '박지훈을'],
  ['김민서', '김민서가', '김민서를'],
  ['플레이북 3', '플레이북 3이', '플레이북 3을'],
  ['플레이북 2', '플레이북 2가', '플레이북 2를'],
  ['VirusTotal', 'VirusTotal이(가)', 'VirusTotal을(를)'],
])('%s takes its particles', (name, subject, object) => {
  expect(withParticle(name, '이/가')).toBe(subject)
  expect(withParticle(name, '을/를')).toBe(object)
})
