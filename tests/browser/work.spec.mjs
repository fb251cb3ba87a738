// The main job and the approvals in Work, from the first start on.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { openPage, startBackend } from './harness.mjs';

/** Waits until the sample's executions have come to their five approvals; returns the questions of a playbook's group. */
async function questionsOf(backend, playbook) {
  const groups = await until('the sample asks its questions', async () => {
    const found = (await backend.call('question.list')).groups;
    return found.reduce((sum, group) => sum + group.count, 0) === 5 && found;
  });
  return groups.find((group) => group.playbook.en === playbook).questions;
}

/** Opens a question from the queue's address and waits until it can be answered. */
async function openQuestion(page, id) {
  await page.goto(`${new URL(page.url()).origin}/#/work/question/${id}`);
  await page.getByRole('button', { name: /^Approve/ }).waitFor();
}

const answeredEvents = async (backend, execution) =>
  (await backend.call('execution.log', { id: execution })).entries.filter((entry) => entry.event === 'question_answered');

test('first start: one click loads the sample, one key approves, and the address is blocked', async (t) => {
  const backend = await startBackend(t);
  const page = await openPage(t, backend);
  await page.getByRole('button', { name: 'Load the sample workspace' }).click();
  await page.getByRole('heading', { name: /^Approvals/ }).waitFor();
  await questionsOf(backend, 'IP triage');

  await page.getByRole('region', { name: 'Work' }).getByRole('button', { name: /Approve the block/ }).click();
  await page.getByText(/: block 198\.51\.100\.\d+ for 30 days\?/).waitFor();
  const question = await backend.call('question.show', { id: Number(page.url().split('/').at(-1)) });
  const { execution, ticket } = question.summary;
  const address = question.releases[0].call.parameters.address;
  assert.match(address, /^198\.51\.100\.\d+$/);
  // The memo names the command that a yes releases, and how to take it back.
  const release = page.getByRole('row').filter({ hasText: `address=${address}` });
  await release.getByText('Firewall').waitFor();

  const opinion = page.getByRole('textbox', { name: /^Opinion/ });
  await opinion.pressSequentially('a and r are letters here');
  assert.equal((await backend.call('question.show', { id: question.summary.id })).answered, null);
  await opinion.fill('Two sources agree.');
  await page.getByRole('heading', { name: 'What is asked' }).click();
  await page.keyboard.press('a');
  await page.getByText('1 answer recorded').waitFor();
  assert.ok(!page.url().endsWith(`/question/${question.summary.id}`), 'the next entry opens by itself');

  await page.getByRole('link', { name: 'Blocklist' }).click();
  const row = page.getByRole('row').filter({ hasText: address });
  await row.getByText(new RegExp(`^T-${ticket} `)).waitFor();

  await page.getByRole('link', { name: /^Executions/ }).click();
  const run = page.getByRole('row').filter({ hasText: `#${execution}` });
  await run.getByText('Done', { exact: true }).waitFor();
  await run.getByText(`#${execution}`).click();
  await page.getByRole('group', { name: /^Block on the firewall, Action, Done/ }).waitFor();
  const [{ by }, ...others] = await answeredEvents(backend, execution);
  assert.deepEqual(others, []);
  assert.equal(by, (await backend.call('workspace.show')).settings.operator);
  const answered = await backend.call('question.show', { id: question.summary.id });
  assert.equal(answered.answered.answer.opinion, 'Two sources agree.');
});

test('approvals in Work', async (t) => {
  const backend = await startBackend(t, { sample: true });
  const malware = await questionsOf(backend, 'Malware response');
  const triage = await questionsOf(backend, 'IP triage');
  const page = await openPage(t, backend);

  await t.test('a rejection wants a reason', async () => {
    const [{ id, execution }] = malware;
    await openQuestion(page, id);
    await page.keyboard.press('r');
    await page.getByText('Say why you reject').waitFor();
    assert.equal((await backend.call('question.show', { id })).answered, null);
    const opinion = page.getByRole('textbox', { name: /^Opinion/ });
    assert.ok(await opinion.evaluate((box) => box === document.activeElement), 'the box for the reason has the focus');
    await page.keyboard.type('a test machine of the red team');
    await page.getByRole('button', { name: /^Reject/ }).click();
    await page.getByText('1 answer recorded').first().waitFor();
    const done = await until('the rejected execution is done', async () => {
      const detail = await backend.call('execution.show', { id: execution });
      return detail.summary.status === 'done' && detail;
    });
    const outcomes = Object.fromEntries(done.tasks.map((task) => [task.id, task.status]));
    assert.equal(outcomes.quarantine, 'skipped');
    assert.equal(outcomes.whitelist, 'done');
  });

  await t.test('of two who answer the same question one decides, and the other is told who', async (t) => {
    const [{ id, execution }] = triage;
    const other = await openPage(t, backend);
    await openQuestion(page, id);
    await openQuestion(other, id);
    // The other's answer is on its way when the first one arrives.
    let release;
    const held = new Promise((done) => { release = done; });
    let sent;
    const underWay = new Promise((done) => { sent = done; });
    await other.route('**/api/question.answer', async (route) => {
      sent();
      await held;
      await route.continue();
    });
    await other.getByRole('textbox', { name: /^Opinion/ }).fill('a customer of ours');
    await other.getByRole('button', { name: /^Reject/ }).click();
    await underWay;
    await page.keyboard.press('a');
    await until('the first answer is recorded', async () => (await backend.call('question.show', { id })).answered);
    release();
    const { settings } = await backend.call('workspace.show');
    await other.getByText(`${settings.operator} already decided: approved`).waitFor();
    assert.equal(await other.getByRole('button', { name: /^(Approve|Reject)/ }).count(), 0, 'nothing is left to press');
    // Chromium reports the refusal itself; nothing else may be in its console.
    assert.deepEqual(other.errors.splice(0), ['Failed to load resource: the server responded with a status of 409 (Conflict)']);
    assert.equal((await answeredEvents(backend, execution)).length, 1);
    assert.equal((await backend.call('question.show', { id })).answered.answer.approved, true);
  });
});
