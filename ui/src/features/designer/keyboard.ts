import { useEffect } from 'react'
import { chordOf } from '../../kit'
import { type Place, press } from './commands'
import type { Session } from './session'

function placeOf(target: EventTarget | null): Place {
  if (!(target instanceof HTMLElement) || target === document.body) return 'canvas'
  if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return 'typing'
  return target.closest('[data-keys="canvas"]') ? 'canvas' : 'elsewhere'
}

/** Tells whether a menu, a list or a dialog is open above the designer; those that are only kept in the page do not count. */
function isOpenLayer(): boolean {
  // They stand beside the application in the page, not in it: no key press should have to look through a drawing of a thousand tasks.
  const beside = [...document.body.children].filter((child) => child.id !== 'root')
  const layers = beside.flatMap((child) => [
    ...child.querySelectorAll<HTMLElement>('[role="dialog"][aria-modal="true"], [data-menu-dropdown], .mantine-Popover-dropdown'),
  ])
  return layers.some((layer) => layer.offsetParent !== null || layer.getClientRects().length > 0)
}

/** Is text of the page marked, which copying is then about? */
function isTextMarked(): boolean {
  const marked = window.getSelection()
  return marked !== null && !marked.isCollapsed && marked.toString() !== ''
}

/**
 * Goes to the first field of the properties. On a slow machine they are drawn frames later, or still show the task before, whose fields
 * then go away with the focus: only a focus that stays for some frames has arrived.
 */
function enterProperties(frames = 60, stayed = 0): void {
  requestAnimationFrame(() => {
    const at = document.activeElement
    const isInside = at?.closest('aside') != null
    // Whoever was there and went elsewhere meant it; a field that went away leaves the focus to the page.
    const hasLeft = !isInside && stayed > 0 && at !== document.body
    if (hasLeft || (isInside ? stayed >= 3 : frames <= 0)) return
    if (!isInside) document.querySelector<HTMLElement>('aside input, aside .cm-content, aside textarea')?.focus()
    enterProperties(frames - 1, isInside ? stayed + 1 : stayed)
  })
}

/** Binds the keys and the clipboard for as long as the designer shows. */
export function useKeyboard(session: Session, onSave: () => void, onSearch: () => void, active: boolean): void {
  useEffect(() => {
    if (!active) return
    let handled = false
    const onKey = (event: KeyboardEvent) => {
      // With a Hangul layout on, `key` is a jamo and keyCode 229 while a syllable is being put together.
      if (event.isComposing || event.keyCode === 229 || event.defaultPrevented || isOpenLayer()) return
      const chord = chordOf(event)
      const place = placeOf(event.target)
      if (chord === 'Ctrl+KeyS') {
        event.preventDefault()
        onSave()
      } else if (chord === 'Slash' && place !== 'typing') {
        event.preventDefault()
        onSearch()
      } else if (chord === 'Enter' && place === 'canvas' && session.selection.tasks.size > 0) {
        event.preventDefault()
        session.look.setState({ inspector: true })
        enterProperties()
      } else if (place !== 'typing' && (chord === 'Ctrl+KeyC' || chord === 'Ctrl+KeyX')) {
        // WebKitGTK sends no copy event when no text is marked; then the clipboard is written by hand.
        handled = false
        const cut = chord === 'Ctrl+KeyX'
        setTimeout(() => {
          if (handled || isTextMarked() || session.copied() === undefined) return
          void session.copySelected()
          if (cut) session.deleteSelected('cut')
        })
      } else if (chord === 'Escape') {
        // Out of a field back to the canvas, and from there to nothing selected.
        const [task] = session.selection.tasks
        if (place === 'typing' && task !== undefined) session.view?.focus(task)
        else session.select({}, false)
      } else if (press(session, chord, place)) event.preventDefault()
    }
    const onCopy = (event: ClipboardEvent) => {
      if (placeOf(event.target) === 'typing' || isTextMarked()) return
      const text = session.copied()
      if (text === undefined) return
      handled = true
      event.preventDefault()
      event.clipboardData?.setData('text/plain', text)
      session.copiedNow()
      if (event.type === 'cut') session.deleteSelected('cut')
    }
    const onPaste = (event: ClipboardEvent) => {
      if (placeOf(event.target) === 'typing' || isOpenLayer()) return
      const text = event.clipboardData?.getData('text/plain')
      if (!text) return
      event.preventDefault()
      session.pasted(text)
    }
    // At the document, as tooltips do: one that closes with Escape lets nobody farther up hear of it.
    document.addEventListener('keydown', onKey)
    document.addEventListener('copy', onCopy)
    document.addEventListener('cut', onCopy)
    document.addEventListener('paste', onPaste)
    return () => {
      document.removeEventListener('keydown', onKey)
      document.removeEventListener('copy', onCopy)
      document.removeEventListener('cut', onCopy)
      document.removeEventListener('paste', onPaste)
    }
  }, [session, onSave, onSearch, active])
}
