import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const folder = dirname(fileURLToPath(import.meta.url))

test('every behaviour is held by a test, and every cited behaviour exists', () => {
  const stated = new Set(
    [...readFileSync(join(folder, '../BEHAVIOURS.md'), 'utf8').matchAll(/\*\*([A-Z]{3}-\d+)\*\*/g)].map((match) => match[1]),
  )
  const cited = new Set<string | undefined>()
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.test.ts')))
    for (const match of readFileSync(join(folder, file), 'utf8').matchAll(/test(?:\.each\(\w+\))?\('([^']*)'/g))
      for (const id of match[1]?.match(/[A-Z]{3}-\d+/g) ?? []) cited.add(id)
  expect([...stated].filter((id) => !cited.has(id))).toEqual([])
  expect([...cited].filter((id) => !stated.has(id))).toEqual([])
})
