import { act, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { ExecutionPage } from '../generated/api'
import { mount } from '../testing/mount'
import { operationQuery, queryClient, tagsOfPush } from './query'

test('a transition makes its execution and the list stale', () => {
  expect(tagsOfPush({ push: 'transition', execution: 7, status: 'done', tasks: [], at: '' })).toEqual(['execution:7', 'executions'])
  expect(tagsOfPush({ push: 'changed', tags: ['tickets'] })).toEqual(['tickets'])
  expect(tagsOfPush({ push: 'progress', job: 'ingest:1', done: 1, total: 2 })).toEqual([])
})

test('a screen reads again what a push names, and only that', async () => {
  const window = await mount('/blocklist')
  await screen.findByText('203.0.113.71')
  const before = { blocklist: window.requests('blocklist.list').length, workspace: window.requests('workspace.show').length }
  window.fake.blocklist = window.fake.blocklist.slice(0, 1)
  act(() => window.fake.push({ push: 'changed', tags: ['blocklist'] }))
  await waitFor(() => expect(screen.queryByText('203.0.113.71')).toBeNull())
  expect(window.requests('blocklist.list').length).toBe(before.blocklist + 1)
  expect(window.requests('workspace.show').length).toBe(before.workspace)
  window.unmount()
})

test('many pushes at once are one read', async () => {
  const window = await mount('/blocklist')
  await screen.findByText('203.0.113.71')
  const before = window.requests('blocklist.list').length
  act(() => {
    for (let index = 0; index < 200; index += 1) window.fake.push({ push: 'changed', tags: ['blocklist'] })
  })
  await waitFor(() => expect(window.requests('blocklist.list').length).toBe(before + 1))
  window.unmount()
})

test('a push that has lost count makes everything on screen stale', async () => {
  const window = await mount('/blocklist')
  await screen.findByText('203.0.113.71')
  window.fake.blocklist = window.fake.blocklist.slice(0, 1)
  act(() => window.fake.push({ push: 'changed', tags: ['*'] }))
  await waitFor(() => expect(screen.queryByText('203.0.113.71')).toBeNull())
  window.unmount()
})

test('what is told while something is read for the first time is read again', async () => {
  const window = await mount('/blocklist', (fake) => {
    const answer = fake.call.bind(fake)
    const asked = (operation: string) => fake.calls.filter((call) => call.operation === operation).length
    fake.call = async (operation, request) => {
      const old = await answer(operation, request)
      if (operation === 'blocklist.list' && asked('blocklist.list') === 1) {
        await waitFor(() => expect(asked('workspace.show')).toBe(1))
        fake.blocklist = fake.blocklist.slice(0, 1)
        fake.push({ push: 'changed', tags: ['blocklist', 'workspace'] })
        // The answer comes when what was told has been dealt with.
        await waitFor(() => expect(asked('workspace.show')).toBe(2))
      }
      return old
    }
  })
  await screen.findByText('203.0.113.71')
  await waitFor(() => expect(screen.queryByText('203.0.113.71')).toBeNull())
  window.unmount()
})

test('a list that nobody looks at stays stale when a status in it moves', async () => {
  const window = await mount('/blocklist')
  const query = operationQuery('execution.list', { limit: 5 })
  const [first] = (await queryClient.fetchQuery(query)).executions
  const execution = first?.id ?? 0
  const moves = (status: 'paused' | 'failed') =>
    act(() => window.fake.push({ push: 'transition', execution, status, tasks: [], at: '2026-11-22T00:00:00Z' }))
  moves('paused')
  await waitFor(() => expect(queryClient.getQueryState(query.queryKey)?.isInvalidated).toBe(true))
  moves('failed')
  await waitFor(() => expect(queryClient.getQueryData<ExecutionPage>(query.queryKey)?.executions[0]?.status).toBe('failed'))
  expect(queryClient.getQueryState(query.queryKey)?.isInvalidated).toBe(true)
  window.unmount()
})
