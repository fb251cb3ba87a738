import { describe, expect, it } from 'vitest'
import { type FunctionDoc, parameterAt, search } from './functions'

const parameter = (name: string, repeated = false) => ({
  name,
  kinds: 'text',
  documentation: { ko: '찾을 문자열', en: 'The text that is looked for.' },
  required: true,
  repeated,
  named: false,
})

const doc = (name: string, family: string, words: string, ...parameters: FunctionDoc['parameters']): FunctionDoc => ({
  name,
  family,
  family_label: { ko: family, en: family },
  signature: `${name}()`,
  documentation: { ko: words, en: words },
  parameters,
  result: 'text',
  examples: [],
})

const ALL = [
  doc('concat', 'text', 'Joins texts.', parameter('value', true)),
  doc('join', 'text', 'A list as one text.', parameter('list'), parameter('separator')),
  doc('now', 'time', 'The time of the run.'),
]

const names = (wanted: string) => search(ALL, wanted).map((family) => [family.key, ...family.functions.map((each) => each.name)])

describe('the search of functions', () => {
  it('lists everything by family when nothing is typed', () =>
    expect(names(' ')).toEqual([
      ['text', 'concat', 'join'],
      ['time', 'now'],
    ]))
  it('finds names, and words of the text in either language', () => {
    expect(names('NO')).toEqual([['time', 'now']])
    expect(names('joins')).toEqual([['text', 'concat']])
    expect(names('찾을')).toEqual([['text', 'concat', 'join']])
  })
  it('finds nothing where nothing fits', () => expect(names('zzz')).toEqual([]))
  it('puts the family whose name fits first', () => {
    const more = [...ALL, doc('runtime', 'zone', 'x')]
    expect(search(more, 'run').map((family) => family.key)).toEqual(['zone', 'time'])
  })
})

describe('the parameter of an argument', () => {
  const [concat, join] = ALL as [FunctionDoc, FunctionDoc]
  it('is the one at its place', () => expect(parameterAt(join, 1)).toBe(1))
  it('is the repeated one for all that follow', () => expect(parameterAt(concat, 7)).toBe(0))
  it('is none behind the last', () => expect(parameterAt(join, 2)).toBeUndefined())
})
