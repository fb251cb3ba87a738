import { createStore, type StoreApi, useStore } from 'zustand'
import type { Answer, Playbook, TaskRun, TriedPlaybook } from '../../../generated/api'
import { type ApiError, asApiError, call } from '../../../platform'
import { fieldText } from '../fields/values'
import type { Session } from '../session'
import type { Recorded } from './recorded'

/** What a trial has been told, and how far it is shown. */
export interface TrialState {
  /** The inputs as they were typed. */
  input: Record<string, string>
  /** Tasks before which the run halts. */
  breakpoints: ReadonlySet<string>
  /** Outputs that were written in this trial only; pins stand in the draft. */
  edits: Record<string, unknown>
  skip: readonly string[]
  answers: Record<string, Answer>
  /** Replies that were recorded; pins and edits come before them. */
  recorded: Recorded | undefined
  tried: TriedPlaybook | undefined
  /** The document that was tried, as text; another one makes the frames old. */
  of: string | undefined
  /** How many frames are shown. */
  at: number
  busy: boolean
  error: ApiError | undefined
}

/** Why a trial stands where it does. */
export type Halt =
  | { why: 'new' }
  | { why: 'before'; task: string; breakpoint: boolean }
  | { why: 'question'; task: string }
  | { why: 'output'; task: string }
  | { why: 'end'; status: TriedPlaybook['status'] }

type Frames = TriedPlaybook['frames']

/** Returns the task of each frame that is its first, so that the run can halt before it. */
function isFirst(frames: Frames, at: number): boolean {
  const task = frames[at]?.task.id
  return task !== undefined && !frames.slice(0, at).some((frame) => frame.task.id === task)
}

/** Returns where one step leads: behind the next task, before the one after it. Skipped tasks are passed. */
export function stepFrom(frames: Frames, at: number): number {
  let next = Math.min(at + 1, frames.length)
  while (next < frames.length && (!isFirst(frames, next) || frames[next]?.task.status === 'skipped')) next++
  return next
}

/** Returns where running on leads: to a breakpoint, behind an unanswered question, or to the end. */
export function runFrom(frames: Frames, at: number, breakpoints: ReadonlySet<string>, questions: ReadonlySet<string>): number {
  let next = at
  do {
    const before = next
    next = stepFrom(frames, next)
    if (frames.slice(before, next).some((frame) => frame.task.status === 'waiting' && questions.has(frame.task.id))) return next
    const task = frames[next]?.task.id
    if (task !== undefined && breakpoints.has(task)) return next
  } while (next < frames.length)
  return next
}

/** Returns every task as it stands after so many frames. */
export function runsAt(frames: Frames, at: number): Map<string, TaskRun> {
  const runs = new Map<string, TaskRun>()
  for (const frame of frames.slice(0, at)) runs.set(frame.task.id, frame.task)
  return runs
}

/** Returns every task as it is shown: one that needs an output waits for the person who writes it, and does not run. */
export function shownAt(tried: TriedPlaybook | undefined, at: number): Map<string, TaskRun> {
  const runs = runsAt(tried?.frames ?? [], at)
  for (const { task } of tried?.held ?? []) {
    const run = runs.get(task)
    if (run?.status === 'running') runs.set(task, { ...run, status: 'waiting' })
  }
  return runs
}

/** Returns the variables after so many frames. */
export function variablesAt(frames: Frames, at: number): Record<string, unknown> {
  return Object.assign({}, ...frames.slice(0, at).map((frame) => frame.variables))
}

export function haltOf(state: Pick<TrialState, 'tried' | 'at' | 'breakpoints'>): Halt {
  const { tried, at, breakpoints } = state
  if (!tried) return { why: 'new' }
  const { frames, held, questions } = tried
  const runs = runsAt(frames, at)
  const asked = questions.find((question) => runs.get(question.task)?.status === 'waiting')
  const task = frames[at]?.task.id
  if (asked && (task === undefined || frames[at - 1]?.task.id === asked.task)) return { why: 'question', task: asked.task }
  if (task !== undefined) return { why: 'before', task, breakpoint: breakpoints.has(task) }
  const waiting = held[0]
  if (waiting) return { why: 'output', task: waiting.task }
  return { why: 'end', status: tried.status }
}

/** The pins of a draft: outputs that its tasks give in a trial. They stand in the layout, which has no part in what a version means. */
export function pinsOf(session: Session): Record<string, unknown> {
  const pins = session.graph.layoutRest.pins
  return pins !== null && typeof pins === 'object' && !Array.isArray(pins) ? (pins as Record<string, unknown>) : {}
}

/** One draft being tried. */
export class Trial {
  readonly store: StoreApi<TrialState>
  readonly #session: Session
  readonly #key: string
  #number = 0
  #running: Promise<unknown> = Promise.resolve()

