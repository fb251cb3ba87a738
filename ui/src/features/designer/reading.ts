import type { PlaybookDetail } from '../../generated/api'
import { call } from '../../platform'

/** The playbook that somebody has just gone to, on its way. */
let expected: { id: string; detail: Promise<PlaybookDetail> } | undefined

/** Begins to read a playbook whose screen is not drawn yet. */
export function expectPlaybook(id: string): void {
  const detail = call('playbook.show', { id })
  // Whoever takes it up says what went wrong.
  detail.catch(() => {})
  expected = { id, detail }
}

/** Reads a playbook, or takes up what is on its way; that is taken once, because it ages. */
export function readPlaybook(id: string): Promise<PlaybookDetail> {
  const taken = expected?.id === id ? expected.detail : undefined
  expected = undefined
  return taken ?? call('playbook.show', { id })
}
