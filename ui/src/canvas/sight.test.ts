import { describe, expect, test } from 'vitest'
import { follow, NO_SIGHT, type PlacedTask, type Plan, type Sight } from './sight'

/** A row of so many tasks, 200 px from one to the next, each linked to the one after it. */
function row(count: number): Plan {
  const tasks: PlacedTask[] = Array.from({ length: count }, (_, index) => ({
    id: `t${index}`,
    x: index * 200,
    y: 0,
    width: 176,
    height: 56,
  }))
  const links = tasks.slice(1).map((task, index) => ({
    id: `l${index}`,
    from: `t${index}`,
    to: task.id,
    outcome: 'done' as const,
    place: index,
    x: index * 200,
    y: 0,
    width: 376,
    height: 56,
  }))
  return { tasks, links, at: new Map(tasks.map((task) => [task.id, task])) }
}

const view = (x: number, width = 1_000) => ({ x, y: -100, width, height: 400 })
const NOBODY: ReadonlySet<string> = new Set()

/** Follows until nothing more is wanted; tells how many looks that took. */
function settled(from: Sight, plan: Plan, at: ReturnType<typeof view>, always = NOBODY, zoom = 1): { sight: Sight; looks: number } {
  let sight = from
  for (let looks = 1; looks < 1_000; looks++) {
    const next = follow(sight, plan, at, zoom, always)
    sight = next.sight
    if (next.settled) return { sight, looks }
  }
  throw new Error('it never settles')
}

describe('what is in sight of a large drawing', () => {
  test('everything in view comes at once, and so do its links', () => {
    const { sight } = follow(NO_SIGHT, row(1_000), view(4_000), 1, NOBODY)
    expect([...sight.tasks].sort()).toEqual(['t20', 't21', 't22', 't23', 't24'])
    expect(sight.links.has('l19') && sight.links.has('l24')).toBe(true)
    expect(sight.whole).toBe(true)
  })
  test('what is near follows, and the rest stays out', () => {
    const { sight, looks } = settled(NO_SIGHT, row(1_000), view(4_000))
    expect(sight.tasks.has('t19') && sight.tasks.has('t25')).toBe(true)
    expect(sight.tasks.size).toBeLessThan(10)
    expect(looks).toBeGreaterThan(1)
  })
  test('a view that does not move changes nothing', () => {
    const { sight } = settled(NO_SIGHT, row(1_000), view(4_000))
    expect(follow(sight, row(1_000), view(4_000), 1, NOBODY)).toEqual({ sight, settled: true })
    expect(follow(sight, row(1_000), view(4_000), 1, NOBODY).sight).toBe(sight)
  })
  test('a long way leaves no more behind than it may', () => {
    const plan = row(1_000)
    let sight = NO_SIGHT
    for (let x = 0; x < 100_000; x += 90) sight = follow(sight, plan, view(x), 1, NOBODY).sight
    expect(settled(sight, plan, view(100_000)).sight.tasks.size).toBeLessThan(90)
  })
  test('what is held stays wherever it is', () =>
    expect(settled(NO_SIGHT, row(1_000), view(4_000), new Set(['t900'])).sight.tasks.has('t900')).toBe(true))
  test('a crowd is left to the picture, but for what is held', () => {
    const { sight } = follow(NO_SIGHT, row(1_000), view(0, 100_000), 0.1, new Set(['t7', 'gone']))
    expect(sight).toEqual({ tasks: new Set(['t7']), links: new Set(), crowded: true, whole: false })
  })
  test('a crowd that grows thinner stays a picture for a while', () => {
    const crowd = follow(NO_SIGHT, row(1_000), view(0, 100_000), 0.1, NOBODY).sight
    expect(follow(crowd, row(1_000), view(0, 28_000), 0.1, NOBODY).sight.crowded).toBe(true)
    expect(follow(NO_SIGHT, row(1_000), view(0, 28_000), 0.1, NOBODY).sight.crowded).toBe(false)
  })
  test('many at once come over several frames, and the picture stays until all are there', () => {
    const first = follow(NO_SIGHT, row(1_000), view(0, 28_000), 0.1, NOBODY)
    expect([first.sight.whole, first.settled]).toEqual([false, false])
    const { sight } = settled(first.sight, row(1_000), view(0, 28_000), NOBODY, 0.1)
    expect([sight.whole, sight.tasks.size >= 140]).toEqual([true, true])
  })
  test('a deleted task is forgotten', () => {
    const { sight } = settled(NO_SIGHT, row(1_000), view(4_000))
    const plan = row(1_000)
    const less = { ...plan, tasks: plan.tasks.filter(({ id }) => id !== 't22') }
    expect(follow(sight, less, view(4_000), 1, NOBODY).sight.tasks.has('t22')).toBe(false)
  })
})
