// Expression fields and the function reference: completion, hover, signature, problems and values come from the backend.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { evidence, until } from '../support.mjs';
import { assertAccessible, openPage, startBackend } from './harness.mjs';

const ID = 'words';

const DOCUMENT = {
  format: 1,
  id: ID,
  name: { en: 'Words', ko: '낱말' },
  inputs: [
    { name: 'host', type: 'string', required: true },
    { name: 'score', type: 'number', default: 7 },
  ],
  tasks: {
    shout: { type: 'formula', name: { en: 'Shout', ko: '외치기' }, variable: 'loud', expression: 'upper(host)' },
    serious: { type: 'branch', name: { en: 'Serious', ko: '심각' }, condition: 'score >= 5' },
  },
  links: [{ from: 'start', to: 'shout' }, { from: 'shout', to: 'serious' }],
  layout: { tasks: { shout: { x: 200, y: 80 }, serious: { x: 480, y: 80 } } },
};

async function withPlaybook(t, page = {}) {
  const backend = await startBackend(t);
  await backend.call('playbook.save', { document: DOCUMENT, base: 0, comment: 'first' });
  return { backend, page: await openPage(t, backend, { path: `/playbooks/${ID}`, ...page }) };
}

const field = (page, name) => page.getByRole('complementary', { name: /^(Properties|속성)$/ }).getByRole('textbox', { name });
const openTask = (page, name) => page.locator('.react-flow__node', { hasText: name }).click();
const card = (page) => page.locator('.cm-card');

/** Counts the requests of an operation while something is done. */
async function counted(page, operation, work) {
  let count = 0;
  const listen = (request) => { if (request.url().endsWith(`/api/${operation}`)) count += 1; };
  page.on('request', listen);
  await work();
  page.off('request', listen);
  return count;
}

/** Rests the pointer on a word until its card is there: what is still moving under it makes the editor start over. */
async function hoverCard(page, word, text) {
  await until(`the card says ${text}`, async () => {
    await page.mouse.move(5, 5);
    await word.hover();
    return card(page).getByText(text, { exact: false }).first().waitFor({ timeout: 3000 }).then(() => true, () => false);
  });
}

/** Writes a text in place of what the field holds. */
async function write(page, editor, text) {
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
}

