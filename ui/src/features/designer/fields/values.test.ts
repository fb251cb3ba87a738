import { describe, expect, test } from 'vitest'
import { fieldText, fieldValue, inLanguage, isDuration, recipients, withLanguage } from './values'

describe('values', () => {
  test('FLD-2 a complete number is a number', () => expect(fieldValue('1.5', 'number')).toBe(1.5))
  test('FLD-2 an incomplete list is text until it is complete', () =>
    expect([fieldValue('[1,', 'list'), fieldValue('[1, 2]', 'list')]).toEqual(['[1,', [1, 2]]))
  test('FLD-2 a text parameter keeps digits as text', () => expect(fieldValue('007', 'string')).toBe('007'))
  test('FLD-2 an expression stays a text', () => expect(fieldValue('{{ score }}', 'number')).toBe('{{ score }}'))
  test('FLD-2 an empty field is no value', () => expect(fieldValue('', 'any')).toBeUndefined())
  test('FLD-2 a list is shown as JSON', () => expect(fieldText([1, 'a'])).toBe('[1,"a"]'))
  test('FLD-3 several recipients are a list, one is a text', () =>
    expect([recipients.value('a@x.example, b@x.example'), recipients.value('a@x.example')]).toEqual([
      ['a@x.example', 'b@x.example'],
      'a@x.example',
    ]))
  test('FLD-3 a comma on its way is still a text', () => expect(recipients.value('a@x.example,')).toBe('a@x.example,'))
  test('FLD-4 one language of a plain text changes without losing the other', () =>
    expect(withLanguage('Look', 'ko', '조회')).toEqual({ ko: '조회', en: 'Look' }))
  test('FLD-4 the last language taken away leaves nothing', () => expect(withLanguage({ ko: '조회' }, 'ko', '')).toBeUndefined())
  test('FLD-4 a missing language reads as empty', () => expect(inLanguage({ ko: '조회' }, 'en')).toBe(''))
  test('FLD-5 durations', () =>
    expect(['30s', '1.5h', '2w', '30', '1 h', ''].map(isDuration)).toEqual([true, true, true, false, false, false]))
})
