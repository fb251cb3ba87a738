import { describe, expect, test } from 'vitest'
import blockRejected from '../../../../../playbooks/rehearsals/ip-block.rejected.json'
import type { ExecutionDetail } from '../../../generated/api'
import { readRehearsal, recordedOf } from './recorded'

describe('a rehearsal', () => {
  test('is read with its input, replies and answers', () => {
    const rehearsal = { input: { ip: '192.0.2.1' }, replies: { look: [{ output: 1 }] }, answers: { ask: { value: true } }, expect: {} }
    expect(readRehearsal('x', rehearsal)).toEqual({
      name: 'x',
      input: rehearsal.input,
      replies: rehearsal.replies,
      answers: rehearsal.answers,
    })
  })
  test('may hold answers only, as a shipped one does', () => expect(readRehearsal('x', blockRejected)?.replies).toEqual({}))
  test.each([
    undefined,
    null,
    7,
    [],
    {},
    { tasks: {} },
    { replies: [] },
    { replies: { look: { output: 1 } } },
    { replies: {}, answers: 1 },
  ])('is not %j', (other) => expect(readRehearsal('x', other)).toBeUndefined())
})

describe('a past execution', () => {
  const run = (id: string, type: string, more: object) => ({
    id,
    type,
    status: 'done',
    outcome: 'done',
    input: null,
    output: null,
    error: null,
    ...more,
  })
  const execution = {
    input: { ip: '192.0.2.1' },
    truncated: ['huge'],
    tasks: [
      run('look', 'action', { output: { malicious: 9 } }),
      run('huge', 'action', { output: 'cut' }),
      run('mail', 'email', { status: 'failed', outcome: 'failed', error: { code: 'APP-007', message: { en: 'no answer' } } }),
      run('sum', 'formula', { output: 3 }),
      run('later', 'action', { status: 'skipped', outcome: null }),
      run('sure', 'input', { output: true }),
      run('asked', 'input', { outcome: 'expired' }),
      run('block', 'approval', { outcome: 'rejected', output: { approved: false, opinion: 'ours' } }),
    ],
  } as unknown as ExecutionDetail
  test('gives what was asked of apps and people, and nothing that was cut or is computed', () =>
    expect(recordedOf('x', execution, (words) => (words as { en: string }).en)).toEqual({
      name: 'x',
      input: { ip: '192.0.2.1' },
      replies: { look: [{ output: { malicious: 9 } }], mail: [{ error: { code: 'APP-007', message: 'no answer' } }] },
      answers: { sure: { value: true }, block: { approved: false, opinion: 'ours' } },
    }))
})
