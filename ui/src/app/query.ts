import {
  type Query,
  QueryClient,
  type UseMutationOptions,
  type UseMutationResult,
  type UseQueryOptions,
  type UseQueryResult,
  useMutation,
  useQuery,
} from '@tanstack/react-query'
import type { ExecutionPage, ExecutionStatus, Operations, Push } from '../generated/api'
import { type ApiError, asApiError, callTagged, onConnection, subscribe } from '../platform'

type Name = keyof Operations
type Request<N extends Name> = Operations[N]['request']
type Response<N extends Name> = Operations[N]['response']

/** One cache for the window: a key per operation and request, stale by tag, never by time. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 5 * 60_000,
      retry: false,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    },
    mutations: { retry: false },
  },
})

/** The tags that each cached response depends on, by query hash. */
const tagsOf = new Map<string, Set<string>>()

export function queryKey<N extends Name>(operation: N, request: Request<N>): readonly [N, Request<N>] {
  return [operation, request] as const
}

/** What the last read of a query took and when it ended, in milliseconds. */
const costOf = new Map<string, { took: number; ended: number }>()

/** What was told while something is read, by tag: the first time nobody knows what a read depends on before its answer. */
const told = new Map<string, number>()
let tellings = 0
let reads = 0

async function fetchTagged<N extends Name>(operation: N, request: Request<N>, hash: string): Promise<Response<N>> {
  const begun = Date.now()
  const before = tellings
  reads += 1
  try {
    const { value, tags } = await callTagged(operation, request)
    if (!tagsOf.has(hash) && [...tags, EVERYTHING].some((tag) => (told.get(tag) ?? 0) > before)) again.add(hash)
    tagsOf.set(hash, new Set(tags))
    costOf.set(hash, { took: Date.now() - begun, ended: Date.now() })
    return value
  } catch (thrown) {
    throw asApiError(thrown)
  } finally {
    reads -= 1
    if (reads === 0) told.clear()
  }
}

function hashOf(key: readonly unknown[]): string {
  return queryClient.getQueryCache().build(queryClient, { queryKey: key }).queryHash
}

/** Returns the options of a query, for `useQuery`, `useQueries` and `fetchQuery`. */
export function operationQuery<N extends Name>(operation: N, request: Request<N>) {
  const key = queryKey(operation, request)
  return { queryKey: key, queryFn: () => fetchTagged(operation, request, hashOf(key)) }
}

/** Reads one operation; the answer stays fresh by push. */
export function useOperation<N extends Name>(
  operation: N,
  request: Request<N>,
  options?: Omit<UseQueryOptions<Response<N>, ApiError>, 'queryKey' | 'queryFn'>,
): UseQueryResult<Response<N>, ApiError> {
  const { queryKey: key, queryFn } = operationQuery(operation, request)
  return useQuery<Response<N>, ApiError>({ ...options, queryKey: key, queryFn })
}

/** A read that after the first time is asked only for what has changed. */
export interface Growing<N extends Name, T> {
  operation: N
  /** What to ask with beside the request, so that only news is told; nothing is known the first time. */
  since(known: T | undefined): Partial<Request<N>>
  /** Adds an answer to what is known; what did not change stays the same object. */
  add(known: T | undefined, answer: Response<N>): T
}

/** Returns the options of a query that grows. */
function growingQuery<N extends Name, T>({ operation, since, add }: Growing<N, T>, request: Request<N>) {
  const key = queryKey(operation, request)
  return {
    queryKey: key,
    // What is equal is already the same: comparing ten thousand tasks again would cost more than drawing them.
    structuralSharing: false,
    queryFn: async () => {
      const known = queryClient.getQueryData<T>(key)
      const answer = await fetchTagged(operation, { ...request, ...since(known) }, hashOf(key))
      try {
        return add(known, answer)
      } catch (thrown) {
        throw asApiError(thrown)
      }
    },
  }
}

/** Reads one operation that grows; it stays fresh by push, and a change costs what has changed. */
export function useGrowing<N extends Name, T>(
  growing: Growing<N, T>,
  request: Request<N>,
  options?: Pick<UseQueryOptions<T, ApiError>, 'enabled' | 'placeholderData'>,
): UseQueryResult<T, ApiError> {
  return useQuery<T, ApiError>({ ...options, ...growingQuery(growing, request) })
}

/** Begins to read what a screen will show before the screen is there. */
export function readAhead<N extends Name, T>(growing: Growing<N, T>, request: Request<N>): void {
  void queryClient.prefetchQuery(growingQuery(growing, request))
}

