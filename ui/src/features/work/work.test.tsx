import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import type { QuestionGroup, QuestionGroups } from '../../generated/api'
import { ApiError } from '../../platform'
import { mount, press } from '../../testing/mount'
import { factsOf } from './facts'
import { entryAt, sectionsOf } from './queue'

function group(id: number, kind: string, over: Partial<QuestionGroup> = {}): QuestionGroup {
  const questions = [
    {
      id,
      text: 'q',
      execution: 1,
      ticket: null,
      ticket_title: null,
      severity: null,
      assignee: null,
      asked_at: '2026-11-22T00:00:00Z',
      deadline: null,
    },
  ]
  return { kind, questions, count: 1, severity: null, deadline: null, playbook: 'p', task: 't', ...over }
}

const NONE: QuestionGroups = { groups: [], reviews: [], tickets: [], new_tickets: 0 }

test('the queue stands by what is wanted, the soonest deadline first, then the worst severity', () => {
  const sections = sectionsOf({
    ...NONE,
    groups: [
      group(1, 'input'),
      group(2, 'approval', { severity: 'low' }),
      group(3, 'approval', { severity: 'critical' }),
      group(4, 'approval', { deadline: '2026-11-22T03:00:00Z', severity: 'low', count: 5 }),
      group(5, 'gate'),
    ],
  })
  expect(sections.map((section) => [section.name, section.count, section.entries.map((entry) => entry.address)])).toEqual([
    ['approval', 7, ['/work/question/4', '/work/question/3', '/work/question/2']],
    ['gate', 1, ['/work/question/5']],
    ['input', 1, ['/work/question/1']],
  ])
})

test('an address of any question in a group opens the group', () => {
  const both = group(1, 'approval')
  const sections = sectionsOf({ ...NONE, groups: [{ ...both, questions: [...both.questions, { ...both.questions[0], id: 9 } as never] }] })
  expect(entryAt(sections, 'question', '9', undefined)?.key).toBe('q1')
  expect(entryAt(sections, 'question', '8', undefined)).toBeUndefined()
})

test('an output is read at a glance: plain fields first, then those one level down', () => {
  expect(factsOf({ stats: { malicious: 17 }, country: 'NL', tags: ['a', 'b'], none: null, deep: { deeper: { x: 1 } } })).toEqual([
    { name: 'country', value: 'NL' },
    { name: 'tags', value: 'a, b' },
    { name: 'stats.malicious', value: '17' },
  ])
  expect(factsOf('text')).toEqual([{ name: '', value: 'text' }])
  expect(factsOf(null)).toEqual([])
})

test('A approves the open question with the hash that was seen', async () => {
  const window = await mount('/work/question/71')
  await screen.findByText('If you approve, exactly this')
  act(() => press('KeyA'))
  await waitFor(() => expect(window.requests('question.answer')).toEqual([{ ids: [71], answer: { approved: true, hash: 'hash-71' } }]))
  window.unmount()
})

test('A and R are letters while somebody writes an opinion', async () => {
  const window = await mount('/work/question/71')
  const box = await screen.findByRole('textbox', { name: /Opinion/ })
  act(() => press('KeyA', {}, box))
  act(() => press('KeyR', {}, box))
  expect(window.requests('question.answer')).toEqual([])
  window.unmount()
})

test('keys of an unfinished syllable do nothing', async () => {
  const window = await mount('/work/question/71')
  await screen.findByText('If you approve, exactly this')
  act(() => press('KeyA', { isComposing: true }))
  expect(window.requests('question.answer')).toEqual([])
  window.unmount()
})

test('a rejection wants a reason', async () => {
  const window = await mount('/work/question/71')
  fireEvent.click(await screen.findByRole('button', { name: /Reject/ }))
  expect(await screen.findByText('Say why you reject')).toBeTruthy()
  expect(window.requests('question.answer')).toEqual([])
  fireEvent.change(screen.getByRole('textbox', { name: /Opinion/ }), { target: { value: 'a test machine' } })
  fireEvent.click(screen.getByRole('button', { name: /Reject/ }))
  await waitFor(() =>
    expect(window.requests('question.answer')).toEqual([
      { ids: [71], answer: { approved: false, opinion: 'a test machine', hash: 'hash-71' } },
    ]),
  )
  window.unmount()
})

