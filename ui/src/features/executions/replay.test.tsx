import { MantineProvider } from '@mantine/core'
import { fireEvent, render, screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import '../../app/i18n'
import { type Moment, Recording } from './moment'
import { ReplayBar } from './ReplayBar'
import type { Watched } from './watched'

const at = (second: number) => new Date(second * 1000).toISOString()
const frames = [0, 1, 2].map((index) => ({ sequence: index, at: at(index), tasks: [], links: [], status: 'running', variables: {} }))
const recording = new Recording({ frames } as unknown as ConstructorParameters<typeof Recording>[0])
const detail = {
  summary: { queued_at: at(0), started_at: at(0), ended_at: at(2), status: 'done' },
  tasks: [],
  links: [],
  document: {},
} as unknown as Watched

test('what has begun to play goes on, however late the address follows', () => {
  vi.useFakeTimers()
  const moves: Array<number | null> = []
  const bar = (moment: Moment | null) => (
    <MantineProvider>
      <ReplayBar
        detail={detail}
        recording={recording}
        moment={moment}
        entry={undefined}
        onMove={(index) => moves.push(index)}
        onWanted={() => {}}
      />
    </MantineProvider>
  )
  const { rerender, unmount } = render(bar(null))
  const button = () => screen.getAllByRole('button')[0] as HTMLElement
  const idle = button().getAttribute('aria-label')
  fireEvent.click(button())
  rerender(bar(null))
  expect(button().getAttribute('aria-label'), 'it plays while the address still stands at now').not.toBe(idle)
  for (const index of [0, 1]) {
    rerender(bar(recording.at(detail, index) ?? null))
    vi.runOnlyPendingTimers()
  }
  expect(moves).toEqual([0, 1, 2])
  rerender(bar(recording.at(detail, 2) ?? null))
  expect(button().getAttribute('aria-label'), 'it ends at the last one').toBe(idle)
  unmount()
  vi.useRealTimers()
})
