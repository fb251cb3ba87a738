import { beforeEach, expect, test, vi } from 'vitest'
import { expectPlaybook, readPlaybook } from './reading'

const read: string[] = []

vi.mock('../../platform', () => ({
  call: (operation: string, { id }: { id: string }) => {
    read.push(`${operation} ${id}`)
    return Promise.resolve(`${id} as read ${read.length}.`)
  },
}))

beforeEach(() => void read.splice(0))

test('what is on its way is taken up once', async () => {
  expectPlaybook('one')
  expect(await readPlaybook('one')).toBe('one as read 1.')
  expect(await readPlaybook('one')).toBe('one as read 2.')
  expect(read).toEqual(['playbook.show one', 'playbook.show one'])
})

test('who has gone on to another playbook reads that one, and never the old one of before', async () => {
  expectPlaybook('one')
  expect(await readPlaybook('other')).toBe('other as read 2.')
  expect(await readPlaybook('one')).toBe('one as read 3.')
})