/** Returns a writer of one operation; what it changed is read again at once. */
export function useWrite<N extends Name>(
  operation: N,
  options?: Omit<UseMutationOptions<Response<N>, ApiError, Request<N>>, 'mutationFn'>,
): UseMutationResult<Response<N>, ApiError, Request<N>> {
  return useMutation<Response<N>, ApiError, Request<N>>({
    ...options,
    mutationFn: async (request) => {
      try {
        const { value, tags } = await callTagged(operation, request)
        markStale(tags)
        return value
      } catch (thrown) {
        throw asApiError(thrown)
      }
    },
  })
}

/** The tag of a push that stands for all of them. */
const EVERYTHING = '*'

const stale = new Set<string>()
const again = new Set<string>()
let scheduled = false
let flushed = 0

/** How long changes are collected: at once after a quiet time, five times a second in a storm. */
const SOON_MS = 40
const SPACING_MS = 200

/** Collects tags and reads again what is on screen, however many pushes come. */
export function markStale(tags: Iterable<string>): void {
  tellings += 1
  for (const tag of tags) {
    stale.add(tag)
    if (reads > 0) told.set(tag, tellings)
  }
  if (scheduled || stale.size === 0) return
  scheduled = true
  setTimeout(flush, Math.max(SOON_MS, flushed + SPACING_MS - Date.now()))
}

function flush(): void {
  scheduled = false
  flushed = Date.now()
  const tags = new Set(stale)
  stale.clear()
  // The backend has lost count of what changed: everything on screen is read again.
  const all = tags.has(EVERYTHING)
  for (const query of queryClient.getQueryCache().getAll()) {
    const depends = tagsOf.get(query.queryHash)
    if (depends && (all || [...depends].some((tag) => tags.has(tag)))) refresh(query)
  }
}

/** A read that takes long is not repeated before several times as long has passed: the window must have time for the person. */
const PATIENCE = 4
const waiting = new Set<string>()

/** A query under way may have been answered before the change, so it is read once more when it ends. */
function refresh(query: Query): void {
  if (query.state.fetchStatus === 'fetching') {
    again.add(query.queryHash)
    return
  }
  if (waiting.has(query.queryHash)) return
  const cost = costOf.get(query.queryHash)
  const rest = cost === undefined || cost.took < SPACING_MS / PATIENCE ? 0 : cost.ended + cost.took * PATIENCE - Date.now()
  if (rest > 0) {
    waiting.add(query.queryHash)
    setTimeout(() => {
      waiting.delete(query.queryHash)
      refresh(query)
    }, rest)
    return
  }
  void queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true })
}

queryClient.getQueryCache().subscribe((event) => {
  if (event.type === 'removed') {
    tagsOf.delete(event.query.queryHash)
    costOf.delete(event.query.queryHash)
  }
  if (event.type === 'updated' && event.query.state.fetchStatus === 'idle' && again.delete(event.query.queryHash)) {
    setTimeout(() => refresh(event.query), SPACING_MS)
  }
})

const moved = new Map<number, ExecutionStatus>()
let drawing: ReturnType<typeof setTimeout> | undefined

/** As soon as a person can see it, and not each of a storm by itself. */
const DRAW_MS = 30

/** Collects transitions. */
function applyTransition(push: Extract<Push, { push: 'transition' }>): void {
  moved.set(push.execution, push.status)
  if (drawing === undefined) drawing = setTimeout(drawTransitions, DRAW_MS)
}

/** Shows the new status in the lists that are cached; the read that follows brings the rest. */
function drawTransitions(): void {
  drawing = undefined
  const all = new Map(moved)
  moved.clear()
  for (const query of queryClient.getQueryCache().findAll({ queryKey: ['execution.list'] })) {
    const page = query.state.data as ExecutionPage | undefined
    if (!page?.executions.some((row) => (all.get(row.id) ?? row.status) !== row.status)) continue
    const { isInvalidated, dataUpdatedAt } = query.state
    const executions = page.executions.map((row) => (all.has(row.id) ? { ...row, status: all.get(row.id) ?? row.status } : row))
    query.setData({ ...page, executions }, { manual: true, updatedAt: dataUpdatedAt })
    // A page that lacks rows lacks them still: to know the statuses does not make it fresh.
    if (isInvalidated) query.invalidate()
  }
}

/** What a push makes stale. */
export function tagsOfPush(push: Push): string[] {
  switch (push.push) {
    case 'changed':
      return push.tags
    case 'transition':
      return [`execution:${push.execution}`, 'executions']
    case 'progress':
      return []
  }
}

/** Follows the stream of pushes for as long as the window lives. */
export function followPushes(): () => void {
  let lost = false
  const stopConnection = onConnection((up) => {
    if (!up) lost = true
    else if (lost) {
      // What was pushed while the stream was down is unknown: everything on screen is read again.
      lost = false
      void queryClient.invalidateQueries()
    }
  })
  const stopPushes = subscribe((push) => {
    if (push.push === 'transition') applyTransition(push)
    markStale(tagsOfPush(push))
  })
  return () => {
    stopPushes()
    stopConnection()
  }
}
