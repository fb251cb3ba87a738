import { expect, test } from 'vitest'
import { inLanguage } from './HelpScreen'

const PAGE = '# X-1\n\n## 한국어\n\n**뜻**\n\n## English\n\n**Meaning**\n'

test('a help page shows its title and the part in the language of the window', () => {
  expect(inLanguage(PAGE, 'ko')).toBe('# X-1\n\n\n\n**뜻**\n\n')
  expect(inLanguage(PAGE, 'en')).toContain('**Meaning**')
  expect(inLanguage(PAGE, 'en')).not.toContain('뜻')
  expect(inLanguage('# X-2\n\ntext', 'en')).toBe('# X-2\n\ntext')
})
