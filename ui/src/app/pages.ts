import { useQueries } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { Operations } from '../generated/api'
import type { ApiError } from '../platform'
import { operationQuery } from './query'

type Paged = 'ticket.list' | 'execution.list'
type Request<N extends Paged> = Operations[N]['request']
type Response<N extends Paged> = Operations[N]['response']

const PAGE = 500

/** Reads a long list page by page: the first at once, each next one when the screen needs it. */
export function usePages<N extends Paged, Row>(operation: N, request: Request<N>, rowsOf: (page: Response<N>) => Row[]) {
  const [count, setCount] = useState(1)
  const key = JSON.stringify(request)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another request starts again at one page.
  useEffect(() => setCount(1), [key])
  const pages = useQueries({
    queries: Array.from({ length: count }, (_, index) => ({
      ...operationQuery(operation, { ...(JSON.parse(key) as Request<N>), offset: index * PAGE, limit: PAGE }),
      placeholderData: index === 0 ? (before: Response<N> | undefined) => before : undefined,
    })),
    combine: (results) => ({
      data: results.map((result) => result.data as Response<N> | undefined),
      loading: results.some((result) => result.isFetching && result.data === undefined),
      error: (results.find((result) => result.error)?.error ?? null) as ApiError | null,
    }),
  })
  const rows = useMemo(() => pages.data.flatMap((page) => (page ? rowsOf(page) : [])), [pages.data, rowsOf])
  const total = pages.data[0]?.total
  const { loading } = pages
  const needMore = useCallback(() => {
    if (!loading && total !== undefined && count * PAGE < total) setCount((before) => (before === count ? before + 1 : before))
  }, [loading, total, count])
  return { rows, total, error: pages.error, loaded: total !== undefined, needMore }
}
