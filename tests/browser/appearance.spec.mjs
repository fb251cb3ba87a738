// Languages, themes and accessibility of the main screens.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { assertAccessible, openPage, startBackend } from './harness.mjs';

const look = (page) =>
  page.evaluate(() => ({ language: document.documentElement.lang, theme: document.documentElement.dataset.mantineColorScheme }));

async function sampleAtRest(backend) {
  return until('the sample has come to rest', async () => {
    const { executions } = await backend.call('execution.list');
    return executions.length === 7 && executions.every((each) => ['waiting', 'done'].includes(each.status)) && executions;
  });
}

test('language and theme', async (t) => {
  const backend = await startBackend(t, { sample: true });
  await sampleAtRest(backend);
  const page = await openPage(t, backend, { locale: 'ko' });
  const other = await openPage(t, backend, { locale: 'en' });

  await t.test('a first start speaks the language of the system', async () => {
    await page.getByRole('link', { name: '티켓' }).waitFor();
    await other.getByRole('link', { name: /^Tickets/ }).waitFor();
  });

  await t.test('the language changes at once, in every window, and stays', async () => {
    await page.getByRole('button', { name: '한국어' }).click();
    await page.getByRole('menuitem', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'What is asked' }).waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('menuitem', { name: '한국어' }).click();
    await page.getByRole('heading', { name: '무엇을 묻나' }).waitFor();
    await other.getByRole('link', { name: /^티켓/ }).waitFor();
    await until('the document says so', async () => (await look(other)).language === 'ko');
    await page.reload();
    await page.getByRole('link', { name: /^티켓/ }).waitFor();
    assert.equal((await backend.call('workspace.show')).settings.language, 'ko');
    // No word is left in the other language, and no key stands where its word is missing.
    const rail = await page.getByRole('navigation', { name: '주 메뉴' }).innerText();
    assert.match(rail, /내 할 일/);
    assert.doesNotMatch(rail, /[a-z]{3,}/i);
    await backend.call('settings.save', { language: 'en' });
    await page.getByRole('link', { name: /^Tickets/ }).waitFor();
  });

  await t.test('the theme changes at once and follows the system where it is left to it', async () => {
    assert.equal((await look(page)).theme, 'light');
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await paper();
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitem', { name: 'Dark' }).click();
    await until('both windows are dark', async () => (await look(page)).theme === 'dark' && (await look(other)).theme === 'dark');
    assert.notEqual(await paper(), light);
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitem', { name: 'System' }).click();
    await until('it is light again', async () => (await look(page)).theme === 'light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await until('it follows the system', async () => (await look(page)).theme === 'dark');
  });
});

test('accessibility', async (t) => {
  const backend = await startBackend(t, { sample: true });
  const executions = await sampleAtRest(backend);
  const finished = executions.find(({ status }) => status === 'done');
  const page = await openPage(t, backend);
  const screens = [
    ['Work', '/work/question/1', () => page.getByRole('button', { name: /^Approve/ })],
    ['Tickets', '/tickets', () => page.getByRole('grid', { name: 'Tickets' }).getByText('T-1', { exact: true })],
    ['a ticket', '/tickets/1', () => page.getByRole('region', { name: 'T-1' }).getByText('opened the ticket')],
    ['the designer', '/playbooks/ip-block', () => page.getByRole('group', { name: /^Approve the block,/ })],
    ['the executions', '/executions', () => page.getByRole('grid', { name: 'Executions' }).getByText('#1', { exact: true })],
    ['an execution', `/executions/${finished.id}?task=score`, () => page.getByRole('complementary', { name: 'Task: Risk score' })],
    ['the apps', '/apps/firewall', () => page.getByRole('region', { name: 'Firewall' })],
  ];
  for (const theme of ['light', 'dark']) {
    await t.test(`in the ${theme} theme`, async (t) => {
      await backend.call('settings.save', { theme });
      await until(`the page is ${theme}`, async () => (await look(page)).theme === theme);
      for (const [name, path, sign] of screens) {
        await t.test(name, async () => {
          await page.goto(`${backend.url}/#${path}`);
          await sign().first().waitFor();
          await assertAccessible(page);
        });
      }
    });
  }
});

test('every list shows all its columns in the usual window', async (t) => {
  const backend = await startBackend(t, { sample: true });
  const page = await openPage(t, backend, { viewport: { width: 1440, height: 900 } });
  for (const screen of ['tickets', 'executions', 'playbooks', 'blocklist', 'assets']) {
    await page.goto(`${backend.url}/#/${screen}`);
    const grid = page.getByRole('grid');
    await grid.waitFor();
    const hidden = await grid.evaluate((element) => {
      const wide = [element, ...element.querySelectorAll('*')].filter((each) => ['auto', 'scroll'].includes(getComputedStyle(each).overflowX));
      for (let up = element.parentElement; up; up = up.parentElement) if (['auto', 'scroll'].includes(getComputedStyle(up).overflowX)) wide.push(up);
      return Math.max(...wide.map((each) => each.scrollWidth - each.clientWidth));
    });
    assert.ok(hidden <= 0, `${screen}: ${hidden} pixels are out of sight`);
  }
});