test('an expression field helps while it is written', async (t) => {
  const { backend, page } = await withPlaybook(t);
  await openTask(page, 'Shout');
  const editor = field(page, 'Expression');
  await editor.waitFor();

  await t.test('names in scope and functions are completed by the backend', async () => {
    await write(page, editor, 'ho');
    await page.locator('.cm-completionLabel', { hasText: /^host$/ }).waitFor();
    // A list that has just opened takes no key yet, so that nobody accepts what they have not seen.
    const opened = await page.evaluate(() => performance.now());
    await page.waitForFunction((since) => performance.now() - since > 100, opened);
    await page.keyboard.press('Tab');
    assert.equal(await editor.innerText(), 'host');
    await write(page, editor, 'low');
    await page.locator('.cm-completionLabel', { hasText: /^lower\($/ }).waitFor();
    await page.keyboard.press('Escape');
  });

  await t.test('the signature follows the argument that is typed', async () => {
    await write(page, editor, 'replace(host, ');
    await card(page).locator('mark', { hasText: 'from' }).waitFor();
    await page.keyboard.type('"a", ');
    await card(page).locator('mark', { hasText: 'to' }).waitFor();
    await page.keyboard.type('"b')
    await page.keyboard.press('End');
    await page.keyboard.type(')');
    await card(page).waitFor({ state: 'detached' });
  });

  await t.test('typing asks little: one completion list a pause, one check a pause', async () => {
    const checks = await counted(page, 'expression.check', async () => {
      const asked = page.waitForRequest((request) => request.url().endsWith('/api/expression.check'));
      await write(page, editor, 'lower(host)');
      await asked;
      await until('the draft holds the text', async () => (await backend.call('playbook.show', { id: ID })).draft?.document.tasks.shout.expression === 'lower(host)');
    });
    assert.ok(checks >= 1 && checks <= 4, `${checks} checks for eleven keys`);
  });

  await t.test('a function shows signature, words and an example on hover', async () => {
    await hoverCard(page, editor.getByText('lower'), 'The text in lower case.');
    assert.match(await card(page).innerText(), /^lower\(text\) → string[^]*Example: lower\(.*\) → /);
    await page.mouse.move(5, 5);
  });

  await t.test('all mistakes are marked as typed, with a hint', async () => {
    await write(page, editor, 'uper(host) + nope(1, 2) +');
    await page.getByText('Did you mean upper?').first().waitFor();
    await until('both functions and the missing value are marked', async () => (await page.locator('.cm-lintRange-error').count()) >= 3);
    await editor.getByText('uper').hover();
    await page.locator('.cm-tooltip-lint, .cm-tooltip .cm-diagnostic').getByText('EXP-020', { exact: false }).first().waitFor();
    await page.mouse.move(5, 5);
  });

  await t.test('a constant has a value before anything ran; data has one after', async () => {
    await write(page, editor, 'left("haetae", 3)');
    await page.locator('aside code', { hasText: /^hae$/ }).waitFor();
    await write(page, editor, 'concat(host, "!")');
    await page.locator('aside code', { hasText: 'hae' }).waitFor({ state: 'detached' });
    await backend.call('execution.start', { playbook: ID, input: { host: 'srv-1' }, wait: true });
    await write(page, editor, 'concat(host, "?")');
    await page.locator('aside code', { hasText: /^srv-1\?$/ }).waitFor();
    await hoverCard(page, editor.getByText('host', { exact: true }), 'srv-1');
    await page.mouse.move(5, 5);
  });

  await t.test('a syllable that is composed opens nothing', async () => {
    await write(page, editor, '');
    const session = await page.context().newCDPSession(page);
    const asked = await counted(page, 'expression.complete', async () => {
      await session.send('Input.imeSetComposition', { text: 'ㅎ', selectionStart: 1, selectionEnd: 1 });
      await session.send('Input.imeSetComposition', { text: '호', selectionStart: 1, selectionEnd: 1 });
      await session.send('Input.imeSetComposition', { text: '호스', selectionStart: 2, selectionEnd: 2 });
      assert.equal(await page.locator('.cm-tooltip-autocomplete').count(), 0);
    });
    assert.equal(asked, 0);
    await session.send('Input.insertText', { text: '호스트' });
    assert.equal(await editor.innerText(), '호스트');
  });

  await t.test('F1 opens the reference at the function under the cursor', async () => {
    await write(page, editor, 'upper(host)');
    await page.keyboard.press('Home');
    await page.keyboard.press('F1');
    const dialog = page.getByRole('dialog', { name: /Functions/ });
    await dialog.getByRole('article', { name: 'upper' }).waitFor();
    await page.screenshot({ path: evidence('reference dialog en') });
    await assertAccessible(page, { exclude: ['.react-flow'] });
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });
});

test('the backend answers what a field asks within five milliseconds', async (t) => {
  const { backend } = await withPlaybook(t);
  await backend.call('execution.start', { playbook: ID, input: { host: 'srv-1' }, wait: true });
  const request = { text: 'score >= 5 and contains(lower(host), "srv")', kind: 'condition', document: DOCUMENT, playbook: ID, task: 'serious' };
  const took = [];
  for (let round = 0; round < 60; round += 1) {
    const begun = performance.now();
    await backend.call('expression.check', request);
    took.push(performance.now() - begun);
  }
  const median = took.sort((a, b) => a - b)[30];
  t.diagnostic(`median ${median.toFixed(2)} ms with HTTP, in this build`);
  // Over HTTP and on a busy machine; the figure of a release build stands in the benchmark.
  assert.ok(median < 25, `${median} ms`);
});

test('the reference is found, searched, read and tried', async (t) => {
  const backend = await startBackend(t);
  const page = await openPage(t, backend, { path: '/work' });
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('functions');
  await page.getByRole('option', { name: 'Functions' }).click();
  const list = page.getByRole('listbox', { name: 'List of functions' });
  await list.getByRole('option', { name: 'concat', exact: true }).waitFor();
  await assertAccessible(page);
  await page.screenshot({ path: evidence('reference en light') });

  await page.getByRole('textbox', { name: 'Search functions' }).fill('regular expression');
  await list.getByRole('option', { name: 'match', exact: true }).click();
  await page.waitForURL(/functions\/match/);
  const article = page.getByRole('article', { name: 'match' });
  await article.getByText('match(value, regex) → bool').waitFor();
  await article.getByRole('button', { name: /match\(null/ }).click();
  await article.locator('output', { hasText: 'false' }).waitFor();

  const line = article.getByRole('textbox', { name: 'Try it' });
  await line.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('mach("srv-1", "^srv")');
  await article.locator('output', { hasText: 'Did you mean match?' }).waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('match("srv-1", "^srv")');
  await article.locator('output', { hasText: 'true' }).waitFor();

  await page.getByRole('textbox', { name: 'Search functions' }).fill('no such thing');
  await list.getByText('No function fits.').waitFor();
});

for (const colorScheme of ['light', 'dark']) {
  test(`the reference and the fields in Korean, ${colorScheme}`, async (t) => {
    const { backend, page } = await withPlaybook(t, { locale: 'ko', colorScheme });
    await backend.call('settings.save', { language: 'ko', theme: colorScheme });
    await openTask(page, '외치기');
    const editor = field(page, '식');
    await write(page, editor, 'replace(host, ');
    await card(page).getByText('찾을 문자열이나 정규식', { exact: false }).waitFor();
    await page.screenshot({ path: evidence(`signature ko ${colorScheme}`) });
    await write(page, editor, 'uper(hostt)');
    await page.getByText('upper', { exact: false }).first().waitFor();
    await until('mistakes are marked', async () => (await page.locator('.cm-lintRange-error').count()) > 0);
    await page.screenshot({ path: evidence(`problems ko ${colorScheme}`) });
    await page.goto(`${backend.url}/#/functions/datetrunc`);
    await page.getByRole('article', { name: 'datetrunc' }).getByText('구간').first().waitFor();
    await page.locator('output', { hasText: '2026' }).waitFor();
    await page.screenshot({ path: evidence(`reference ko ${colorScheme}`) });
    await assertAccessible(page);
  });
}
