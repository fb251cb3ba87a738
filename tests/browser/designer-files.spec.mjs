// Playbooks that come and go as files: chosen, dropped on the window, reviewed before they may run, and written again.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { drawing, openPlaybook, select, untilKept, wait } from './designer.mjs';
import { openPage, startBackend } from './harness.mjs';

const file = (name, content) => ({ name, mimeType: 'application/json', buffer: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)) });

/** Drops a file on the page the way a desktop does. */
async function drop(page, name, text) {
  const data = await page.evaluateHandle(([n, content]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], n, { type: 'application/json' }));
    return transfer;
  }, [name, text]);
  const target = page.locator('body');
  await target.dispatchEvent('dragenter', { dataTransfer: data });
  await page.getByText('Drop to import as a playbook').waitFor();
  await target.dispatchEvent('dragover', { dataTransfer: data });
  await target.dispatchEvent('drop', { dataTransfer: data });
}

const foreign = drawing('foreign', { a: wait('Alpha', { unknown: { kept: true } }), block: { type: 'action', name: 'Isolate', app: 'edr', command: 'isolate-hosts', parameters: {} } }, 'start>a a>block');

test('playbooks are imported, reviewed and exported', async (t) => {
  const backend = await startBackend(t, { sample: true });
  const page = await openPage(t, backend, { path: '/playbooks' });
  await page.getByRole('button', { name: 'Import a file' }).waitFor();
  const dialog = page.getByRole('dialog', { name: 'Import playbooks' });

  await t.test('a chosen file is saved, disabled, with what it would use', async () => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Import a file' }).click();
    await (await chooser).setFiles(file('foreign.json', foreign));
    await dialog.getByText('It may not run yet.').waitFor();
    await dialog.getByText(/edr · isolate-hosts \(block\)/).first().waitFor();
    await dialog.getByText('edr · default').waitFor();
    const summary = (await backend.call('playbook.list')).playbooks.find((each) => each.id === 'foreign');
    assert.deepEqual([summary.version, summary.enabled], [1, false]);
    const { document } = await backend.call('playbook.show', { id: 'foreign' });
    assert.deepEqual(document.tasks.a.unknown, { kept: true }, 'what is not understood is kept');
    await dialog.getByRole('button', { name: /^(Allow|Enable)/ }).click();
    await dialog.getByText('It may run now.').waitFor();
    assert.equal((await backend.call('playbook.list')).playbooks.find((each) => each.id === 'foreign').enabled, true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  await t.test('one that may not run shows what it would use before it is enabled in the list', async () => {
    await backend.call('playbook.allow', { id: 'foreign', enabled: false });
    const row = page.getByRole('switch', { name: /^Drawing foreign enabled$/ });
    await page.waitForFunction(() => [...document.querySelectorAll('input[role="switch"]')].some((each) => each.getAttribute('aria-label') === 'Drawing foreign enabled' && !each.checked));
    await row.click({ force: true });
    const question = page.getByRole('dialog', { name: 'Enable Drawing foreign?' });
    await question.getByText(/edr · isolate-hosts \(block\)/).first().waitFor();
    await question.getByText('edr · default').waitFor();
    assert.equal((await backend.call('playbook.list')).playbooks.find((each) => each.id === 'foreign').enabled, false, 'looking allows nothing');
    await question.getByRole('button', { name: 'Enable' }).click();
    await question.waitFor({ state: 'detached' });
    await page.waitForFunction(() => [...document.querySelectorAll('input[role="switch"]')].some((each) => each.getAttribute('aria-label') === 'Drawing foreign enabled' && each.checked));
    assert.equal((await backend.call('playbook.list')).playbooks.find((each) => each.id === 'foreign').enabled, true);
  });

  await t.test('a file dropped on the window never overwrites one that is there', async () => {
    await drop(page, 'foreign.json', JSON.stringify(foreign));
    await dialog.getByText(/The id foreign is taken/).waitFor();
    await dialog.getByRole('button', { name: 'Open' }).click();
    await page.waitForURL(/#\/playbooks\/foreign-?\w*2/);
    await page.locator('.react-flow__node[data-id="block"]').waitFor();
    await page.goto(`${backend.url}/#/playbooks`);
    await page.getByRole('button', { name: 'Import a file' }).waitFor();
  });

  for (const [what, name, text] of [
    ['a file of another kind', 'events.json', '{"event_type": "alert"}'],
    ['a text that is no JSON', 'notes.json', 'hello'],
  ])
    await t.test(`${what} is refused with its code, and nothing is stored`, async () => {
      const before = (await backend.call('playbook.list')).playbooks.length;
      await drop(page, name, text);
      await dialog.getByText('PLAYBOOK-FORMAT').waitFor();
      assert.equal((await backend.call('playbook.list')).playbooks.length, before);
      page.errors.length = 0;
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    });

  await t.test('a file that is too large is refused before it is read', async () => {
    await drop(page, 'huge.json', `"${'x'.repeat(13 * 1024 * 1024)}"`);
    await dialog.getByText('PLAYBOOK-FILE').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  await t.test('the draft is exported as it is on the screen', async () => {
    const designer = await openPlaybook(t, backend, 'foreign');
    await select(designer, 'a');
    await designer.keyboard.press('Alt+ArrowDown');
    await untilKept(backend, 'foreign', 'the draft has moved', ({ layout }) => layout?.tasks?.a !== undefined);
    await designer.getByRole('button', { name: 'File and export' }).click();
    const download = designer.waitForEvent('download');
    await designer.getByRole('menuitem', { name: 'Export the draft as a file' }).click();
    const saved = await download;
    assert.equal(saved.suggestedFilename(), 'foreign.json');
    const text = JSON.parse(await readFile(await saved.path(), 'utf8'));
    assert.deepEqual(text, (await backend.call('playbook.show', { id: 'foreign' })).draft.document);
  });

  await t.test('shipped playbooks are added from a list', async () => {
    await page.getByRole('button', { name: 'Add a shipped playbook' }).click();
    const shipped = page.getByRole('dialog', { name: 'Add shipped playbooks' });
    const { playbooks } = await backend.call('playbook.shipped');
    const missing = playbooks.find((each) => !each.present);
    if (missing) {
      await shipped.getByRole('checkbox', { name: new RegExp(`^${missing.name.en}`) }).check();
      await shipped.getByRole('button', { name: 'Add 1' }).click();
      await page.getByText(/playbooks? added/).waitFor();
      assert.ok((await backend.call('playbook.list')).playbooks.some((each) => each.id === missing.id));
    } else {
      assert.equal(await shipped.getByRole('checkbox', { disabled: true }).count(), playbooks.length);
    }
  });
});

test('what is wrong is fixed by one button', async (t) => {
  const backend = await startBackend(t, { sample: true });
  const id = 'fixes';
  const document = drawing(id, { a: wait('Alpha'), block: { type: 'action', name: 'Isolate', app: 'edr', command: 'isolate-hosts', parameters: { hosts: '["desk-1"]' } } }, 'start>a a>block', { a: [0, 0], block: [300, 0] }, { variables: [{ name: 'unused', type: 'number' }] });
  await backend.call('playbook.save_draft', { id, document, base: 0 });
  const page = await openPlaybook(t, backend, id);
  const problems = page.getByRole('region', { name: 'Problems' });
  await problems.getByRole('button', { name: 'Remove the variable' }).click();
  await untilKept(backend, id, 'the variable is gone', (each) => each.variables === undefined);
  await problems.getByRole('button', { name: 'Add an approval before it' }).click();
  const fixed = await untilKept(backend, id, 'an approval stands before the command', (each) => 'approval' in each.tasks);
  assert.deepEqual(fixed.links, [{ from: 'start', to: 'a' }, { from: 'a', to: 'approval' }, { from: 'approval', outcome: 'approved', to: 'block' }]);
  await problems.getByRole('button', { name: 'Connect it' }).first().click();
  await page.getByRole('search', { name: /^Connect from/ }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+z');
  await untilKept(backend, id, 'one step takes it back', (each) => !('approval' in each.tasks));
});
