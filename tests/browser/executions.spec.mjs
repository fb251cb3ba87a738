// The execution viewer: the live list, the canvas with the state of each task, and what one task did.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { drawing, wait } from './designer.mjs';
import { openPage, startBackend } from './harness.mjs';

/** A playbook in which one task of each end occurs: done, failed, skipped, waiting. */
const PLAYBOOK = {
  format: 1,
  id: 'ends',
  name: { en: 'Every end', ko: '모든 끝' },
  inputs: [{ name: 'given', type: 'number', required: true }],
  variables: [{ name: 'number', type: 'number' }, { name: 'yes', type: 'boolean' }],
  tasks: {
    start_with: { type: 'formula', name: { en: 'Add one', ko: '하나 더하기' }, variable: 'number', expression: 'given + 1' },
    broken: { type: 'action', name: { en: 'Break', ko: '깨뜨리기' }, app: 'haetae', command: 'comment-ticket', parameters: { ticket: '{{ given + 998 }}', text: 'There is no such ticket.' } },
    rescue: { type: 'input', name: { en: 'Ask', ko: '묻기' }, question: { en: 'Go on?', ko: '계속할까요?' }, kind: 'boolean', variable: 'yes' },
    after: { type: 'formula', name: { en: 'Not reached', ko: '닿지 않음' }, variable: 'number', expression: '1' },
  },
  links: [
    { from: 'start', to: 'start_with' },
    { from: 'start_with', to: 'broken' },
    { from: 'broken', outcome: 'failed', to: 'rescue' },
    { from: 'broken', to: 'after' },
  ],
  layout: {
    tasks: { start_with: { x: 96, y: 80 }, broken: { x: 352, y: 80 }, rescue: { x: 608, y: 220 }, after: { x: 608, y: 80 } },
  },
};

test('executions', async (t) => {
  const backend = await startBackend(t);
  await backend.call('playbook.save', { document: PLAYBOOK, base: 0, comment: '' });
  const start = async (given) => (await backend.call('execution.start', { playbook: PLAYBOOK.id, input: { given } })).summary.id;
  const first = await start(1);
  const page = await openPage(t, backend);
  await page.getByRole('link', { name: /^Executions/ }).click();

  await t.test('the list is live', async () => {
    await page.getByRole('row').filter({ hasText: `#${first}` }).getByText('Waiting').waitFor();
    const second = await start(2);
    const row = page.getByRole('row').filter({ hasText: `#${second}` });
    await row.getByText('Waiting').waitFor();
    await row.getByText('Every end').waitFor();
    await backend.call('execution.cancel', { id: second });
    await row.getByText('Cancelled').waitFor();
  });

  await t.test('a time tells its zone and the universal time to the pointer', async () => {
    await page.getByRole('row').filter({ hasText: `#${first}` }).locator('time').first().hover();
    await page.getByRole('tooltip').getByText(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/).waitFor();
  });

  await t.test('the canvas shows where each task is, and follows', async () => {
    await page.getByRole('gridcell', { name: `#${first}`, exact: true }).click();
    for (const [name, status] of [['Add one', 'Done'], ['Break', 'Failed'], ['Ask', 'Waiting'], ['Not reached', 'Skipped']]) {
      await page.getByRole('group', { name: new RegExp(`^${name}, \\w+, ${status}`) }).waitFor();
    }
    const [question] = (await backend.call('execution.show', { id: first })).questions;
    await backend.call('question.answer', { ids: [question.id], answer: { value: true } });
    await page.getByRole('group', { name: /^Ask, Input, Done/ }).waitFor();
    await until('the head says so too', async () => (await page.getByRole('heading', { name: 'Every end', level: 1 }).locator('..').innerText()).includes('Done'));
  });

  await t.test('a right click tells start, end, input, output and error code', async () => {
    const { tasks } = await backend.call('execution.show', { id: first });
    const run = (id) => tasks.find((task) => task.id === id);
    const time = (at) => new Date(at).toISOString().slice(11, 23);

    await page.getByRole('group', { name: /^Add one,/ }).click({ button: 'right' });
    const done = page.getByRole('complementary', { name: 'Task: Add one' });
    const told = (name) => done.getByRole('term').filter({ hasText: new RegExp(`^${name}$`) }).locator('xpath=following-sibling::dd[1]');
    assert.ok((await told('Start').innerText()).startsWith(time(run('start_with').started_at)));
    assert.ok((await told('End').innerText()).startsWith(time(run('start_with').ended_at)));
    await done.getByRole('tree', { name: 'Input' }).getByText('"given + 1"').waitFor();
    await done.getByRole('tree', { name: 'Output' }).getByText('2', { exact: true }).waitFor();

    await page.getByRole('group', { name: /^Break,/ }).click({ button: 'right' });
    const failed = page.getByRole('complementary', { name: 'Task: Break' });
    const { code, message } = run('broken').error;
    assert.ok(code);
    await failed.getByText(code, { exact: true }).waitFor();
    await failed.getByText(message.en ?? message).waitFor();
    await failed.getByRole('link', { name: 'Help' }).click();
    await page.getByRole('main').getByText(code).first().waitFor();
    await page.goBack();

    await page.getByRole('tab', { name: 'Transitions' }).click();
    await page.getByRole('button', { name: /question answered Ask/ }).waitFor();
  });
});

test('an execution stays while its names come in another language', async (t) => {
  const backend = await startBackend(t);
  await backend.call('playbook.save', { document: drawing('tongues', { a: wait('Alpha') }, 'start>a'), base: 0, comment: '' });
  const { id } = (await backend.call('execution.start', { playbook: 'tongues' })).summary;
  const page = await openPage(t, backend, { path: `/executions/${id}` });
  const task = page.locator('.react-flow__node-task');
  await task.filter({ hasText: 'Alpha' }).waitFor();
  await page.evaluate(() => {
    window.gone = 0;
    const look = () => document.querySelector('.react-flow__node-task') ?? window.gone++;
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
  });
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('menuitem', { name: '한국어' }).click();
  await task.filter({ hasText: 'Alpha 대기' }).waitFor();
  assert.equal(await page.evaluate(() => window.gone), 0, 'the canvas never was without its task');
});
