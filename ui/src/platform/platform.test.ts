import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Push } from '../generated/api'
import { browserDoor, readEvents } from './browser'
import { readEnvelope } from './envelope'
import { ApiError, asApiError } from './error'

beforeEach(() => {
  window.sessionStorage.clear()
  window.history.replaceState(null, '', '/')
})
afterEach(() => vi.unstubAllGlobals())

function stream(...chunks: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk))
      controller.close()
    },
  })
}

test('pushes are read across chunks, with comments and keep-alives between them', async () => {
  const heard: Push[] = []
  await readEvents(
    stream(
      ': hello\n\ndata: {"push":"chan',
      'ged","tags":["tickets"]}\n\n: keep\n\ndata: broken\n\ndata: {"push":"progress",\ndata: "job":"ingest:1","done":1,"total":null}\r\n\r\n',
    ),
    (push) => heard.push(push),
  )
  expect(heard).toEqual([
    { push: 'changed', tags: ['tickets'] },
    { push: 'progress', job: 'ingest:1', done: 1, total: null },
  ])
})

test('an envelope gives its value and tags, or its error', () => {
  expect(readEnvelope({ ok: { a: 1 }, tags: ['tickets'] })).toEqual({ value: { a: 1 }, tags: ['tickets'] })
  expect(readEnvelope({ ok: null })).toEqual({ value: null, tags: [] })
  expect(() => readEnvelope({ error: { code: 'CONFLICT', message: 'no' } })).toThrow(ApiError)
  expect(() => readEnvelope('<html>')).toThrow('unknown form')
})

test('the token leaves the address and goes with every call', async () => {
  window.history.replaceState(null, '', '/#token=secret&base=http://127.0.0.1:9000/')
  const fetched = vi.fn(async (_url: string, _init: RequestInit) => Response.json({ ok: {}, tags: [] }))
  vi.stubGlobal('fetch', fetched)
  const door = browserDoor()
  expect(window.location.hash).toBe('')
  await door.call('ticket.list', { limit: 1 })
  const [url, init] = fetched.mock.calls[0] as [string, RequestInit]
  expect(url).toBe('http://127.0.0.1:9000/api/ticket.list')
  expect((init.headers as Record<string, string>).Authorization).toBe('Bearer secret')
  expect(init.body).toBe('{"limit":1}')
  // A reload finds it again.
  browserDoor()
  expect(window.sessionStorage.getItem('haetae.token')).toBe('secret')
})

test('a route in the address is no token', () => {
  window.history.replaceState(null, '', '/#/tickets/7')
  browserDoor()
  expect(window.location.hash).toBe('#/tickets/7')
})

test('a backend that does not answer is said so', async () => {
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('refused')
  })
  await expect(browserDoor().call('ticket.list', {})).rejects.toMatchObject({ code: 'UI-002' })
  vi.stubGlobal('fetch', async () => new Response('nope', { status: 401 }))
  await expect(browserDoor().call('ticket.list', {})).rejects.toMatchObject({ code: 'UI-004' })
})

test('anything thrown becomes an error with a code', () => {
  expect(asApiError({ code: 'APP-004', message: { en: 'refused' } })).toMatchObject({ code: 'APP-004', message: 'refused' })
  expect(asApiError(new Error('x'))).toMatchObject({ code: 'UI-001' })
})
