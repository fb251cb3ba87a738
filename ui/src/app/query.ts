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
import type { ExecutionDetail, ExecutionPage, ExecutionStatus, Operations, Push, TaskStatus } from '../generated/api'
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

async function fetchTagged<N extends Name>(operation: N, request: Request<N>, hash: string): Promise<Response<N>> {
  const begun = Date.now()
  try {
    const { value, tags } = await callTagged(operation, request)
    tagsOf.set(hash, new Set(tags))
    costOf.set(hash, { took: Date.now() - begun, ended: Date.now() })
    return value
  } catch (thrown) {
    throw asApiError(thrown)
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

const stale = new Set<string>()
const again = new Set<string>()
let scheduled = false
let flushed = 0

/** How long changes are collected: at once after a quiet time, five times a second in a storm. */
const SOON_MS = 40
const SPACING_MS = 200

/** Collects tags and reads again what is on screen, however many pushes come. */
export function markStale(tags: Iterable<string>): void {
  for (const tag of tags) stale.add(tag)
  if (scheduled || stale.size === 0) return
  scheduled = true
  setTimeout(flush, Math.max(SOON_MS, flushed + SPACING_MS - Date.now()))
}

function flush(): void {
  scheduled = false
  flushed = Date.now()
  const tags = new Set(stale)
  stale.clear()
  for (const query of queryClient.getQueryCache().getAll()) {
    const depends = tagsOf.get(query.queryHash)
    if (depends && [...depends].some((tag) => tags.has(tag))) refresh(query)
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

type Moved = { status: ExecutionStatus; tasks: Map<string, TaskStatus> }

const moved = new Map<number, Moved>()
let drawing: ReturnType<typeof setTimeout> | undefined

/** A picture of ten thousand tasks is drawn twice a second at most, one of a few as soon as a person can see it. */
const DRAW_MS = 30
const DRAW_MS_A_TASK = 0.05

/** Collects transitions, so that a storm of them is drawn a few times a second and not each by itself. */
function applyTransition(push: Extract<Push, { push: 'transition' }>): void {
  const known = moved.get(push.execution) ?? { status: push.status, tasks: new Map() }
  known.status = push.status
  for (const task of push.tasks) known.tasks.set(task.task, task.status)
  moved.set(push.execution, known)
  const size = queryClient.getQueryData<ExecutionDetail>(['execution.show', { id: push.execution }])?.tasks.length ?? 0
  if (drawing === undefined) drawing = setTimeout(drawTransitions, DRAW_MS + size * DRAW_MS_A_TASK)
}

/** Shows transitions in what is cached; the read that follows brings the rest. */
function drawTransitions(): void {
  drawing = undefined
  const all = new Map(moved)
  moved.clear()
  for (const [id, { status, tasks }] of all) {
    queryClient.setQueriesData<ExecutionDetail>({ queryKey: ['execution.show', { id }] }, (detail) =>
      detail === undefined
        ? detail
        : {
            ...detail,
            summary: { ...detail.summary, status },
            tasks: detail.tasks.map((task) => {
              const now = tasks.get(task.id)
              return now === undefined || now === task.status ? task : { ...task, status: now }
            }),
          },
    )
  }
  queryClient.setQueriesData<ExecutionPage>({ queryKey: ['execution.list'] }, (page) =>
    page?.executions.some((row) => (all.get(row.id)?.status ?? row.status) !== row.status)
      ? { ...page, executions: page.executions.map((row) => ({ ...row, status: all.get(row.id)?.status ?? row.status })) }
      : page,
  )
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