test('a press right after an answer is not meant for the next question, what is written there is', async () => {
  // The clock stands, long ago for the tests after this one.
  const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now() - 60_000)
  const window = await mount('/work/question/71')
  await screen.findByText('If you approve, exactly this')
  act(() => press('KeyA'))
  await screen.findByText('1 answer recorded')
  await act(() => window.router.navigate('/work/question/72'))
  const opinion = await screen.findByRole('textbox', { name: /Opinion/ })
  act(() => press('KeyA'))
  fireEvent.change(opinion, { target: { value: 'a scanner of ours' } })
  fireEvent.click(screen.getByRole('button', { name: /Reject/ }))
  await waitFor(() => expect(window.requests('question.answer')).toHaveLength(2))
  expect(window.requests('question.answer')[1]).toEqual({
    ids: [72],
    answer: { approved: false, opinion: 'a scanner of ours', hash: 'hash-72' },
  })
  window.unmount()
  clock.mockRestore()
})

test('all alike are answered with the hash of each, after each was read', async () => {
  const window = await mount('/work/question/71')
  fireEvent.click(await screen.findByRole('radio', { name: 'All 3 alike' }))
  const approve = await screen.findByRole('button', { name: /Approve 12 actions/ })
  fireEvent.click(approve)
  await waitFor(() =>
    expect(window.requests('question.answer')).toEqual([
      { ids: [71, 72, 73], answer: { approved: true }, hashes: ['hash-71', 'hash-72', 'hash-73'] },
    ]),
  )
  window.unmount()
})

test('the second of two people is told who decided what', async () => {
  const window = await mount('/work/question/71')
  await screen.findByText('If you approve, exactly this')
  const question = window.fake.questions.get(71)
  if (question) question.answered = { answer: { approved: false, opinion: 'known tool' }, by: '김서연', at: '2026-11-22T02:30:00Z' }
  act(() => press('KeyA'))
  expect(await screen.findByText('김서연 already decided: rejected')).toBeTruthy()
  expect(screen.getByText('known tool')).toBeTruthy()
  expect(screen.queryByRole('button', { name: /Approve/ })).toBeNull()
  window.unmount()
})

test('a failure is shown with its code', async () => {
  const window = await mount('/work/question/71', (fake) =>
    fake.refuse.set('question.answer', new ApiError({ code: 'STORE-003', message: 'The disk is full.' })),
  )
  await screen.findByText('If you approve, exactly this')
  act(() => press('KeyA'))
  expect(await screen.findByText('STORE-003')).toBeTruthy()
  window.unmount()
})

test('J and K walk the queue', async () => {
  const window = await mount('/work')
  await waitFor(() => expect(window.router.state.location.pathname).toBe('/work/question/71'))
  await screen.findByText('If you approve, exactly this')
  act(() => press('KeyJ'))
  await waitFor(() => expect(window.router.state.location.pathname).toBe('/work/question/82'))
  await screen.findByText('If you approve, this command runs now')
  act(() => press('KeyK'))
  await waitFor(() => expect(window.router.state.location.pathname).toBe('/work/question/71'))
  window.unmount()
})

test.each(['/tickets', '/work/decisions/all'])('an answer that is on its way calls nobody back who has gone on to %s', async (address) => {
  const window = await mount('/work/question/71')
  await screen.findByText('If you approve, exactly this')
  act(() => {
    press('KeyA')
    void window.router.navigate(address)
  })
  await screen.findByText('1 answer recorded')
  expect(window.router.state.location.pathname).toBe(address)
  window.unmount()
})

test('an empty workspace offers the sample', async () => {
  const window = await mount('/work', (fake) => {
    fake.workspace = { ...fake.workspace, empty: true, sample: false }
  })
  fireEvent.click(await screen.findByRole('button', { name: 'Load the sample workspace' }))
  await waitFor(() => expect(window.requests('sample.load')).toEqual([{}]))
  await screen.findByText('What is asked')
  window.unmount()
})

test('a queue that arrives late does not call somebody back who has left for another screen', async () => {
  window.location.hash = '#/playbooks'
  const view = await mount('/work')
  await waitFor(() => expect(screen.getAllByRole('heading', { level: 2 }).length).toBeGreaterThan(0))
  expect(view.router.state.location.pathname).toBe('/work')
  view.unmount()
  window.location.hash = ''
})
