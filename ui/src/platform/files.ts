import { invoke } from '@tauri-apps/api/core'

/** Offers a text as a file to save. */
export function saveText(name: string, text: string, type = 'text/plain'): void {
  saveBlob(name, new Blob([text], { type: `${type};charset=utf-8` }))
}

/** Offers bytes in base64 as a file to save. */
export function saveBase64(name: string, base64: string, type: string): void {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  saveBlob(name, new Blob([bytes], { type }))
}

function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** Where a file goes: a path that the person chose, nowhere when they thought better of it, or a download (a browser). */
export type Where = { path: string } | 'nowhere' | 'download'

/** Asks where to save a file; a browser has no such dialog and downloads instead. */
export async function whereToSave(name: string, extension: string): Promise<Where> {
  if (window.__TAURI_INTERNALS__ === undefined) return 'download'
  const path = await invoke<string | null>('plugin:dialog|save', {
    options: { defaultPath: name, filters: [{ name: extension.toUpperCase(), extensions: [extension] }] },
  })
  return path === null ? 'nowhere' : { path }
}

/** Asks for files and returns their absolute paths; null where this door has no such dialog (a browser). */
export async function pickFiles(title: string, extensions: string[]): Promise<string[] | null> {
  if (window.__TAURI_INTERNALS__ === undefined) return null
  const picked = await invoke<string[] | string | null>('plugin:dialog|open', {
    options: { title, multiple: true, filters: [{ name: title, extensions }] },
  })
  return picked === null ? [] : Array.isArray(picked) ? picked : [picked]
}