  constructor(session: Session) {
    this.#session = session
    this.#key = `haetae.try.${session.id}`
    const kept = remembered(this.#key)
    this.store = createStore<TrialState>(() => ({
      input: kept.input,
      breakpoints: new Set(kept.breakpoints),
      edits: {},
      skip: [],
      answers: {},
      recorded: undefined,
      tried: undefined,
      of: undefined,
      at: 0,
      busy: false,
      error: undefined,
    }))
    this.store.subscribe(({ input, breakpoints }) => {
      window.localStorage.setItem(this.#key, JSON.stringify({ input, breakpoints: [...breakpoints] }))
    })
  }

  get state(): TrialState {
    return this.store.getState()
  }

  /** Tells whether the draft was changed since it was tried. */
  isOld(): boolean {
    return this.state.of !== undefined && this.state.of !== meaning(this.#session.document())
  }

  setInput(name: string, text: string): void {
    this.store.setState((state) => ({ input: { ...state.input, [name]: text } }))
  }

  /** Takes recorded replies and the input that belongs to them, or lets them go. */
  record(recorded: Recorded | undefined): void {
    const input = Object.entries(recorded?.input ?? {}).map(([name, value]) => [name, fieldText(value)])
    this.reset()
    this.store.setState((state) => ({ recorded, input: { ...state.input, ...Object.fromEntries(input) } }))
  }

  toggleBreakpoint(task: string): void {
    this.store.setState(({ breakpoints }) => {
      const next = new Set(breakpoints)
      if (!next.delete(task)) next.add(task)
      return { breakpoints: next }
    })
  }

  /** Begins again from the start, with nothing shown. */
  async start(values: Record<string, unknown>): Promise<boolean> {
    this.store.setState({ edits: {}, skip: [], answers: {}, at: 0, tried: undefined, of: undefined })
    return this.#run(values)
  }

  /** Forgets the run; inputs, breakpoints and pins stay. */
  reset(): void {
    this.#number++
    this.store.setState({ edits: {}, skip: [], answers: {}, at: 0, tried: undefined, of: undefined, busy: false, error: undefined })
  }

  step(): void {
    this.store.setState(({ tried, at }) => (tried ? { at: stepFrom(tried.frames, at) } : {}))
  }

  /** Goes back before the task that was shown last. */
  stepBack(): void {
    this.store.setState(({ tried, at }) => {
      if (!tried) return {}
      let before = 0
      for (let next = 0; next < at; next = stepFrom(tried.frames, next)) before = next
      return { at: before }
    })
  }

  goOn(): void {
    this.store.setState(({ tried, at, breakpoints }) =>
      tried ? { at: runFrom(tried.frames, at, breakpoints, new Set(tried.questions.map((question) => question.task))) } : {},
    )
  }

  /** Gives a task another output; the run goes on from there as if the task had given it. */
  async edit(task: string, output: unknown, values: Record<string, unknown>): Promise<void> {
    this.store.setState(({ edits, skip }) => ({ edits: { ...edits, [task]: output }, skip: skip.filter((id) => id !== task) }))
    await this.#run(values)
  }

  async skipTask(task: string, values: Record<string, unknown>): Promise<void> {
    this.store.setState(({ skip }) => ({ skip: [...skip.filter((id) => id !== task), task] }))
    if (await this.#run(values)) this.step()
  }

  /** Answers a question and goes on. */
  async answer(task: string, answer: Answer, values: Record<string, unknown>): Promise<void> {
    this.store.setState(({ answers }) => ({ answers: { ...answers, [task]: answer } }))
    if (await this.#run(values)) this.goOn()
  }

  /** Waits for what is under way, so that a key pressed meanwhile goes on from its result. */
  async settled(): Promise<void> {
    await this.#running
  }

  /** Keeps an output with the draft, or lets it go. */
  pin(task: string, output: unknown): void {
    const pins = { ...pinsOf(this.#session), [task]: output }
    if (output === undefined) delete pins[task]
    this.#session.design.change({ key: output === undefined ? 'unpin' : 'pin', values: { name: this.#session.nameFor(task) } }, (graph) => {
      if (Object.keys(pins).length > 0) graph.layoutRest.pins = pins
      else delete graph.layoutRest.pins
    })
  }

  #run(values: Record<string, unknown>): Promise<boolean> {
    const run = this.#ask(values)
    this.#running = run
    return run
  }

  async #ask(values: Record<string, unknown>): Promise<boolean> {
    const number = ++this.#number
    const document = this.#session.document()
    const { edits, skip, answers, recorded } = this.state
    this.store.setState({ busy: true, error: undefined })
    try {
      const tried = await call('playbook.try', {
        document,
        input: values,
        pins: { ...pinsOf(this.#session), ...edits },
        skip: [...skip],
        ...(recorded ? { replies: recorded.replies } : {}),
        answers: { ...recorded?.answers, ...answers },
      })
      if (number !== this.#number) return false
      this.store.setState(({ at }) => ({ tried, of: meaning(document), at: Math.min(at, tried.frames.length), busy: false }))
      return true
    } catch (thrown) {
      if (number === this.#number) this.store.setState({ busy: false, error: asApiError(thrown) })
      return false
    }
  }
}

/** What decides how a document runs: everything but where its parts stand. */
function meaning(document: Playbook): string {
  const { layout: _, ...rest } = document
  return JSON.stringify(rest)
}

function remembered(key: string): { input: Record<string, string>; breakpoints: string[] } {
  try {
    const kept = JSON.parse(window.localStorage.getItem(key) ?? '{}') as { input?: Record<string, string>; breakpoints?: string[] }
    return { input: kept.input ?? {}, breakpoints: kept.breakpoints ?? [] }
  } catch {
    return { input: {}, breakpoints: [] }
  }
}

const trials = new WeakMap<Session, Trial>()

/** Returns the trial of a session. */
export function trialOf(session: Session): Trial {
  let trial = trials.get(session)
  if (!trial) {
    trial = new Trial(session)
    trials.set(session, trial)
  }
  return trial
}

export function useTrial<T>(session: Session, pick: (state: TrialState) => T): T {
  return useStore(trialOf(session).store, pick)
}
