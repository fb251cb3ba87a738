import { expect, test } from 'vitest'
import type { Replay, TaskRun } from '../../generated/api'
import { Recording, wholeAt } from './moment'
import type { Watched, WatchedRun } from './watched'

const at = (second: number) => new Date(second * 1000).toISOString()

const run = (id: string, over: Partial<WatchedRun>): WatchedRun =>
  ({
    id,
    type: 'action',
    status: 'done',
    attempts: 1,
    outcome: 'done',
    error: null,
    history: [],
    ...over,
  }) as WatchedRun

/** `a` fails once and is done; `b` waits for a person who answers; `c` is skipped. */
const DETAIL = {
  tasks: [
    run('a', {
      attempts: 2,
      started_at: at(0),
      ended_at: at(60),
      history: [
        { number: 1, started_at: at(0), ended_at: at(2), error: { code: 'APP-429' } },
        { number: 2, started_at: at(50), ended_at: at(60), error: null },
      ],
    }),
    run('b', { type: 'approval', started_at: at(60), ended_at: at(600), outcome: 'approved', answered_by: 'kim' }),
    run('c', { status: 'skipped', attempts: 0, started_at: null, ended_at: at(600), outcome: null }),
  ],
  links: ['fired', 'fired', 'dead'],
} as unknown as Watched

const REPLAY: Replay = {
  frames: [
    {
      sequence: 1,
      at: at(0),
      status: 'running',
      tasks: [{ task: 'a', status: 'running', attempts: 1 }],
      links: [{ link: 0, state: 'fired' }],
    },
    { sequence: 2, at: at(2), status: 'running', tasks: [{ task: 'a', status: 'running', attempts: 1 }], links: [] },
    { sequence: 3, at: at(50), status: 'running', tasks: [{ task: 'a', status: 'running', attempts: 2 }], links: [] },
    {
      sequence: 4,
      at: at(60),
      status: 'waiting',
      tasks: [
        { task: 'a', status: 'done', attempts: 2 },
        { task: 'b', status: 'waiting', attempts: 1 },
      ],
      links: [{ link: 1, state: 'fired' }],
    },
    {
      sequence: 5,
      at: at(600),
      status: 'done',
      tasks: [
        { task: 'b', status: 'done', attempts: 1 },
        { task: 'c', status: 'skipped', attempts: 0 },
      ],
      links: [{ link: 2, state: 'dead' }],
    },
  ],
}

const recording = new Recording(REPLAY)

function look(index: number) {
  const moment = recording.at(DETAIL, index)
  return { status: moment?.status, tasks: moment?.tasks.map((task) => task.status), links: moment?.links }
}

test.each([
  [0, { status: 'running', tasks: ['running', 'pending', 'pending'], links: ['fired', 'open', 'open'] }],
  [3, { status: 'waiting', tasks: ['done', 'waiting', 'pending'], links: ['fired', 'fired', 'open'] }],
  [4, { status: 'done', tasks: ['done', 'done', 'skipped'], links: ['fired', 'fired', 'dead'] }],
])('after transition %d', (index, expected) => {
  expect(look(index)).toEqual(expected)
})

test('moments are asked for in any order and outside the record', () => {
  expect([4, 0, 9, -3].map((index) => look(index).status)).toEqual(['done', 'running', 'done', 'running'])
})

test('what was not known yet is not told', () => {
  const [a, b] = recording.at(DETAIL, 1)?.tasks ?? []
  expect(a).toMatchObject({ attempts: 1, started_at: at(0), ended_at: null, outcome: null })
  expect(a?.history).toEqual([{ number: 1, started_at: at(0), ended_at: at(2), error: { code: 'APP-429' } }])
  expect(b).toMatchObject({ started_at: null })
  expect(b && 'answered_by' in b).toBe(false)
  expect(recording.at(DETAIL, 4)?.tasks[1]).toMatchObject({ answered_by: 'kim', outcome: 'approved' })
})

test('values and words of a run are told from when they were known', () => {
  const shownAt = (index: number) => recording.at(DETAIL, index)?.tasks[0] as WatchedRun
  const failure = { code: 'APP-429', message: 'slow down' }
  const whole = {
    ...DETAIL.tasks[0],
    input: 'in',
    output: 'out',
    history: [
      { number: 1, started_at: at(0), ended_at: at(2), error: failure },
      { number: 2, started_at: at(50), ended_at: at(60), error: null },
    ],
  } as unknown as TaskRun
  const early = wholeAt(whole, shownAt(1))
  expect(early).toMatchObject({ input: 'in', output: null, attempts: 1 })
  expect(early.history).toEqual([{ number: 1, started_at: at(0), ended_at: at(2), error: failure }])
  expect(wholeAt(whole, shownAt(2)).history[1]).toEqual({ number: 2, started_at: at(50), ended_at: null, error: null })
  expect(wholeAt(whole, shownAt(3))).toMatchObject({ input: 'in', output: 'out', history: whole.history })
})

test('an attempt under way has no end yet', () => {
  expect(recording.at(DETAIL, 2)?.tasks[0]?.history[1]).toEqual({ number: 2, started_at: at(50), ended_at: null, error: null })
})

test('every transition has a place of its own, first and last at the ends', () => {
  const { places } = recording
  expect([places[0], places[4]]).toEqual([0, 1])
  expect(places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0))).toBe(true)
  expect(places.map((place) => recording.nearest(place))).toEqual([0, 1, 2, 3, 4])
})

test('a place in the journal finds its frame', () => {
  expect([1, 4, 99, 0].map((sequence) => recording.indexOf(sequence))).toEqual([0, 3, 4, 0])
})
