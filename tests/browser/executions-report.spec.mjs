// The report of an execution from the screen: as a file in three formats, with what must not be seen left out.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { openPage, startBackend } from './harness.mjs';

const PLAYBOOK = {
  format: 1,
  id: 'told',
  name: { en: 'Told', ko: '보고' },
  inputs: [{ name: 'address', type: 'string', required: true }],
  variables: [{ name: 'said', type: 'string' }],
  tasks: { say: { type: 'formula', name: { en: 'Say it', ko: '말하기' }, variable: 'said', expression: 'address' } },
  links: [{ from: 'start', to: 'say' }],
};

test('the report of an execution', async (t) => {
  const backend = await startBackend(t);
  await backend.call('playbook.save', { document: PLAYBOOK, base: 0, comment: '' });
  const address = '198.51.100.77';
  const { id } = (await backend.call('execution.start', { playbook: 'told', input: { address }, wait: true })).summary;
  const page = await openPage(t, backend, { path: `/executions/${id}` });
  page.setDefaultTimeout(15_000);
  const write = async (format, before = async () => {}) => {
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Report…' }).click();
    const dialog = page.getByRole('dialog', { name: `Report #${id}` });
    await dialog.getByRole('radiogroup', { name: 'Format' }).getByText(format, { exact: true }).click();
    await before(dialog);
    const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Save' }).click()]);
    await page.getByText(/^Report saved: /).first().waitFor();
    return readFile(await download.path());
  };

  await t.test('Markdown holds what happened', async () => {
    const text = (await write('Markdown')).toString();
    assert.ok(text.includes('Told') && text.includes('Say it') && text.includes(address), text);
  });
  await t.test('HTML is one file without scripts, and says it in the other language', async () => {
    const text = (await write('HTML', async (dialog) => dialog.getByText('한국어', { exact: true }).click())).toString();
    assert.ok(text.includes('말하기'), text.slice(0, 500));
    assert.doesNotMatch(text, /<script|https?:\/\/(?!www\.w3\.org)/i);
  });
  await t.test('PDF is one', async () => {
    assert.equal((await write('PDF')).subarray(0, 5).toString(), '%PDF-');
  });
  await t.test('what is left out is nowhere, in the preview neither', async () => {
    const text = (await write('Markdown', async (dialog) => {
      await dialog.getByRole('checkbox', { name: 'IP addresses' }).click();
      await dialog.getByRole('button', { name: 'Preview' }).click();
      const preview = dialog.getByRole('region', { name: 'Preview' });
      await preview.getByText('Say it').first().waitFor();
      assert.ok(!(await preview.innerText()).includes(address));
    })).toString();
    assert.ok(!text.includes(address), 'the address is left out');
    assert.equal((await backend.call('execution.show', { id })).input.address, address, 'the record stays');
  });
});
