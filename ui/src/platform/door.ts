import type { Operations, Push } from '../generated/api'
import { browserDoor } from './browser'
import { tauriDoor } from './tauri'

export type Answered<T> = { value: T; tags: string[] }
export type Unsubscribe = () => void

/** What a door can do; there is one for the window and one for a browser. */
export interface Door {
  call(operation: string, request: unknown): Promise<Answered<unknown>>
  /** Calls `listener` for every push; `connection` hears when the stream is lost and found again. */
  subscribe(listener: (push: Push) => void, connection: (up: boolean) => void): Unsubscribe
}

declare global {
  interface Window {
    __TAURI_INTERNALS__?: unknown
  }
}

let current: Door | undefined

/** Returns the door; `replacement` sets another one (tests only). */
export function door(replacement?: Door): Door {
  if (replacement) current = replacement
  current ??= window.__TAURI_INTERNALS__ === undefined ? browserDoor() : tauriDoor()
  return current
}

/** Calls one operation; failures are `ApiError`s. */
export async function call<Name extends keyof Operations>(
  operation: Name,
  request: Operations[Name]['request'],
): Promise<Operations[Name]['response']> {
  return (await callTagged(operation, request)).value
}

/** Calls one operation and returns the tags it depends on (a read) or changed (a write) beside its response. */
export async function callTagged<Name extends keyof Operations>(
  operation: Name,
  request: Operations[Name]['request'],
): Promise<Answered<Operations[Name]['response']>> {
  return (await door().call(operation, request)) as Answered<Operations[Name]['response']>
}

const listeners = new Set<(push: Push) => void>()
const connections = new Set<(up: boolean) => void>()
let stop: Unsubscribe | undefined

/** Hears every push; all listeners share one stream. */
export function subscribe(listener: (push: Push) => void): Unsubscribe {
  listeners.add(listener)
  stop ??= door().subscribe(
    (push) => {
      for (const each of listeners) each(push)
    },
    (up) => {
      for (const each of connections) each(up)
    },
  )
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      stop?.()
      stop = undefined
    }
  }
}

/** Hears when the stream of pushes is lost and found again. */
export function onConnection(listener: (up: boolean) => void): Unsubscribe {
  connections.add(listener)
  return () => connections.delete(listener)
}
