import { useEffect, useRef } from 'react'
import { chordOf } from '../../../kit'
import type { Session } from '../session'
import { trialOf } from './trial'

interface Actions {
  run(): void
  step(): void
  back(): void
}

/** Binds the keys of a debugger for as long as the panel shows. They come before the designer's own, which open and close the panel. */
export function useTryKeys(actions: Actions): void {
  const current = useRef(actions)
  current.current = actions
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || event.keyCode === 229) return
      const chord = chordOf(event)
      const { run, step, back } = current.current
      if (chord === 'F5' || chord === 'F8') run()
      else if (chord === 'F10') step()
      else if (chord === 'Shift+F10') back()
      else return
      event.preventDefault()
      event.stopImmediatePropagation()
    }
    window.addEventListener('keydown', onKey, true)
    return () => window.removeEventListener('keydown', onKey, true)
  }, [])
}

/** F5 opens the panel; F9 sets and removes breakpoints at the selected tasks, and shows the panel that tells of them. */
export function useTrialKeys(session: Session): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || event.defaultPrevented) return
      const chord = chordOf(event)
      if (chord === 'F5') {
        event.preventDefault()
        session.look.setState({ tryout: true })
        return
      }
      if (chord !== 'F9' || session.selection.tasks.size === 0) return
      event.preventDefault()
      for (const task of session.selection.tasks) trialOf(session).toggleBreakpoint(task)
      session.look.setState({ tryout: true })
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [session])
}
