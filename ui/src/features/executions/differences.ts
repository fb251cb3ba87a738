import type { ExecutionDetail, TaskRun } from '../../generated/api'

/** A place where two values differ; undefined where one of them has nothing. */
export type Difference = { path: string; left: unknown; right: unknown }

/** Returns where two plain JSON values differ, in the order of the left one, at most `most` places. */
export function differences(left: unknown, right: unknown, most = 200): Difference[] {
  const found: Difference[] = []
  const walk = (a: unknown, b: unknown, path: string) => {
    if (found.length >= most || Object.is(a, b)) return
    if (Array.isArray(a) && Array.isArray(b)) {
      for (let index = 0; index < Math.max(a.length, b.length); index++) walk(a[index], b[index], `${path}[${index}]`)
    } else if (isObject(a) && isObject(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
        const has = (object: Record<string, unknown>) => (Object.hasOwn(object, key) ? object[key] : undefined)
        walk(has(a), has(b), step(path, key))
      }
    } else found.push({ path, left: a, right: b })
  }
  walk(left, right, '')
  return found
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function step(path: string, key: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}

/** One task in two executions; undefined where the version has no such task. */
export interface ComparedTask {
  id: string
  left: TaskRun | undefined
  right: TaskRun | undefined
  /** It ended in another way: another status, outcome or error. */
  path: boolean
  outputs: Difference[]
  inputs: Difference[]
}

/** Returns how long a task run took, in milliseconds; null when it did not run to its end. */
export function tookOf(run: TaskRun | undefined): number | null {
  return run?.started_at && run.ended_at ? Date.parse(run.ended_at) - Date.parse(run.started_at) : null
}

/** Returns every task of two executions side by side: those of the left in the order they began, then those that only the right has. */
export function compareTasks(left: ExecutionDetail, right: ExecutionDetail): ComparedTask[] {
  const rights = new Map(right.tasks.map((run) => [run.id, run]))
  const began = (run: TaskRun) => (run.started_at ? Date.parse(run.started_at) : Number.POSITIVE_INFINITY)
  const lefts = left.tasks
    .map((run, place) => ({ run, place, began: began(run) }))
    .sort((a, b) => (a.began === b.began ? a.place - b.place : a.began - b.began))
    .map(({ run }) => run)
  const known = new Set(lefts.map((run) => run.id))
  const pairs: Array<[TaskRun | undefined, TaskRun | undefined]> = [
    ...lefts.map((run): [TaskRun, TaskRun | undefined] => [run, rights.get(run.id)]),
    ...right.tasks.filter((run) => !known.has(run.id)).map((run): [undefined, TaskRun] => [undefined, run]),
  ]
  return pairs.map(([a, b]) => ({
    id: (a ?? b)?.id ?? '',
    left: a,
    right: b,
    path: a?.status !== b?.status || a?.outcome !== b?.outcome || a?.error?.code !== b?.error?.code,
    outputs: differences(a?.output ?? null, b?.output ?? null),
    inputs: differences(a?.input ?? null, b?.input ?? null),
  }))
}
