import type { ExecutionSort, ExecutionStatus, ListExecutions } from '../../generated/api'

/** The statuses that the four usual views show. */
export const SHOWS: Record<'all' | 'live' | 'failed' | 'done', ExecutionStatus[]> = {
  all: [],
  live: ['queued', 'running', 'waiting', 'paused', 'needs_review'],
  failed: ['failed', 'cancelled'],
  done: ['done'],
}

export const STATUSES: readonly ExecutionStatus[] = [
  'queued',
  'running',
  'waiting',
  'paused',
  'needs_review',
  'done',
  'failed',
  'cancelled',
]
export const TRIGGERS = ['person', 'ticket', 'schedule', 'call', 'rerun', 'sample'] as const
const SORTS: readonly ExecutionSort[] = ['number', 'started', 'ended', 'duration']
const TIMES = ['queued_from', 'queued_to', 'started_from', 'started_to', 'ended_from', 'ended_to'] as const
const TEXTS = ['playbook', 'search', 'started_by', 'error_code'] as const
const FLAGS = ['roots', 'kept', 'ascending'] as const
const NUMBERS = ['ticket', 'version'] as const

const isTime = (value: unknown): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value))
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [])

/** Returns the part of a filter that is understood; an address and a saved view may hold anything. */
export function filterOf(given: unknown): ListExecutions {
  const from = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>
  const filter: ListExecutions = {}
  for (const name of TEXTS) if (typeof from[name] === 'string' && from[name] !== '') filter[name] = from[name]
  for (const name of TIMES) if (isTime(from[name])) filter[name] = from[name]
  for (const name of FLAGS) if (from[name] === true) filter[name] = true
  for (const name of NUMBERS) if (Number.isInteger(from[name])) filter[name] = from[name] as number
  const status = texts(from.status).filter((each): each is ExecutionStatus => (STATUSES as readonly string[]).includes(each))
  if (status.length > 0) filter.status = status
  const trigger = texts(from.trigger)
  if (trigger.length > 0) filter.trigger = trigger
  const playbooks = texts(from.playbooks)
  if (playbooks.length > 0) filter.playbooks = playbooks
  const sort = SORTS.find((each) => each === from.sort)
  if (sort && sort !== 'number') filter.sort = sort
  const task = from.task as { task?: unknown; status?: unknown; error_code?: unknown } | undefined
  if (typeof task === 'object' && task !== null) {
    filter.task = {
      ...(typeof task.task === 'string' ? { task: task.task } : {}),
      ...(Array.isArray(task.status) ? { status: texts(task.status) as NonNullable<NonNullable<ListExecutions['task']>['status']> } : {}),
      ...(typeof task.error_code === 'string' ? { error_code: task.error_code } : {}),
    }
  }
  return filter
}

/** Reads the filter out of the address of the list. */
export function readFilter(address: URLSearchParams): ListExecutions {
  const written = address.get('filter')
  let filter: ListExecutions = {}
  if (written !== null) {
    try {
      filter = filterOf(JSON.parse(written))
    } catch {
      filter = {}
    }
  }
  const playbook = address.get('playbook')
  if (playbook) filter.playbook = playbook
  return filter
}

/** Returns the address of the list with a filter, without the question mark; empty for everything. */
export function writeFilter(filter: ListExecutions): string {
  const kept = filterOf(filter)
  return Object.keys(kept).length === 0 ? '' : new URLSearchParams({ filter: JSON.stringify(kept) }).toString()
}

/** Returns the usual view that a filter shows; none when its statuses are another choice. */
export function showOf(filter: ListExecutions): keyof typeof SHOWS | null {
  const chosen = new Set(filter.status ?? [])
  const found = (Object.keys(SHOWS) as Array<keyof typeof SHOWS>).find(
    (name) => SHOWS[name].length === chosen.size && SHOWS[name].every((status) => chosen.has(status)),
  )
  return found ?? null
}
