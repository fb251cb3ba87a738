import { useEffect, useRef } from 'react'

/** Tells whether a menu, a popover or a dialog is open above the screen: Esc belongs to it first. */
export function isOpenLayer(): boolean {
  return (
    document.querySelector(
      '[role="dialog"][aria-modal="true"], [data-menu-dropdown], .mantine-Popover-dropdown, .mantine-Combobox-dropdown:not([hidden])',
    ) !== null
  )
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

/** Returns the name of a key press by its place on the keyboard, such as `KeyJ` or `Ctrl+KeyK`; with Hangul on, `key` is a jamo. */
export function chordOf(event: KeyboardEvent): string {
  return `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${event.shiftKey ? 'Shift+' : ''}${event.code}`
}

/** Binds shortcuts for as long as a screen shows; those without Ctrl or Alt do nothing while somebody types or a dialog is open. */
export function useShortcuts(bindings: Record<string, (event: KeyboardEvent) => void>): void {
  const current = useRef(bindings)
  current.current = bindings
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return
      const chord = chordOf(event)
      const action = current.current[chord]
      if (!action) return
      const plain = !chord.startsWith('Ctrl+') && !chord.startsWith('Alt+')
      if (plain && (isTyping(event.target) || isOpenLayer())) return
      event.preventDefault()
      action(event)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
