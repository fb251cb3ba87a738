import { expect, test } from 'vitest'
import type { ListExecutions } from '../../generated/api'
import { filterOf, readFilter, showOf, writeFilter } from './filter'

test.each<ListExecutions>([
  {},
  { status: ['failed'], search: '"a phrase" & more', started_from: '2026-11-01T00:00:00Z' },
  { playbooks: ['a', 'b'], trigger: ['schedule'], sort: 'duration', ascending: true, kept: true, roots: true, version: 3, ticket: 9 },
  { task: { task: 'look', status: ['failed'], error_code: 'APP-429' } },
])('%j goes through the address', (filter) => {
  expect(readFilter(new URLSearchParams(writeFilter(filter)))).toEqual(filter)
})

test('an address may hold anything', () => {
  for (const written of [
    '',
    '{',
    'null',
    '[]',
    '"x"',
    '{"status":"failed","search":7,"queued_from":"soon","ticket":1.5,"task":3,"kept":"yes"}',
  ])
    expect(readFilter(new URLSearchParams({ filter: written }))).toEqual({})
  expect(filterOf({ status: ['failed', 'bogus', 4], sort: 'colour' })).toEqual({ status: ['failed'] })
})

test('the old address of a playbook still works', () => {
  expect(readFilter(new URLSearchParams('playbook=ip-block'))).toEqual({ playbook: 'ip-block' })
})

test.each([
  [undefined, 'all'],
  [['done'], 'done'],
  [['cancelled', 'failed'], 'failed'],
  [['failed'], null],
] as const)('statuses %j are the view %s', (status, show) => {
  expect(showOf(status ? { status: [...status] } : {})).toBe(show)
})
