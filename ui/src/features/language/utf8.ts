/** Returns the UTF-8 byte offset of a UTF-16 index, as the operations count. */
export function bytesBefore(text: string, index: number): number {
  return new TextEncoder().encode(text.slice(0, index)).length
}

/** Returns the UTF-16 index of a UTF-8 byte offset; an offset inside a character gives the character's beginning. */
export function indexAt(text: string, offset: number): number {
  let bytes = 0
  let index = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
    if (bytes + length > offset) return index
    bytes += length
    index += character.length
  }
  return index
}
