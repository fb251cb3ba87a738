// What screen readers and weak eyes meet in the designer, in both languages and themes.
import { test } from 'node:test';

import { drawing, node, openDrawing, openPlaybook, select, tool, wait } from './designer.mjs';
import { assertAccessible, startBackend } from './harness.mjs';

for (const [locale, colorScheme] of [['ko', 'light'], ['ko', 'dark'], ['en', 'light'], ['en', 'dark']])
  test(`axe finds nothing in the designer, ${locale} ${colorScheme}`, async (t) => {
    const backend = await startBackend(t);
    const broken = { type: 'action', name: 'Broken', app: 'nowhere', command: 'x' };
    const page = await openDrawing(t, backend, drawing('axe', { a: wait('Alpha'), broken, ask: { type: 'approval', name: 'Ask', question: 'Go?' } }, 'start>a a>ask ask:approved>broken', { a: [0, 0], ask: [280, 0], broken: [600, 0] }), { locale, colorScheme });
    await page.getByRole('region', { name: /^(Problems|문제)$/ }).getByRole('listitem').first().waitFor();
    await assertAccessible(page);
    await node(page, 'a').click({ position: { x: 20, y: 12 } });
    await page.getByRole('tab').first().waitFor();
    await assertAccessible(page);
    await page.keyboard.press('c');
    await page.getByRole('search').waitFor();
    await assertAccessible(page);
    await page.keyboard.press('Escape');
    await tool(page, /^(Versions|버전)$/).click();
    await page.getByRole('navigation', { name: /^(Versions|버전 목록)$/ }).waitFor();
    await assertAccessible(page);
  });

for (const locale of ['ko', 'en'])
  test(`axe finds nothing in what opens over the designer, ${locale}`, async (t) => {
    const backend = await startBackend(t);
    const id = 'layers';
    const document = drawing(id, { a: wait('Alpha'), b: wait('Beta') }, 'start>a a>b', { a: [0, 0], b: [300, 0] });
    await backend.call('playbook.save', { document, base: 0, comment: 'first' });
    await backend.call('playbook.save', { document: { ...document, tasks: { a: wait('Alpha', { seconds: 9 }) }, links: [{ from: 'start', to: 'a' }] }, base: 1, comment: 'second' });
    const page = await openPlaybook(t, backend, id, { locale });
    const dialog = page.getByRole('dialog');
    const shut = async (layer) => {
      await page.keyboard.press('Escape');
      await layer.waitFor({ state: 'detached' });
    };
    await select(page, 'a');
    await page.keyboard.press('Alt+ArrowDown');
    await tool(page, /^(Show history|기록 보기)$/).click();
    const history = page.locator('.mantine-Popover-dropdown');
    await history.getByRole('listitem').nth(1).waitFor();
    await assertAccessible(page);
    await shut(history);
    await page.keyboard.press('Control+s');
    await dialog.getByRole('textbox').waitFor();
    await assertAccessible(page);
    await shut(dialog);
    await tool(page, /^(Run|실행)$/).click();
    await dialog.waitFor();
    await assertAccessible(page);
    await shut(dialog);
    await node(page, 'a').click({ button: 'right', position: { x: 20, y: 12 } });
    await page.getByRole('menu').waitFor();
    await assertAccessible(page);
    await shut(page.getByRole('menu'));
    await page.keyboard.press('Control+f');
    await page.getByRole('search').waitFor();
    await assertAccessible(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('F5');
    await page.getByRole('region', { name: /^(Try it|시험 실행)$/ }).waitFor();
    await assertAccessible(page);
    await page.goto(`${backend.url}/#/playbooks/${id}?compare=1..2`);
    await page.getByRole('complementary').locator('ins').first().waitFor();
    await assertAccessible(page);
  });
