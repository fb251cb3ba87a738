import type { Position } from '../../generated/api'
import type { TidyRequest } from './model/tidy'

/** Lays a graph out in a worker, so that the window goes on meanwhile. */
export function tidyInWorker(request: TidyRequest): Promise<Record<string, Position>> {
  const worker = new Worker(new URL('./model/tidy.worker.ts', import.meta.url), { type: 'module' })
  return new Promise<Record<string, Position>>((resolve, reject) => {
    worker.onmessage = (message: MessageEvent<Record<string, Position>>) => resolve(message.data)
    worker.onerror = (event) => reject(new Error(event.message))
    worker.postMessage(request)
  }).finally(() => worker.terminate())
}
