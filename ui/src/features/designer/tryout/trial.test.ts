import { describe, expect, it } from 'vitest'
import type { TaskRun, TriedPlaybook } from '../../../generated/api'
import { haltOf, runFrom, runsAt, stepFrom, variablesAt } from './trial'

type Frames = TriedPlaybook['frames']

/** Frames from a line such as `a:running a:done b:skipped c:done`; a done task sets a variable of its name. */
const frames = (line: string): Frames =>
  line.split(' ').map((word) => {
    const [id = '', status = ''] = word.split(':')
    return { at: '2026-01-01T00:00:00Z', task: { id, status } as TaskRun, variables: status === 'done' ? { [id]: true } : {} }
  })

const RUN = frames('a:running a:done b:skipped c:done d:running d:done')

const tried = (line: string, more: Partial<TriedPlaybook> = {}): TriedPlaybook => ({
  frames: frames(line),
  status: 'done',
  held: [],
  questions: [],
  warnings: [],
  ...more,
})

describe('a step', () => {
  it('runs one task whole and halts before the next, past those that are skipped', () => {
    expect(stepFrom(RUN, 0)).toBe(3)
    expect(stepFrom(RUN, 3)).toBe(4)
    expect(stepFrom(RUN, 4)).toBe(6)
  })
  it('stays at the end', () => expect(stepFrom(RUN, 6)).toBe(6))
})

describe('running on', () => {
  it('halts before a breakpoint, and goes on from it', () => {
    expect(runFrom(RUN, 0, new Set(['d']), new Set())).toBe(4)
    expect(runFrom(RUN, 4, new Set(['d']), new Set())).toBe(6)
  })
  it('halts behind a question that nobody answered', () => {
    const asked = frames('ask:waiting x:running x:done ask:done')
    expect(runFrom(asked, 0, new Set(), new Set(['ask']))).toBe(1)
    expect(runFrom(asked, 1, new Set(), new Set(['ask']))).toBe(4)
  })
})

describe('what is shown', () => {
  it('is every task as it stood, and what was set by then', () => {
    expect([...runsAt(RUN, 4)].map(([id, run]) => `${id}:${run.status}`)).toEqual(['a:done', 'b:skipped', 'c:done'])
    expect(variablesAt(RUN, 3)).toEqual({ a: true })
  })
})

describe('why it halts', () => {
  const at = (trial: TriedPlaybook, index: number) => haltOf({ tried: trial, at: index, breakpoints: new Set(['c']) })
  it('is the task that comes next', () => {
    expect(at(tried('a:done b:done c:done'), 1)).toEqual({ why: 'before', task: 'b', breakpoint: false })
    expect(at(tried('a:done b:done c:done'), 2)).toEqual({ why: 'before', task: 'c', breakpoint: true })
  })
  it('is a missing output, a question, or the end', () => {
    const call = { app: 'vt', connection: 'default', command: 'look', parameters: {} }
    expect(at(tried('a:running', { held: [{ task: 'a', call, destructive: false }] }), 1)).toEqual({ why: 'output', task: 'a' })
    const question = { number: 1, task: 'q', text: '?', kind: { kind: 'boolean' } } as TriedPlaybook['questions'][number]
    expect(at(tried('q:waiting', { questions: [question], status: 'waiting' }), 1)).toEqual({ why: 'question', task: 'q' })
    expect(at(tried('a:done'), 1)).toEqual({ why: 'end', status: 'done' })
  })
})
