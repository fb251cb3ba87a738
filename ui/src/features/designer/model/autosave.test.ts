import { describe, expect, test } from 'vitest'
import { Autosave, type Clock, type DraftState } from './autosave'

/** A clock that is moved by hand. */
function handClock() {
  let now = 0
  let timers: Array<{ at: number; run: () => void }> = []
  const clock: Clock = {
    now: () => now,
    set: (run, after) => {
      const timer = { at: now + after, run }
      timers.push(timer)
      return timer
    },
    clear: (timer) => {
      timers = timers.filter((other) => other !== timer)
    },
  }
  const advance = async (ms: number) => {
    const end = now + ms
    for (;;) {
      const next = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      now = next.at
      timers = timers.filter((timer) => timer !== next)
      next.run()
      for (let turn = 0; turn < 6; turn++) await Promise.resolve()
    }
    now = end
  }
  return { clock, advance }
}

function autosave(write: () => Promise<void> = async () => {}) {
  const { clock, advance } = handClock()
  const written: number[] = []
  const states: DraftState[] = []
  const save = new Autosave(
    async () => {
      written.push(clock.now())
      await write()
    },
    (state) => states.push(state),
    clock,
  )
  return { save, advance, written, states }
}

describe('autosave', () => {
  test('SAV-1 a change is written within a second', async () => {
    const { save, advance, written } = autosave()
    save.changed()
    await advance(1_000)
    expect(written).toHaveLength(1)
  })
  test('SAV-1 typing without a pause is written within a second all the same', async () => {
    const { save, advance, written } = autosave()
    for (let key = 0; key < 30; key++) {
      save.changed()
      await advance(100)
    }
    expect(written.length).toBeGreaterThanOrEqual(3)
    expect(written[0]).toBeLessThan(1_000)
  })
  test('SAV-2 a failed write is tried again until it works', async () => {
    let fail = true
    const { save, advance, written, states } = autosave(async () => {
      if (fail) throw new Error('no')
    })
    save.changed()
    await advance(1_000)
    expect(states.at(-1)?.kind).toBe('failed')
    fail = false
    await advance(5_000)
    expect(written).toHaveLength(2)
    expect(states.at(-1)?.kind).toBe('saved')
  })
  test('SAV-3 a change during a write is written after it', async () => {
    let finish = () => {}
    const { save, advance, written } = autosave(() => new Promise((done) => (finish = done)))
    save.changed()
    await advance(400)
    save.changed()
    await advance(400)
    expect(written).toHaveLength(1)
    finish()
    for (let turn = 0; turn < 6; turn++) await Promise.resolve()
    expect(written).toHaveLength(2)
  })
  test('SAV-4 leaving writes at once', async () => {
    const { save, written } = autosave()
    save.changed()
    await save.stop()
    expect(written).toHaveLength(1)
  })
  test('SAV-5 a saved version leaves no draft to write', async () => {
    const { save, advance, written } = autosave()
    save.changed()
    save.settle()
    await advance(5_000)
    expect(written).toHaveLength(0)
  })
})
