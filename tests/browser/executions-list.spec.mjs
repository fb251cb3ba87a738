// The list of executions: filters, search with what it found, views with a name, choosing several, export, keyboard.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { openPage, startBackend } from './harness.mjs';

const HOSTILE = '<img src=x onerror="window.hacked=1"> =cmd|calc \u202Eexe.fdp';

/** Keeps a word; one execution fails, one waits. */
const ECHO = {
  format: 1,
  id: 'echo',
  name: { en: 'Echo', ko: '메아리' },
  inputs: [{ name: 'word', type: 'string', required: true }],
  variables: [{ name: 'said', type: 'string' }],
  tasks: { say: { type: 'formula', name: { en: 'Say it', ko: '말하기' }, variable: 'said', expression: 'word' } },
  links: [{ from: 'start', to: 'say' }],
};
const WAITS = {
  ...ECHO,
  id: 'waits',
  name: { en: 'Waits', ko: '기다림' },
  tasks: { ask: { type: 'input', name: { en: 'Ask' }, question: { en: 'Go on?' }, kind: 'boolean', variable: 'said' } },
  variables: [{ name: 'said', type: 'boolean' }],
  links: [{ from: 'start', to: 'ask' }],
};

const MANY = 230;

test('the list of executions', async (t) => {
  const backend = await startBackend(t);
  for (const document of [ECHO, WAITS]) await backend.call('playbook.save', { document, base: 0, comment: '' });
  const start = async (playbook, word) => (await backend.call('execution.start', { playbook, input: { word } })).summary.id;
  const waiting = [];
  for (let number = 1; number <= 3; number += 1) waiting.push(await start('waits', `w${number}`));
  const hostile = await start('echo', HOSTILE);
  const marked = await start('echo', 'the albatross of port 4711');
  while ((await backend.call('execution.list', { limit: 1 })).total < MANY) await start('echo', 'plain');
  await until('all have run', async () => (await backend.call('execution.list', { status: ['done'], limit: 1 })).total === MANY - 3);
  const page = await openPage(t, backend, { path: '/executions' });
  page.setDefaultTimeout(10_000);
  const grid = page.getByRole('grid', { name: 'Executions' });
  const row = (id) => grid.getByRole('row').filter({ has: page.getByText(`#${id}`, { exact: true }) });
  const foot = (text) => page.getByText(text, { exact: true }).waitFor();
  await foot(`${MANY} rows`);

  await t.test('only what is in sight is read, and the keyboard goes to the end', async () => {
    await grid.focus();
    await page.keyboard.press('End');
    await row(waiting[0]).getByText('Waits').waitFor();
    assert.ok((await grid.getByRole('row').count()) < 80, 'rows out of sight are not in the page');
    await page.keyboard.press('Home');
    await row(MANY).getByText('Echo').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Echo', level: 1 }).waitFor();
    assert.match(page.url(), new RegExp(`/executions/${MANY - 1}`));
    await page.goBack();
    await foot(`${MANY} rows`);
  });

  await t.test('it is live', async () => {
    const id = await start('echo', 'plain');
    await row(id).getByText('Done').waitFor();
    await foot(`${MANY + 1} rows`);
  });

  await t.test('filters are chips that can be taken away, and stand in the address', async () => {
    await page.getByRole('radiogroup', { name: 'Show' }).getByText('Live', { exact: true }).click();
    await foot('3 rows');
    await page.getByRole('radiogroup', { name: 'Show' }).getByText('All', { exact: true }).click();
    await foot(`${MANY + 1} rows`);
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Playbook' }).hover();
    await page.getByRole('menuitemcheckbox', { name: 'Waits' }).click();
    await foot('3 rows');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.reload();
    await foot('3 rows');
    await page.getByRole('button', { name: 'Remove: Playbook: Waits' }).click();
    await foot(`${MANY + 1} rows`);
  });

  await t.test('a search tells what it found, and hostile text stays text', async () => {
    const search = page.getByRole('textbox', { name: 'Find in inputs, outputs, errors' });
    await until('the index holds the word', async () => (await backend.call('execution.list', { search: 'albatross' })).executions.length === 1);
    await search.fill('albatross');
    await foot('1 row');
    const found = row(marked).getByRole('button', { name: /albatross of port 4711/ }).first();
    await found.getByText('albatross', { exact: true }).waitFor();
    assert.equal(await found.locator('mark').first().innerText(), 'albatross');
    await search.fill('onerror');
    await row(hostile).locator('mark').first().waitFor();
    const shown = await row(hostile).innerText();
    assert.ok(shown.includes('<img src=x') || shown.includes('onerror'), shown);
    assert.ok(!shown.includes('\u202E'), 'the override itself is not in the page');
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    await row(hostile).getByRole('button', { name: /^Say it .*onerror/ }).first().click();
    await page.getByRole('complementary', { name: 'Task: Say it' }).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await foot(`${MANY + 1} rows`);
  });

  await t.test('a filter with a name is a view', async () => {
    await page.getByRole('radiogroup', { name: 'Show' }).getByText('Live', { exact: true }).click();
    await foot('3 rows');
    await page.getByRole('button', { name: 'Views', exact: true }).click();
    await page.getByRole('textbox', { name: 'Name for this filter' }).fill('night shift');
    await page.keyboard.press('Enter');
    await page.getByText('View saved: night shift').waitFor();
    await page.getByRole('radiogroup', { name: 'Show' }).getByText('All', { exact: true }).click();
    await foot(`${MANY + 1} rows`);
    await page.getByRole('button', { name: 'Views', exact: true }).click();
    await page.getByRole('button', { name: 'night shift', exact: true }).click();
    await foot('3 rows');
  });

  await t.test('several are chosen by keyboard and cancelled after being shown', async () => {
    await grid.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+ArrowDown');
    await page.getByText('2 chosen').waitFor();
    await page.getByRole('region', { name: 'Chosen executions' }).getByRole('button', { name: 'Cancel' }).click();
    const dialog = page.getByRole('dialog', { name: 'Cancel executions' });
    await dialog.getByText(/^2 will be cancelled/).waitFor();
    for (const id of waiting.slice(1)) assert.equal((await backend.call('execution.show', { id })).summary.status, 'waiting', 'nothing has happened yet');
    await dialog.getByRole('button', { name: 'Cancel 2 executions' }).click();
    await dialog.getByText(/^2 cancelled/).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await foot('1 row');
    for (const id of waiting.slice(1)) assert.equal((await backend.call('execution.show', { id })).summary.status, 'cancelled');
  });

  await t.test('an export holds what the filter finds, and no formula', async () => {
    await page.getByRole('radiogroup', { name: 'Show' }).getByText('All', { exact: true }).click();
    await foot(`${MANY + 1} rows`);
    const save = async (item) => {
      await page.getByRole('button', { name: 'Export' }).click();
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: item }).click()]);
      return readFile(await download.path(), 'utf8');
    };
    const csv = await save('Export as CSV');
    const lines = csv.trimEnd().split('\r\n');
    assert.equal(lines.length, MANY + 2, 'a heading and a line each');
    assert.ok(csv.startsWith('\ufeff'), 'a spreadsheet reads Hangul');
    const rows = JSON.parse(await save('Export as JSON'));
    assert.deepEqual(rows.map(({ id }) => id).sort((a, b) => a - b), Array.from({ length: MANY + 1 }, (_, index) => index + 1));
  });

  await t.test('all that a filter finds run again after being shown', async () => {
    const search = page.getByRole('textbox', { name: 'Find in inputs, outputs, errors' });
    await search.fill('albatross');
    await foot('1 row');
    await grid.focus();
    await page.keyboard.press('Control+a');
    await page.getByRole('region', { name: 'Chosen executions' }).getByRole('button', { name: 'Re-run' }).click();
    const dialog = page.getByRole('dialog', { name: 'Re-run executions' });
    await dialog.getByText(/^1 will run again/).waitFor();
    assert.equal((await backend.call('execution.list', { limit: 1 })).total, MANY + 1, 'nothing has happened yet');
    await dialog.getByRole('button', { name: 'Re-run 1 execution' }).click();
    await dialog.getByText('1 started again.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    const [again] = (await backend.call('execution.list', { limit: 1 })).executions;
    assert.deepEqual([again.rerun_of, again.playbook], [marked, 'echo']);
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await foot(`${MANY + 2} rows`);
  });

  await t.test('what does not run again says why', async () => {
    await page.getByRole('radiogroup', { name: 'Show' }).getByText('Live', { exact: true }).click();
    await foot('1 row');
    await grid.focus();
    await page.keyboard.press('Control+a');
    await page.getByRole('region', { name: 'Chosen executions' }).getByRole('button', { name: 'Re-run' }).click();
    const dialog = page.getByRole('dialog', { name: 'Re-run executions' });
    await dialog.getByText('RERUN-RUNNING').waitFor();
    assert.ok(await dialog.getByRole('button', { name: /^Re-run 0/ }).isDisabled());
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('radiogroup', { name: 'Show' }).getByText('All', { exact: true }).click();
    await foot(`${MANY + 2} rows`);
  });

  await t.test('what is kept says so in the list and where it is open', async () => {
    await grid.focus();
    await page.keyboard.press('End');
    await row(hostile).click();
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Keep', exact: true }).click();
    await page.locator('main header').getByText('Kept', { exact: true }).waitFor();
    assert.deepEqual((await backend.call('execution.list', { kept: true })).executions.map(({ id }) => id), [hostile]);
    await page.goBack();
    await grid.focus();
    await page.keyboard.press('End');
    await row(hostile).getByRole('img', { name: 'Kept' }).waitFor();
    await row(hostile).click();
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'No longer keep' }).click();
    await until('it is kept no longer', async () => (await backend.call('execution.list', { kept: true })).executions.length === 0);
  });
});
