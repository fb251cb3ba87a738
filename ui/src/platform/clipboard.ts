/**
 * Puts a text on the clipboard.
 * WebKitGTK rejects `navigator.clipboard`, so the DOM's own copy event comes first.
 */
export async function copyText(text: string): Promise<void> {
  let copied = false
  const onCopy = (event: ClipboardEvent) => {
    event.preventDefault()
    event.stopImmediatePropagation()
    event.clipboardData?.setData('text/plain', text)
    copied = true
  }
  document.addEventListener('copy', onCopy, { capture: true })
  try {
    document.execCommand('copy')
  } finally {
    document.removeEventListener('copy', onCopy, { capture: true })
  }
  if (!copied) await navigator.clipboard.writeText(text)
}

export const clipboard = { copyText }
