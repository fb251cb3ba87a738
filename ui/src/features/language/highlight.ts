import { HighlightStyle, StreamLanguage, type StreamParser, syntaxHighlighting } from '@codemirror/language'
import { tags } from '@lezer/highlight'

/** What a field holds. */
export type FieldKind = 'expression' | 'condition' | 'template'

interface State {
  /** Inside `{{ }}`; an expression field always is. */
  inside: boolean
}

const WORDS = new Set(['true', 'false', 'null', 'and', 'or', 'not'])

function expressionToken(stream: Parameters<StreamParser<State>['token']>[0]): string | null {
  if (stream.eatSpace()) return null
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string'
  if (stream.match(/^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/)) return 'number'
  const word = stream.match(/^[\p{L}_][\p{L}\p{N}_]*/u) as RegExpMatchArray | null
  if (word) {
    if (WORDS.has(word[0])) return 'keyword'
    return stream.match(/^\s*\(/, false) ? 'function' : 'variableName'
  }
  if (stream.match(/^(?:=>|==|!=|>=|<=|[-+*/<>:=])/)) return 'operator'
  stream.next()
  return 'bracket'
}

function parser(kind: FieldKind): StreamParser<State> {
  return {
    startState: () => ({ inside: kind !== 'template' }),
    token(stream, state) {
      if (kind !== 'template') return expressionToken(stream)
      if (!state.inside) {
        if (stream.match('{{')) {
          state.inside = true
          return 'bracket'
        }
        while (!stream.eol() && !stream.match('{{', false)) stream.next()
        return null
      }
      if (stream.match('}}')) {
        state.inside = false
        return 'bracket'
      }
      return expressionToken(stream)
    },
    tokenTable: { function: tags.function(tags.variableName), bracket: tags.bracket },
  }
}

const COLOURS = HighlightStyle.define([
  { tag: tags.function(tags.variableName), color: 'var(--accent)' },
  { tag: tags.variableName, color: 'var(--text)' },
  { tag: tags.number, color: 'var(--high)' },
  { tag: tags.string, color: 'var(--done)' },
  { tag: tags.keyword, color: 'var(--review)' },
  { tag: tags.bracket, color: 'var(--text-3)' },
  { tag: tags.operator, color: 'var(--text-2)' },
])

const LANGUAGES = {
  expression: StreamLanguage.define(parser('expression')),
  condition: StreamLanguage.define(parser('condition')),
  template: StreamLanguage.define(parser('template')),
}

/** Returns the colours of an expression or of a text with `{{ }}`. */
export function highlighting(kind: FieldKind) {
  return [LANGUAGES[kind], syntaxHighlighting(COLOURS)]
}

/** Tells whether a place of a field is inside an expression, where names can be completed. */
export function isInExpression(kind: FieldKind, text: string, index: number): boolean {
  if (kind !== 'template') return true
  const before = text.slice(0, index)
  return before.lastIndexOf('{{') > before.lastIndexOf('}}')
}
