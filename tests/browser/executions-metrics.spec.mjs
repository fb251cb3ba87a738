// The figures for leads: every number opens the executions behind it, and the chart is a table too.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { assertAccessible, openPage, startBackend } from './harness.mjs';

const PLAYBOOK = {
  format: 1,
  id: 'counted',
  name: { en: 'Counted', ko: '셈' },
  manual: '15m',
  inputs: [{ name: 'fails', type: 'boolean', required: true }],
  variables: [{ name: 'number', type: 'number' }],
  tasks: {
    first: { type: 'formula', name: { en: 'First' }, variable: 'number', expression: '998' },
    fails: { type: 'branch', name: { en: 'Fails?' }, condition: 'fails' },
    broken: { type: 'action', name: { en: 'Break' }, app: 'haetae', command: 'comment-ticket', parameters: { ticket: '{{ number }}', text: 'x' } },
  },
  links: [{ from: 'start', to: 'first' }, { from: 'first', to: 'fails' }, { from: 'fails', outcome: 'true', to: 'broken' }],
};

test('metrics', async (t) => {
  const backend = await startBackend(t);
  await backend.call('playbook.save', { document: PLAYBOOK, base: 0, comment: '' });
  for (let number = 0; number < 7; number += 1) await backend.call('execution.start', { playbook: 'counted', input: { fails: number < 3 }, wait: true });
  await until('all are counted', async () => {
    const metrics = await backend.call('execution.metrics');
    return metrics.behind === 0 && metrics.statuses.reduce((sum, each) => sum + each.count, 0) === 7;
  });
  const page = await openPage(t, backend, { path: '/executions' });
  page.setDefaultTimeout(10_000);
  await page.getByRole('tab', { name: 'Metrics' }).click();
  const figures = page.getByRole('list', { name: 'Figures' });

  await t.test('numbers are those of the executions', async () => {
    await figures.getByRole('button', { name: /Done\s*4/ }).waitFor();
    await figures.getByRole('button', { name: /Failed\s*3/ }).waitFor();
    await figures.getByRole('button', { name: /Time saved\s*1 h/ }).waitFor();
    const failing = page.getByRole('table', { name: 'Most failing tasks' });
    await failing.getByRole('row').filter({ hasText: 'Break' }).getByRole('button', { name: 'Break: show 3' }).waitFor();
    await assertAccessible(page);
  });

  await t.test('a number opens the rows behind it', async () => {
    await figures.getByRole('button', { name: /Failed\s*3/ }).click();
    await page.getByText('3 rows', { exact: true }).waitFor();
    const grid = page.getByRole('grid', { name: 'Executions' });
    assert.equal(await grid.getByText('Failed', { exact: false }).count(), 3);
    await page.goBack();
    await page.getByRole('table', { name: 'Most failing tasks' }).getByRole('button', { name: 'Break: show 3' }).click();
    await page.getByText('3 rows', { exact: true }).waitFor();
    await page.getByRole('list', { name: 'Filters' }).getByText(/Task: broken/).waitFor();
    await page.goBack();
    await figures.waitFor();
  });

  await t.test('the chart is a table for those who do not see it', async () => {
    await page.getByRole('radiogroup', { name: 'Form' }).getByText('Table', { exact: true }).click();
    const days = page.getByRole('table', { name: 'Executions by day' });
    const today = days.getByRole('row').last();
    assert.deepEqual((await today.getByRole('cell').allInnerTexts()).map((text) => text.trim()), ['4', '3']);
    await today.getByRole('button', { name: /Failed: show 3/ }).click();
    await page.getByText('3 rows', { exact: true }).waitFor();
  });
});

test('storage and retention', async (t) => {
  const backend = await startBackend(t);
  await backend.call('playbook.save', { document: PLAYBOOK, base: 0, comment: '' });
  for (let number = 0; number < 3; number += 1) await backend.call('execution.start', { playbook: 'counted', input: { fails: number < 3 }, wait: true });
  const page = await openPage(t, backend, { path: '/settings' });
  page.setDefaultTimeout(10_000);
  const storage = page.getByRole('region', { name: 'Storage' });
  await storage.getByText(/^\d[\d.]* [KM]B$/).first().waitFor();
  await storage.getByRole('textbox', { name: 'Done' }).fill('30');
  await storage.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Retention saved').waitFor();
  assert.deepEqual((await backend.call('storage.show')).retention, { done_days: 30, failed_days: null, cancelled_days: null });
  await storage.getByRole('button', { name: 'Delete old ones now…' }).click();
  await page.getByText('No execution is old enough').waitFor();
  await storage.getByRole('button', { name: 'Give space back' }).click();
  await page.getByText(/^From .* to /).waitFor();
  await storage.getByRole('button', { name: 'Size by table' }).click();
  await storage.getByRole('table', { name: 'Size by table' }).getByText('journal', { exact: true }).waitFor();
  assert.equal((await backend.call('execution.list')).total, 3);
});
