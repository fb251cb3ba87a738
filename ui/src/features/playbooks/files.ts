import { useEffect, useState } from 'react'
import type { ExchangeFormat, Loss } from '../../generated/api'
import { call, saveText } from '../../platform'

/** A longer file is no playbook; it is refused before it is read. */
export const LARGEST_FILE = 12 * 1024 * 1024

/** Offers a playbook as a file; returns what the format cannot say. */
export async function exportPlaybook(id: string, format: ExchangeFormat, version?: number): Promise<Loss[]> {
  const { file_name, text, losses } = await call('playbook.export', { id, format, ...(version === undefined ? {} : { version }) })
  saveText(file_name, text, 'application/json')
  return losses
}

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true

/** Takes files that are dropped anywhere on the window; returns whether some are above it now. */
export function useDroppedFiles(onFiles: (files: File[]) => void): boolean {
  const [above, setAbove] = useState(false)
  useEffect(() => {
    let depth = 0
    const leave = () => {
      depth = 0
      setAbove(false)
    }
    const onEnter = (event: DragEvent) => {
      if (!hasFiles(event)) return
      depth += 1
      setAbove(true)
    }
    const onLeave = () => {
      depth -= 1
      if (depth <= 0) leave()
    }
    const onOver = (event: DragEvent) => {
      // Without this the window would leave for the file.
      if (hasFiles(event)) event.preventDefault()
    }
    const onDrop = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      leave()
      const files = [...(event.dataTransfer?.files ?? [])]
      if (files.length > 0) onFiles(files)
    }
    const bound = [
      ['dragenter', onEnter],
      ['dragleave', onLeave],
      ['dragover', onOver],
      ['drop', onDrop],
    ] as const
    for (const [name, listener] of bound) window.addEventListener(name, listener)
    return () => {
      for (const [name, listener] of bound) window.removeEventListener(name, listener)
    }
  }, [onFiles])
  return above
}

/** Asks for files to import. */
export function pickPlaybooks(onFiles: (files: File[]) => void): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.multiple = true
  input.accept = '.json,application/json'
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])]
    if (files.length > 0) onFiles(files)
  })
  input.click()
}
