/** Where the draft stands. */
export type DraftState = { kind: 'clean' } | { kind: 'unsaved' } | { kind: 'saved'; at: number } | { kind: 'failed'; error: unknown }

/** A draft is written this long after the last change. */
const QUIET_MS = 250
/** And at the latest this long after the first change that is not written: with the time of the write it stays under a second. */
const LONGEST_MS = 500
/** A failed write is tried again after this. */
const RETRY_MS = 3_000

/** The timers that an autosave needs; tests bring their own. */
export interface Clock {
  now(): number
  set(run: () => void, after: number): unknown
  clear(timer: unknown): void
}

const SYSTEM: Clock = {
  now: Date.now,
  set: (run, after) => setTimeout(run, after),
  clear: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
}

/** Writes a draft within a second of each change: one write at a time, the newest state wins, a failed write is repeated. */
export class Autosave {
  #timer: unknown
  #first: number | undefined
  #writing: Promise<void> | undefined
  #stopped = false
  readonly #write: () => Promise<void>
  readonly #tell: (state: DraftState) => void
  readonly #clock: Clock

  constructor(write: () => Promise<void>, tell: (state: DraftState) => void, clock: Clock = SYSTEM) {
    this.#write = write
    this.#tell = tell
    this.#clock = clock
  }

  /** Something changed. */
  changed(): void {
    if (this.#stopped) return
    const now = this.#clock.now()
    this.#first ??= now
    this.#tell({ kind: 'unsaved' })
    this.#schedule(Math.max(0, Math.min(QUIET_MS, this.#first + LONGEST_MS - now)))
  }

  /** Writes at once what is not written, and waits until it is. */
  async flush(): Promise<void> {
    this.#clock.clear(this.#timer)
    await this.#writing
    if (this.#first !== undefined) await this.#run()
  }

  /** Forgets what is not written: it was saved as a version. */
  settle(): void {
    this.#clock.clear(this.#timer)
    this.#first = undefined
    this.#tell({ kind: 'clean' })
  }

  /** Writes what is not written and hears no more changes. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.flush()
  }

  #schedule(after: number): void {
    this.#clock.clear(this.#timer)
    this.#timer = this.#clock.set(() => void this.#run(), after)
  }

  #run(): Promise<void> {
    if (this.#writing) {
      // The state is newer than what is being written: write once more afterwards.
      return this.#writing.then(() => (this.#first === undefined ? undefined : this.#run()))
    }
    const first = this.#first
    this.#first = undefined
    this.#writing = this.#write()
      .then(
        () => {
          if (this.#first === undefined) this.#tell({ kind: 'saved', at: this.#clock.now() })
        },
        (error: unknown) => {
          this.#first ??= first ?? this.#clock.now()
          this.#tell({ kind: 'failed', error })
          this.#schedule(RETRY_MS)
        },
      )
      .finally(() => {
        this.#writing = undefined
      })
    return this.#writing
  }
}
