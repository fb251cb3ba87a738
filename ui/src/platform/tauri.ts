import { invoke } from '@tauri-apps/api/core'
import { listen } from '@tauri-apps/api/event'
import type { Push } from '../generated/api'
import type { Door } from './door'
import { readEnvelope } from './envelope'

/** The door of the window: one command and one event. */
export function tauriDoor(): Door {
  return {
    async call(operation, request) {
      return readEnvelope(await invoke('call', { operation, request }))
    },
    subscribe(listener, connection) {
      let stopped = false
      let unlisten: (() => void) | undefined
      void listen<Push>('push', (event) => listener(event.payload)).then((stop) => {
        if (stopped) stop()
        else {
          unlisten = stop
          connection(true)
        }
      })
      return () => {
        stopped = true
        unlisten?.()
      }
    },
  }
}
