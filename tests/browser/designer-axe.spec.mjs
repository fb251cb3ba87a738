// What screen readers and weak eyes meet in the designer, in both languages and themes.
import { test } from 'node:test';

import { drawing, node, openDrawing, tool, wait } from './designer.mjs';
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
