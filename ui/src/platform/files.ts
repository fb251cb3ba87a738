import { invoke } from '@tauri-apps/api/core'

/** Offers a text as a file to save. */
export function saveText(name: string, text: string, type = 'text/plain'): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** Asks for files and returns their absolute paths; null where this door has no such dialog (a browser). */
export async function pickFiles(title: string, extensions: string[]): Promise<string[] | null> {
  if (window.__TAURI_INTERNALS__ === undefined) return null
  const picked = await invoke<string[] | string | null>('plugin:dialog|open', {
    options: { title, multiple: true, filters: [{ name: title, extensions }] },
  })
  return picked === null ? [] : Array.isArray(picked) ? picked : [picked]
}
