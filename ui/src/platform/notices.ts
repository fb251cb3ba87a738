import { invoke } from '@tauri-apps/api/core'

const isWindow = () => window.__TAURI_INTERNALS__ !== undefined

/** Tells whether this desktop can show notices beside the window at all. */
export function canNotifyDesktop(): boolean {
  return isWindow() || 'Notification' in window
}

/** Asks for what the desktop wants to have asked; a window needs no permission. */
export async function allowDesktopNotices(): Promise<boolean> {
  if (isWindow()) return true
  if (!('Notification' in window)) return false
  return (await Notification.requestPermission()) === 'granted'
}

/**
 * Shows a notice of the desktop. It only tells: it has no buttons, so that nothing can be decided from it.
 * A click in a browser leads to `address`; the window's notices have no click on every desktop.
 */
export async function notifyDesktop(title: string, body: string, address: string): Promise<void> {
  if (isWindow()) {
    // A desktop without a notification service refuses; the badge and the queue say the same.
    await invoke('plugin:notification|notify', { options: { title, body } }).catch(() => undefined)
    return
  }
  if (!('Notification' in window) || Notification.permission !== 'granted') return
  const notice = new Notification(title, { body, tag: address })
  notice.onclick = () => {
    window.focus()
    window.location.hash = address
    notice.close()
  }
}

/** Shows a number on the program's icon, where the desktop has a place for one; 0 takes it away. */
export async function showBadge(count: number): Promise<void> {
  if (isWindow()) await invoke('plugin:window|set_badge_count', { label: 'main', value: count === 0 ? null : count }).catch(() => undefined)
}
