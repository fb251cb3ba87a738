// What a lead looks for afterwards: who did what, what started playbooks, and the report of a ticket.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { assertAccessible, openPage, startBackend } from './harness.mjs';

const at = (schedule) => ({
  format: 1,
  id: schedule ? 'nightly' : 'by-hand',
  name: { en: schedule ? 'Nightly look' : 'By hand' },
  ...(schedule ? { triggers: [{ on: 'schedule', cron: '0 3 * * *', timezone: 'Asia/Seoul' }] } : {}),
  variables: [{ name: 'yes', type: 'boolean' }],
  tasks: { ask: { type: 'input', name: { en: 'Ask' }, question: { en: 'Go on?' }, kind: 'boolean', variable: 'yes' } },
  links: [{ from: 'start', to: 'ask' }],
});

test('afterwards', async (t) => {
  const backend = await startBackend(t, { sample: true });
  for (const schedule of [true, false]) await backend.call('playbook.save', { document: at(schedule), base: 0, comment: '' });
  await backend.call('playbook.allow', { id: 'nightly', enabled: true });
  const { id } = (await backend.call('execution.start', { playbook: 'by-hand' })).summary;
  await backend.call('execution.cancel', { id });
  const { operator } = (await backend.call('workspace.show')).settings;
  const page = await openPage(t, backend, { path: '/executions?tab=audit' });
  page.setDefaultTimeout(15_000);

  await t.test('the audit says who did what, and leads there', async () => {
    const grid = page.getByRole('grid', { name: 'Audit' });
    const row = grid.getByRole('row').filter({ hasText: 'Cancelled an execution' });
    await row.getByText(operator, { exact: true }).waitFor();
    await assertAccessible(page);
    await page.getByRole('textbox', { name: 'Find who, on what, details' }).fill('nobody did this');
    await page.getByRole('heading', { name: 'Nothing recorded yet' }).waitFor();
    await page.getByRole('textbox', { name: 'Find who, on what, details' }).fill('');
    await row.getByRole('link', { name: `#${id}` }).click();
    await page.getByRole('heading', { name: 'By hand', level: 1 }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'What people answered' }).click();
    await page.getByRole('heading', { name: 'Decisions', exact: true }).waitFor();
  });
  await t.test('a playbook says when its schedule starts it next', async () => {
    const [{ next_at: next }] = (await backend.call('trigger.list', { playbook: 'nightly' })).triggers;
    assert.match(new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Seoul', hour: '2-digit', minute: '2-digit' }).format(new Date(next)), /^03:00$/);
    await page.goto(`${backend.url}/#/playbooks`);
    const row = page.getByRole('grid', { name: 'Playbooks' }).getByRole('row').filter({ hasText: 'Nightly look' });
    await row.locator(`time[datetime="${next}"]`).waitFor();
  });
  await t.test('the report of a ticket holds its executions', async () => {
    const ticket = await until('a ticket has an execution', async () => {
      const { executions } = await backend.call('execution.list', { limit: 50 });
      return executions.find((each) => each.ticket !== null)?.ticket;
    });
    await page.goto(`${backend.url}/#/tickets/${ticket}?tab=report`);
    await page.getByRole('button', { name: 'Report…' }).click();
    const dialog = page.getByRole('dialog', { name: `Report T-${ticket}` });
    await dialog.getByRole('radiogroup', { name: 'Format' }).getByText('Markdown', { exact: true }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Save' }).click()]);
    assert.equal(download.suggestedFilename(), `haetae-ticket-${ticket}.md`);
    const text = await readFile(await download.path(), 'utf8');
    const { summary, artifacts } = await backend.call('ticket.show', { id: ticket });
    assert.ok(text.includes(summary.title) && text.includes(artifacts[0].value), text.slice(0, 400));
  });
});
