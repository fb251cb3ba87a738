// Tickets: the list, one ticket, and hostile text that stays text.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { openPage, startBackend } from './harness.mjs';

const SCRIPT = '<img src=x onerror="window.hacked = true"><script>window.hacked = true</script>';
const OVERRIDE = 'invoice\u202Efdp.exe';

test('tickets', async (t) => {
  const backend = await startBackend(t, { sample: true });
  await until('the sample opened its tickets and has come to rest', async () => {
    const { executions } = await backend.call('execution.list');
    return executions.length === 7 && executions.every((each) => ['waiting', 'done'].includes(each.status));
  });
  const page = await openPage(t, backend);

  await t.test('the list filters by state and by words', async () => {
    await page.getByRole('link', { name: /^Tickets/ }).click();
    const grid = page.getByRole('grid', { name: 'Tickets' });
    const numbers = async () => (await grid.getByText(/^T-\d+$/).allInnerTexts()).map((text) => Number(text.slice(2))).sort();
    await until('the open ones are listed', async () => (await numbers()).join() === '1,2,3,4,5,6');
    await page.getByRole('radiogroup', { name: 'Show' }).getByText('Closed', { exact: true }).click();
    await until('the closed one is listed', async () => (await numbers()).join() === '7');
    await page.getByRole('radiogroup', { name: 'Show' }).getByText('All', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Find title, address, artifact' }).fill('f877e559af568e9b056b00467ed83c72');
    await until('an artifact finds its ticket', async () => (await numbers()).join() === '1');
  });

  await t.test('one ticket tells artifacts, events and what happened', async () => {
    await page.getByRole('gridcell', { name: 'T-1', exact: true }).click();
    const ticket = page.getByRole('region', { name: 'T-1' });
    await ticket.getByRole('heading', { name: 'SAMPLE MALWARE Loader downloaded over HTTP' }).waitFor();
    const { artifacts, timeline } = await backend.call('ticket.show', { id: 1 });
    const list = ticket.getByRole('list').filter({ has: page.getByRole('button', { name: /^Copy: / }) });
    assert.deepEqual(artifacts.map(({ kind }) => kind).sort(), ['domain', 'hash', 'ip', 'ip', 'ip', 'url']);
    for (const { value } of artifacts) await list.getByText(value, { exact: true }).waitFor();
    assert.equal(timeline.some(({ kind }) => kind === 'opened'), true);
    await ticket.getByText('opened the ticket').waitFor();
    await ticket.getByRole('tab', { name: 'Events 2' }).click();
    await ticket.getByRole('row').filter({ hasText: '203.0.113.77' }).first().click();
    const event = page.getByRole('complementary', { name: 'Event' });
    await event.getByText('Hex', { exact: true }).click();
    await event.getByText(/^000000  ([0-9a-f]{2} ){7}/).waitFor();
    await ticket.getByRole('tab', { name: 'Executions 1' }).click();
    await ticket.getByRole('button', { name: /Malware response/ }).waitFor();
    await ticket.getByRole('tab', { name: 'Overview' }).click();
  });

  await t.test('a comment is text, whatever it holds', async () => {
    const ticket = page.getByRole('region', { name: 'T-1' });
    await ticket.getByRole('textbox', { name: 'Comment (Markdown)' }).fill(`${SCRIPT} ${OVERRIDE} [click](javascript:window.hacked=true)`);
    await page.keyboard.press('Control+Enter');
    const entry = ticket.getByRole('listitem').filter({ hasText: 'commented' });
    await entry.getByText('<script>window.hacked = true</script>', { exact: false }).waitFor();
    const shown = await entry.innerText();
    assert.ok(shown.includes('U+202E'), `the override is spelled out: ${shown}`);
    assert.ok(!shown.includes('\u202E'), 'the override itself is not in the page');
    assert.equal(await entry.locator('img, script').count(), 0);
    assert.equal(await entry.locator('a[href^="javascript:"]').count(), 0);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    const last = (await backend.call('ticket.show', { id: 1 })).timeline.at(-1);
    assert.ok(last.text.includes(SCRIPT) && last.text.includes(OVERRIDE), 'what was written is kept as it was written');
  });

  await t.test('a ticket is taken and closed, and opened again', async () => {
    const ticket = page.getByRole('region', { name: 'T-1' });
    await ticket.getByRole('button', { name: 'Assign to me' }).click();
    await ticket.getByRole('button', { name: 'Give back' }).waitFor();
    await ticket.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('menuitem', { name: 'False positive' }).click();
    await ticket.getByRole('button', { name: 'Open again' }).waitFor();
    const { summary } = await backend.call('ticket.show', { id: 1 });
    assert.deepEqual([summary.status, summary.verdict], ['closed', 'false_positive']);
    await ticket.getByRole('button', { name: 'Open again' }).click();
    await ticket.getByRole('button', { name: 'Run a playbook' }).waitFor();
    await until('it is open', async () => (await backend.call('ticket.show', { id: 1 })).summary.status !== 'closed');
  });
});
