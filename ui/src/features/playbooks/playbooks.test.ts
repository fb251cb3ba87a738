import { expect, test } from 'vitest'
import type { Input } from '../../generated/api'
import { readInput } from './inputs'
import { idOf } from './slug'

const input = (type: Input['type'], required = false): Input => ({ name: 'x', type, required })

test.each([
  ['IP triage', [], 'ip-triage'],
  ['Phishing: mail & URL!', [], 'phishing-mail-url'],
  ['IP triage', ['ip-triage', 'ip-triage-2'], 'ip-triage-3'],
  ['', [], 'playbook'],
])('%s becomes an id', (name, taken, id) => {
  expect(idOf(name, taken)).toBe(id)
})

test('a Korean name becomes a readable id', () => {
  expect(idOf('악성코드 대응', [])).toMatch(/^[a-z]+-[a-z]+$/)
})

test.each([
  ['string', ' a ', { ok: true, value: 'a' }],
  ['number', '1.5', { ok: true, value: 1.5 }],
  ['number', 'x', { ok: false, key: 'run.bad_number' }],
  ['ticket', 'T-2091', { ok: true, value: 2091 }],
  ['ticket', '2091', { ok: true, value: 2091 }],
  ['ticket', 'x', { ok: false, key: 'run.bad_ticket' }],
  ['list', 'a, b', { ok: true, value: ['a', 'b'] }],
  ['list', '["a"]', { ok: true, value: ['a'] }],
  ['list', '{}', { ok: false, key: 'run.bad_list' }],
  ['object', '{', { ok: false, key: 'run.bad_json' }],
  ['boolean', 'true', { ok: true, value: true }],
  ['any', 'plain', { ok: true, value: 'plain' }],
] as const)('%s %j', (type, text, read) => {
  expect(readInput(input(type), text)).toEqual(read)
})

test('an empty input is absent, or needed', () => {
  expect(readInput(input('string'), ' ')).toEqual({ ok: 'absent' })
  expect(readInput(input('string', true), '')).toEqual({ ok: false, key: 'run.required' })
  expect(readInput({ ...input('string', true), default: 'd' }, '')).toEqual({ ok: 'absent' })
})
