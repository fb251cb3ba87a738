// What one task did: errors with their help page, who answered with what opinion, large values, hostile text, needs review.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { openPage, startBackend } from './harness.mjs';

const HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> \u202Eexe.fdp \u0007';

const LINES = Array.from({ length: 1000 }, (_, number) => `${number} `.padEnd(90, '0123456789'));

const PLAYBOOK = {
  format: 1,
  id: 'shows',
  name: { en: 'Shows', ko: '보임' },
  inputs: [{ name: 'word', type: 'string', required: true }, { name: 'lines', type: 'list', required: true }],
  variables: [{ name: 'said', type: 'string' }, { name: 'list', type: 'list' }],
  tasks: {
    say: { type: 'formula', name: { en: 'Say it' }, variable: 'said', expression: 'word' },
    long: { type: 'formula', name: { en: 'A lot' }, variable: 'list', expression: 'lines' },
    ask: { type: 'approval', name: { en: 'Ask' }, question: { en: 'Go on with {{ word }}?' } },
    broken: { type: 'action', name: { en: 'Break' }, app: 'haetae', command: 'comment-ticket', parameters: { ticket: 999, text: 'There is no such ticket.' } },
  },
  links: [
    { from: 'start', to: 'say' },
    { from: 'say', to: 'long' },
    { from: 'long', to: 'ask' },
    { from: 'long', outcome: 'failed', to: 'ask' },
    { from: 'ask', outcome: 'rejected', to: 'broken' },
  ],
  // Small enough to be in sight beside an open card.
  layout: { tasks: { say: { x: 40, y: 40 }, long: { x: 40, y: 180 }, ask: { x: 280, y: 40 }, broken: { x: 280, y: 180 } } },
};

test('the card of a task', async (t) => {
  const backend = await startBackend(t);
  await backend.call('playbook.save', { document: PLAYBOOK, base: 0, comment: '' });
  const { id } = (await backend.call('execution.start', { playbook: 'shows', input: { word: HOSTILE, lines: LINES } })).summary;
  const [{ id: question, question: { kind } }] = await until('it asks', async () => {
    const { questions } = await backend.call('execution.show', { id });
    return questions.length > 0 && questions;
  });
  await backend.call('question.answer', { ids: [question], answer: { approved: false, opinion: `no: ${HOSTILE}`, hash: kind.hash } });
  await until('it has ended', async () => (await backend.call('execution.show', { id })).summary.status === 'failed');
  const page = await openPage(t, backend, { path: `/executions/${id}` });
  page.setDefaultTimeout(10_000);
  const open = async (name) => {
    await page.getByRole('group', { name: new RegExp(`^${name},`) }).click({ button: 'right' });
    return page.getByRole('complementary', { name: `Task: ${name}` });
  };

  await t.test('who answered, with what opinion, when', async () => {
    const card = await open('Ask');
    const answer = card.getByRole('list', { name: 'Who answered' }).getByRole('listitem');
    await answer.getByText('rejected: no: <img', { exact: false }).waitFor();
    const { settings } = await backend.call('workspace.show');
    assert.ok((await answer.innerText()).includes(settings.operator));
  });

  await t.test('what a code means and what to do stands in the card', async () => {
    const card = await open('Break');
    const { error } = (await backend.call('execution.show', { id })).tasks.find((task) => task.id === 'broken');
    await card.getByText(error.code, { exact: true }).waitFor();
    await card.getByRole('button', { name: 'What it means and what to do' }).click();
    await card.getByRole('heading').filter({ hasText: /./ }).nth(1).waitFor();
    await until('the help page is shown', async () => (await card.innerText()).length > 400);
  });

  await t.test('hostile text is text in the card and the log', async () => {
    const card = await open('Say it');
    await card.getByRole('tree', { name: 'Output' }).getByText('<script>window.hacked=1</script>', { exact: false }).waitFor();
    await page.getByRole('tab', { name: 'Transitions' }).click();
    await page.getByRole('button', { name: /question answered/ }).waitFor();
    const shown = await page.locator('main').innerText();
    assert.ok(shown.includes('U+202E') && shown.includes('U+0007'), 'hidden characters are spelled out');
    assert.ok(!shown.includes('\u202E'), 'the override itself is not in the page');
    assert.equal(await page.locator('main img, main script').count(), 0);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
  });

  await t.test('values and paths are copied', async () => {
    const card = await open('Say it');
    await card.getByRole('tree', { name: 'Output' }).hover();
    await card.getByRole('tree', { name: 'Output' }).getByRole('button', { name: 'Copy path' }).first().click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'tasks.say.output');
    await card.getByRole('tree', { name: 'Output' }).getByRole('button', { name: 'Copy value' }).first().click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), HOSTILE);
  });

  await t.test('a large value is shown in part, and whole on demand', async () => {
    const { tasks, truncated } = await backend.call('execution.show', { id });
    assert.ok(truncated.includes('long'), `the list is over 64 KB: ${JSON.stringify(tasks.find((task) => task.id === 'long')).slice(0, 300)}`);
    const card = await open('A lot');
    await card.getByText('Over 64 KB; only the beginning is shown.').waitFor();
    await card.getByRole('button', { name: 'Show all of it' }).click();
    await card.getByRole('tree', { name: 'Output' }).getByText(`[${LINES.length}]`, { exact: true }).waitFor();
  });
});
