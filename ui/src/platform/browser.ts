import type { Push } from '../generated/api'
import type { Door } from './door'
import { readEnvelope } from './envelope'
import { ApiError, unreachable } from './error'

const TOKEN_KEY = 'haetae.token'
const BASE_KEY = 'haetae.base'

/** Takes `#token=...&base=...` out of the address, so that it is neither bookmarked nor shown. */
function takeCredentials(): { token: string; base: string } {
  const fragment = window.location.hash.replace(/^#\/?/, '')
  if (/(^|&)token=/.test(fragment)) {
    const given = new URLSearchParams(fragment)
    window.sessionStorage.setItem(TOKEN_KEY, given.get('token') ?? '')
    const base = given.get('base')
    if (base === null) window.sessionStorage.removeItem(BASE_KEY)
    else window.sessionStorage.setItem(BASE_KEY, base.replace(/\/$/, ''))
    window.history.replaceState(null, '', `${window.location.pathname}${window.location.search}`)
  }
  return { token: window.sessionStorage.getItem(TOKEN_KEY) ?? '', base: window.sessionStorage.getItem(BASE_KEY) ?? '' }
}

/** The door of a browser: the loopback HTTP door with its bearer token. */
export function browserDoor(): Door {
  const { token, base } = takeCredentials()
  const headers = { Authorization: `Bearer ${token}` }

  return {
    async call(operation, request) {
      let response: Response
      try {
        response = await fetch(`${base}/api/${operation}`, {
          method: 'POST',
          headers: { ...headers, 'Content-Type': 'application/json' },
          body: JSON.stringify(request ?? {}),
        })
      } catch (reason) {
        throw unreachable(reason instanceof Error ? reason.message : String(reason))
      }
      let body: unknown
      try {
        body = await response.json()
      } catch {
        throw response.status === 401 ? unauthorised() : unreachable(`HTTP ${response.status}`)
      }
      return readEnvelope(body)
    },

    subscribe(listener, connection) {
      const abort = new AbortController()
      void follow(`${base}/api/events`, headers, abort.signal, listener, connection)
      return () => abort.abort()
    },
  }
}

function unauthorised(): ApiError {
  return new ApiError({
    code: 'UI-004',
    message: { ko: '이 브라우저 탭에는 열쇠가 없습니다.', en: 'This browser tab has no token.' },
    hint: { ko: '`haetae serve`가 보여 준 주소로 다시 여세요.', en: 'Open the address that `haetae serve` printed again.' },
  })
}

/** Reads the event stream for as long as the page lives; a lost stream is opened again with growing pauses. */
async function follow(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  listener: (push: Push) => void,
  connection: (up: boolean) => void,
): Promise<void> {
  let pause = 250
  while (!signal.aborted) {
    try {
      const response = await fetch(url, { headers: { ...headers, Accept: 'text/event-stream' }, signal })
      if (response.ok && response.body) {
        connection(true)
        pause = 250
        await readEvents(response.body, listener)
      }
    } catch {
      if (signal.aborted) return
    }
    connection(false)
    await new Promise((done) => setTimeout(done, pause))
    pause = Math.min(pause * 2, 10_000)
  }
}

/** Reads server-sent events: `data:` lines up to an empty line are one push. */
export async function readEvents(body: ReadableStream<Uint8Array>, listener: (push: Push) => void): Promise<void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let data: string[] = []
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    rest += decoder.decode(value, { stream: true })
    const lines = rest.split(/\r\n|\n|\r/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith('data:')) data.push(line.slice(5).trimStart())
      else if (line === '' && data.length > 0) {
        const text = data.join('\n')
        data = []
        try {
          listener(JSON.parse(text) as Push)
        } catch {
          // A push that is no JSON carries no news; the next changed tag repairs the screen.
        }
      }
    }
  }
}
