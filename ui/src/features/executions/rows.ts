import { useQueries } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { operationQuery } from '../../app/query'
import type { ExecutionMatch, ExecutionPage, ExecutionSummary, ListExecutions } from '../../generated/api'
import type { ApiError } from '../../platform'

const PAGE = 100

/** A list of executions of which only what is in sight is read. */
export interface ExecutionRows {
  count: number
  /** Whether `count` is all there are; a long search only finds out at its end. */
  exact: boolean
  rowAt: (index: number) => ExecutionSummary | undefined
  matchesOf: (id: number) => readonly ExecutionMatch[]
  isKept: (id: number) => boolean
  /** The rows in sight: their pages are read. */
  onRange: (from: number, to: number) => void
  loaded: boolean
  error: ApiError | null
}

/** One function for all drawings: of another one the pages would be compared again, field by field. */
function pagesOf(results: ReadonlyArray<{ data: unknown; error: unknown }>) {
  return {
    data: results.map((result) => result.data as ExecutionPage | undefined),
    error: (results.find((result) => result.error)?.error ?? null) as ApiError | null,
  }
}

/** Reads pages by their offset in any order; a search goes from page to page, because its offsets are not known before. */
export function useExecutionRows(filter: ListExecutions): ExecutionRows {
  const key = JSON.stringify(filter)
  const chained = filter.search !== undefined
  const [range, setRange] = useState<{ key: string; from: number; to: number }>({ key, from: 0, to: 0 })
  const [chain, setChain] = useState<{ key: string; offsets: number[] }>({ key, offsets: [0] })
  const current = range.key === key ? range : { key, from: 0, to: 0 }
  const offsets = useMemo(() => {
    if (chained) return chain.key === key ? chain.offsets : [0]
    const first = Math.max(0, Math.floor(current.from / PAGE))
    const last = Math.floor(current.to / PAGE)
    // The first page always: it says how many there are.
    return [...new Set([0, ...Array.from({ length: Math.min(8, last - first + 1) }, (_, index) => first + index)])].map(
      (page) => page * PAGE,
    )
  }, [chained, chain, key, current.from, current.to])

  const pages = useQueries({
    queries: offsets.map((offset) => ({
      ...operationQuery('execution.list', { ...(JSON.parse(key) as ListExecutions), offset, limit: PAGE }),
      placeholderData: offset === 0 ? (before: ExecutionPage | undefined) => before : undefined,
    })),
    combine: pagesOf,
  })
  const [first] = pages.data
  const last = pages.data[pages.data.length - 1]
  const read = pages.data.reduce((sum, page) => sum + (page?.executions.length ?? 0), 0)
  const next = last?.next_offset ?? null
  useEffect(() => {
    if (chained && next !== null && current.to >= read - PAGE / 2)
      setChain((before) => {
        const kept = before.key === key ? before.offsets : [0]
        return kept.includes(next) ? before : { key, offsets: [...kept, next] }
      })
  }, [chained, next, current.to, read, key])

  const rowAt = useMemo(() => {
    if (chained) {
      const rows = pages.data.flatMap((page) => page?.executions ?? [])
      return (index: number) => rows[index]
    }
    const byOffset = new Map(offsets.map((offset, place) => [offset, pages.data[place]]))
    return (index: number) => byOffset.get(Math.floor(index / PAGE) * PAGE)?.executions[index % PAGE]
  }, [chained, offsets, pages.data])
  const found = useMemo(() => {
    const matches = new Map<number, ExecutionMatch[]>()
    const kept = new Set<number>()
    for (const page of pages.data) {
      for (const match of page?.matches ?? []) matches.set(match.execution, [...(matches.get(match.execution) ?? []), match])
      for (const id of page?.kept ?? []) kept.add(id)
    }
    return { matches, kept }
  }, [pages.data])
  const onRange = useCallback(
    (from: number, to: number) => {
      // A page ahead and a page behind are read too, so that scrolling meets rows and not their places. In steps of half a page:
      // the screen is not drawn again for every row that comes into sight.
      const next = { key, from: Math.max(0, stepped(from) - PAGE / 2), to: stepped(to) + PAGE }
      setRange((before) => (before.key === key && before.from === next.from && before.to === next.to ? before : next))
    },
    [key],
  )
  return {
    count: chained ? read : (first?.total ?? 0),
    exact: chained ? next === null : true,
    rowAt,
    matchesOf: useCallback((id) => found.matches.get(id) ?? NONE, [found]),
    isKept: useCallback((id) => found.kept.has(id), [found]),
    onRange,
    loaded: first !== undefined,
    error: pages.error,
  }
}

const stepped = (place: number) => Math.floor(place / (PAGE / 2)) * (PAGE / 2)

const NONE: readonly ExecutionMatch[] = []
