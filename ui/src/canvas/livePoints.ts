/** Why the connection points of a task are more than a picture. */
type Reason = 'pointer' | 'from' | 'to'

/**
 * The tasks whose connection points answer: the one under the pointer, and the ends of a link that is being drawn. Every point of React
 * Flow asks its store after each change of anything; on a screen with a hundred tasks these are most of what an undo takes.
 */
export class LivePoints {
  readonly #tasks = new Map<Reason, string>()
  readonly #followers = new Set<() => void>()

  subscribe = (follow: () => void): (() => void) => {
    this.#followers.add(follow)
    return () => void this.#followers.delete(follow)
  }

  has(task: string): boolean {
    for (const id of this.#tasks.values()) if (id === task) return true
    return false
  }

  set(reason: Reason, task: string | undefined): void {
    if (this.#tasks.get(reason) === task) return
    if (task === undefined) this.#tasks.delete(reason)
    else this.#tasks.set(reason, task)
    for (const follow of this.#followers) follow()
  }
}
