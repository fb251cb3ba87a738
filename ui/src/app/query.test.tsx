import { act, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { mount } from '../testing/mount'
import { tagsOfPush } from './query'

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
