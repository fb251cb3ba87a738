import { Fragment, type ReactNode } from 'react'
import css from './kit.module.css'

/** Control, zero-width and direction-changing characters: what makes a text look like something else. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

/** Returns the text with hidden characters spelled out, for places that take only a string. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => `⟨${nameOf(character)}⟩`)
}

/** Shows text from outside as text: never markup, hidden characters made visible, its direction kept to itself. */
export function Hostile({ text }: { text: string }): ReactNode {
  if (text.search(HIDDEN) < 0) return <span className={css.hostile}>{text}</span>
  const parts: ReactNode[] = []
  let end = 0
  for (const match of text.matchAll(HIDDEN)) {
    parts.push(<Fragment key={`t${end}`}>{text.slice(end, match.index)}</Fragment>)
    parts.push(
      <span key={`m${match.index}`} className={css.mark}>
        {nameOf(match[0])}
      </span>,
    )
    end = match.index + match[0].length
  }
  parts.push(<Fragment key="rest">{text.slice(end)}</Fragment>)
  return <span className={css.hostile}>{parts}</span>
}

/** Shows what to do about something: what stands between backquotes is code, as in `haetae doctor`. */
export function Hint({ text }: { text: string }): ReactNode {
  // Of the parts of a split by a group every other one is what the group took.
  const parts = text.split(/`([^`\n]+)`/)
  let at = 0
  return parts.map((part, index) => {
    const key = at
    at += part.length + 1
    if (part === '') return null
    return index % 2 === 0 ? (
      <Hostile key={key} text={part} />
    ) : (
      <code key={key}>
        <Hostile text={part} />
      </code>
    )
  })
}

/** A key or a chord, such as `Ctrl K`. */
export function Kbd({ keys }: { keys: string }) {
  return keys.split(' ').map((key) => (
    <kbd key={key} className={css.kbd}>
      {key}
    </kbd>
  ))
}

/** Returns a number of bytes in words: `4.2 MB`. */
export function bytesInWords(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`
}
