import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Diagnostic, PlaybookDetail } from '../../generated/api'
import { Session, type Surroundings } from './session'

const detail = {
  summary: { id: 'watch' },
  version: 1,
  draft: null,
  document: { format: 1, id: 'watch', tasks: { a: { type: 'wait', seconds: 1 } }, links: [{ from: 'start', to: 'a' }] },
} as unknown as PlaybookDetail

const found = (code: string): Diagnostic[] => [
  { code, level: 'error', message: { ko: code, en: code }, task: 'a' } as unknown as Diagnostic,
]

/** A session whose checks find what `finds` says. */
function session(finds: () => Diagnostic[]): Session {
  const around = { check: async () => finds(), saveDraft: async () => {}, discardDraft: async () => {} }
  return new Session(detail, around as unknown as Surroundings)
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('problems that are found again are the very same, so that nothing is drawn anew', async () => {
  let code = 'PBK-014'
  const design = session(() => found(code))
  await vi.runAllTimersAsync()
  const first = design.look.getState().diagnostics
  expect(first.map((each) => each.code)).toEqual(['PBK-014'])
  design.checkSoon()
  await vi.runAllTimersAsync()
  expect(design.look.getState().diagnostics).toBe(first)
  code = 'PBK-020'
  design.checkSoon()
  await vi.runAllTimersAsync()
  expect(design.look.getState().diagnostics.map((each) => each.code)).toEqual(['PBK-020'])
})

test('a change that the canvas shows by itself is told after the frame, every other one at once', async () => {
  const design = session(() => [])
  let told = 0
  design.follow(() => told++)
  design.setView({ showAhead: () => true } as never)
  design.set('a', ['seconds'], 2)
  expect(told).toBe(0)
  await vi.runAllTimersAsync()
  expect(told).toBe(1)
  design.setView({ showAhead: () => false } as never)
  design.design.undo()
  expect(told).toBe(2)
  await design.close()
})
