import { expect, test } from 'vitest'
import { pageIn } from './help'

const PAGE =
  '# APP-429\n\n## 한국어\n\n**벤더의 한도에 걸렸습니다.**\n\n- 기다리세요.\n\n## English\n\n**The limit was reached.**\n\n- Wait.\n'

test('a help page is shown in one language', () => {
  expect(pageIn(PAGE, 'ko')).toEqual({ title: '벤더의 한도에 걸렸습니다', text: '**벤더의 한도에 걸렸습니다.**\n\n- 기다리세요.' })
  expect(pageIn(PAGE, 'en')).toEqual({ title: 'The limit was reached', text: '**The limit was reached.**\n\n- Wait.' })
})

test('a page of another shape is shown whole', () => {
  expect(pageIn('Just text', 'ko')).toEqual({ title: '', text: 'Just text' })
})
