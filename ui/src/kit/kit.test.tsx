import { MantineProvider, Menu } from '@mantine/core'
import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import '../app/i18n'
import { csvCell, csvOf, tsvOf } from './csv'
import { childPath } from './JsonTree'
import { chordOf } from './keys'
import { Markdown } from './Markdown'
import { TargetTip } from './TargetTip'
import { Hint, Hostile, visible } from './text'
import { durationWords, formatTime, roughly } from './time'

test.each([
  ['=1+1', `"'=1+1"`],
  ['+82-2-1234', `"'+82-2-1234"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['-cmd', `"'-cmd"`],
  ['\t=1', `"'\t=1"`],
  ['-12.5', '"-12.5"'],
  ['a "b"', '"a ""b"""'],
  [-3, '-3'],
  [null, ''],
])('a cell %j is written as %s', (value, cell) => {
  expect(csvCell(value)).toBe(cell)
})

test('a table opens in a spreadsheet with its Hangul whole', () => {
  expect(csvOf(['이름', 'n'], [['해태', 1]])).toBe('\ufeff"이름","n"\r\n"해태",1\r\n')
})

test('a copied row is one line, and no formula', () => {
  expect(tsvOf([['a\nb', '=1', 2, null]])).toBe("a b\t'=1\t2\t")
})

test.each([
  [0, '0밀리초', '0 ms'],
  [38, '38밀리초', '38 ms'],
  [6_240, '6.2초', '6.2 s'],
  [9_960, '10초', '10 s'],
  [41_000, '41초', '41 s'],
  [60_000, '1분', '1 min'],
  [1_053_000, '17분 33초', '17 min 33 s'],
  [3_660_000, '1시간 1분', '1 h 1 min'],
  [183_600_000, '2일 3시간', '2 d 3 h'],
  [-5, '0밀리초', '0 ms'],
])('%d milliseconds are %s, %s', (milliseconds, ko, en) => {
  expect(durationWords(milliseconds, 'ko')).toBe(ko)
  expect(durationWords(milliseconds, 'en')).toBe(en)
})

test('a rough duration has one unit', () => {
  expect(roughly(22 * 60_000 + 20_000, 'ko')).toBe('22분')
  expect(roughly(26 * 3_600_000, 'en')).toBe('26 h')
  expect(roughly(40 * 3_600_000, 'en')).toBe('2 d')
})

test('times follow the zone', () => {
  const at = '2026-11-21T17:14:07.412Z'
  expect(formatTime(at, 'full', 'Asia/Seoul')).toBe('2026-11-22 02:14:07')
  expect(formatTime(at, 'precise', 'UTC')).toBe('17:14:07.412')
  expect(formatTime('2026-11-21T15:00:00Z', 'time', 'Asia/Seoul')).toBe('00:00:00')
  expect(formatTime('no time', 'full')).toBe('no time')
})

test('times without a zone are those of the system', () => {
  const system = new Intl.DateTimeFormat().resolvedOptions().timeZone
  for (const at of ['2026-01-02T03:04:05.006Z', '2026-07-31T23:59:59.999Z', '1969-12-31T23:59:59.250Z']) {
    for (const form of ['time', 'precise', 'full', 'short'] as const) expect(formatTime(at, form)).toBe(formatTime(at, form, system))
  }
})

test('paths are written as the expression language reads them', () => {
  expect(childPath('tasks.a.output', 'hits')).toBe('tasks.a.output.hits')
  expect(childPath('tasks.a.output.hits', 0)).toBe('tasks.a.output.hits[0]')
  expect(childPath('output', 'a-b')).toBe('output["a-b"]')
  expect(childPath('', 'score')).toBe('score')
})

test('hidden characters are spelled out', () => {
  expect(visible('a\u202egnp.exe')).toBe('a⟨U+202E⟩gnp.exe')
  expect(visible('한\u200b글\u0000')).toBe('한⟨U+200B⟩글⟨U+0000⟩')
  expect(visible('줄\n바꿈\t탭')).toBe('줄\n바꿈\t탭')
})

test('the same text is shown the same way twice', () => {
  for (let time = 0; time < 2; time += 1) {
    const { container, unmount } = render(<Hostile text={'root \u202egnp.exe'} />)
    expect(container.textContent).toBe('root U+202Egnp.exe')
    unmount()
  }
})

test('text from outside is never markup', () => {
  const { container } = render(<Hostile text={'<img src=x onerror=alert(1)>'} />)
  expect(container.querySelector('img')).toBeNull()
  expect(container.textContent).toBe('<img src=x onerror=alert(1)>')
})

test.each([
  ['`systemctl --user start x` starts it.', 'systemctl --user start x starts it.', ['systemctl --user start x']],
  ['Run `a`, then `b`', 'Run a, then b', ['a', 'b']],
  ['`a``b`', 'ab', ['a', 'b']],
  ['one ` alone', 'one ` alone', []],
  ['nothing in ``', 'nothing in ``', []],
  ['`<b>\u202e</b>`', '<b>U+202E</b>', ['<b>U+202E</b>']],
])('a hint shows %j with code where it is code', (hint, shown, code) => {
  const { container } = render(<Hint text={hint} />)
  expect(container.textContent).toBe(shown)
  expect([...container.querySelectorAll('code')].map((each) => each.textContent)).toEqual(code)
  expect(container.querySelector('b')).toBeNull()
})

test('Markdown shows HTML as text, and has no images and no links out', () => {
  const { container } = render(
    <MantineProvider>
      <Markdown text={'<b>x</b> ![a](http://evil/p.png) [go](http://evil/) [bad](javascript:alert(1)) [help](#/help/APP-004)'} />
    </MantineProvider>,
  )
  expect(container.querySelector('b, img')).toBeNull()
  expect([...container.querySelectorAll('a')].map((link) => link.getAttribute('href'))).toEqual(['#/help/APP-004'])
  expect(screen.getByText('http://evil/')).toBeTruthy()
  expect(screen.getByText('javascript:alert(1)')).toBeTruthy()
  expect(container.textContent).toContain('<b>x</b>')
})

test('shortcuts go by the place of the key, whatever the keyboard writes', () => {
  expect(chordOf(new KeyboardEvent('keydown', { code: 'KeyK', key: 'ㅏ', ctrlKey: true }))).toBe('Ctrl+KeyK')
  expect(chordOf(new KeyboardEvent('keydown', { code: 'KeyJ', key: 'ㅓ' }))).toBe('KeyJ')
})

test('a button with a tooltip that opens a menu says so and stays what it was', () => {
  render(
    <MantineProvider>
      <Menu>
        <Menu.Target>
          <TargetTip label="More">
            <button type="button" className="tool narrow" aria-label="More" />
          </TargetTip>
        </Menu.Target>
      </Menu>
    </MantineProvider>,
  )
  const button = screen.getByRole('button', { name: 'More' })
  expect([button.getAttribute('aria-haspopup'), button.getAttribute('aria-expanded')]).toEqual(['menu', 'false'])
  expect([...button.classList]).toEqual(expect.arrayContaining(['tool', 'narrow']))
})
