const MOST = 64 * 1024

/** Returns bytes as text; what is no UTF-8 becomes the replacement character. */
export function printableOf(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8').decode(bytes.subarray(0, MOST)).replaceAll('\r\n', '\n')
  return bytes.length > MOST ? `${text}\n… (+${bytes.length - MOST})` : text
}

/** Returns bytes as a dump: offset, sixteen bytes, their ASCII. */
export function dumpOf(bytes: Uint8Array): string {
  const lines: string[] = []
  const end = Math.min(bytes.length, MOST)
  for (let offset = 0; offset < end; offset += 16) {
    const row = bytes.subarray(offset, Math.min(offset + 16, end))
    const hex = Array.from(row, (byte) => byte.toString(16).padStart(2, '0'))
    const left = hex.slice(0, 8).join(' ').padEnd(23)
    const right = hex.slice(8).join(' ').padEnd(23)
    const ascii = Array.from(row, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
    lines.push(`${offset.toString(16).padStart(6, '0')}  ${left}  ${right}  ${ascii}`)
  }
  if (bytes.length > MOST) lines.push(`… (+${bytes.length - MOST})`)
  return lines.join('\n')
}
