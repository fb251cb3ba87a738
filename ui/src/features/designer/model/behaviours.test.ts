import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const designer = join(dirname(fileURLToPath(import.meta.url)), '..')

test('every behaviour is held by a test, and every cited behaviour exists', () => {
  const stated = new Set(
    [...readFileSync(join(designer, 'BEHAVIOURS.md'), 'utf8').matchAll(/\*\*([A-Z]{3}-\d+)\*\*/g)].map((match) => match[1]),
  )
  const cited = new Set<string | undefined>()
  // The fields' language has a folder of its own, because other screens use it too.
  const tests = [designer, join(designer, '../language')].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.test\.tsx?$/.test(name))
      .map((name) => join(folder, name)),
  )
  for (const file of tests)
    for (const [, ids] of readFileSync(file, 'utf8').matchAll(/\(\s*'((?:[A-Z]{3}-\d+ )+)/g))
      for (const id of ids?.trim().split(' ') ?? []) cited.add(id)
  expect([...stated].filter((id) => !cited.has(id))).toEqual([])
  expect([...cited].filter((id) => !stated.has(id))).toEqual([])
})
