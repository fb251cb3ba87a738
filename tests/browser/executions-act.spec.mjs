// What somebody does with one execution: choose a task in the timeline, the log or by keyboard, pause, resume, cancel, hand on a link.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { still } from './designer.mjs';
import { assertAccessible, openPage, startBackend } from './harness.mjs';

const PLAYBOOK = (name = 'Add one') => ({
  format: 1,
  id: 'acts',
  name: { en: 'Acts', ko: '행위' },
  variables: [{ name: 'number', type: 'number' }, { name: 'yes', type: 'boolean' }],
  tasks: {
    add: { type: 'formula', name: { en: name }, variable: 'number', expression: '1' },
    broken: {
      type: 'action', name: { en: 'Break' }, app: 'haetae', command: 'comment-ticket', parameters: { ticket: 999, text: 'There is no such ticket.' },
      retry: { attempts: 2, backoff: '1s', on: ['NOT-FOUND'] },
    },
    ask: { type: 'input', name: { en: 'Ask' }, question: { en: 'Go on?' }, kind: 'boolean', variable: 'yes' },
  },
  links: [{ from: 'start', to: 'add' }, { from: 'add', to: 'broken' }, { from: 'broken', outcome: 'failed', to: 'ask' }],
  layout: { tasks: { add: { x: 40, y: 40 }, broken: { x: 280, y: 40 }, ask: { x: 520, y: 40 } } },
});

test('what is done with an execution', async (t) => {
  const backend = await startBackend(t);
  await backend.call('playbook.save', { document: PLAYBOOK(), base: 0, comment: '' });
  const { id } = (await backend.call('execution.start', { playbook: 'acts' })).summary;
  await backend.call('playbook.save', { document: PLAYBOOK('Add two'), base: 1, comment: '' });
  const run = (task) => until(`${task} has come so far`, async () => {
    const { tasks } = await backend.call('execution.show', { id });
    const found = tasks.find((each) => each.id === task);
    return found.started_at !== null && found;
  });
  await run('ask');
  const page = await openPage(t, backend, { path: `/executions/${id}` });
  page.setDefaultTimeout(10_000);
  const node = (name) => page.getByRole('group', { name: new RegExp(`^${name},`) });
  const card = (name) => page.getByRole('complementary', { name: `Task: ${name}` });
  const line = (name) => page.getByRole('tabpanel', { name: 'Timeline' }).getByRole('button').filter({ hasText: name });
  const status = () => page.getByRole('heading', { name: 'Acts', level: 1 }).locator('..').innerText();

  await t.test('the timeline has a bar for each attempt, and waiting is hatched', async () => {
    const { attempts, history } = await run('broken');
    assert.deepEqual([attempts, history.length], [2, 2], 'it was tried twice');
    await line('Break').waitFor();
    const kinds = (name) => line(name).locator('[data-kind]').evaluateAll((bars) => bars.map((bar) => bar.dataset.kind));
    assert.deepEqual(await kinds('Break'), ['work', 'pause', 'work']);
    assert.deepEqual(await kinds('Add one'), ['work']);
    assert.deepEqual(await kinds('Ask'), ['person']);
    const hatched = (name, kind) => line(name).locator(`[data-kind="${kind}"]`).first().evaluate((bar) => getComputedStyle(bar).backgroundImage.includes('repeating-linear-gradient'));
    assert.deepEqual([await hatched('Break', 'work'), await hatched('Break', 'pause'), await hatched('Ask', 'person')], [false, true, true]);
  });

  await t.test('canvas, timeline and log choose together', async () => {
    const isChosen = (name) => until(`${name} is chosen on the canvas`, () => node(name).evaluate((task) => task.classList.contains('selected')));
    await line('Add one').click();
    await card('Add one').waitFor();
    await isChosen('Add one');
    await page.getByRole('tab', { name: 'Transitions' }).click();
    const log = page.getByRole('tabpanel', { name: 'Transitions' });
    await log.getByRole('button').filter({ hasText: 'Break' }).first().click();
    await card('Break').waitFor();
    await isChosen('Break');
    const marked = await log.locator('[data-selected]').allInnerTexts();
    assert.ok(marked.length >= 2 && marked.every((text) => text.includes('Break')), marked.join(' | '));
    await page.getByRole('tab', { name: 'Timeline' }).click();
    assert.equal(await line('Break').getAttribute('aria-pressed'), 'true');
    // The canvas may move to show what was chosen; a task that the card covers cannot be clicked.
    await still(page);
    await node('Add one').click();
    await until('the timeline follows the canvas', async () => (await line('Add one').getAttribute('aria-pressed')) === 'true');
    await page.goto(`${backend.url}/#/executions/${id}`);
    await until('nothing is chosen', async () => (await page.getByRole('complementary').count()) === 0);
  });

  await t.test('Enter opens the task that has the focus, and arrows go on from it', async () => {
    await node('Add one').focus();
    await page.keyboard.press('Enter');
    await card('Add one').waitFor();
    await node('Add one').focus();
    await page.keyboard.press('ArrowRight');
    await card('Break').waitFor();
    const attempts = card('Break').getByRole('list', { name: 'Attempts' }).getByRole('button');
    const { code, message } = (await run('broken')).history[0].error;
    assert.deepEqual(await attempts.evaluateAll((all) => all.map((each) => each.getAttribute('aria-label').split(' ').slice(0, 2).join(' '))), [`1: ${code}`, `2: ${code}`]);
    await attempts.first().click();
    await card('Break').getByText(message.en).first().waitFor();
    await assertAccessible(page);
  });

  await t.test('it is paused, goes on, and is cancelled after it was asked', async () => {
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await until('it says paused', async () => (await status()).includes('Paused'));
    assert.equal((await backend.call('execution.show', { id })).summary.status, 'paused');
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await until('it waits again', async () => (await status()).includes('Waiting'));
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: `Cancel execution #${id}?` });
    await dialog.getByRole('button', { name: 'Keep it' }).click();
    assert.equal((await backend.call('execution.show', { id })).summary.status, 'waiting', 'asking cancels nothing');
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await dialog.getByRole('button', { name: 'Cancel execution' }).click();
    await until('it says cancelled', async () => (await status()).includes('Cancelled'));
    await node('Ask').and(page.getByRole('group', { name: /Cancelled/ })).waitFor();
  });

  await t.test('a link leads others to the same task, and the designer opens at that version', async () => {
    await node('Break').click();
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Copy link' }).click();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(new URL(link).hash, `#/executions/${id}?task=broken`);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Open version 1' }).click();
    // The task's name of then, not of now.
    await node('Add one').waitFor();
    assert.match(page.url(), /playbooks\/acts\?version=1/);
    assert.equal(await node('Add two').count(), 0);
  });
});
