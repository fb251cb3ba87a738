// Replaying an execution: the slider goes through the recorded transitions, and canvas, timeline, log and card follow it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { openPage, startBackend } from './harness.mjs';

/** A formula, a question, and what follows its answer. */
const PLAYBOOK = {
  format: 1,
  id: 'told',
  name: { en: 'Told twice', ko: '두 번 말함' },
  variables: [{ name: 'number', type: 'number' }, { name: 'word', type: 'string' }],
  tasks: {
    first: { type: 'formula', name: { en: 'First', ko: '처음' }, variable: 'number', expression: '1 + 1' },
    ask: { type: 'input', name: { en: 'Ask', ko: '묻기' }, question: { en: 'Which word?' }, kind: 'string', variable: 'word' },
    last: { type: 'formula', name: { en: 'Last', ko: '마지막' }, variable: 'number', expression: 'number + 1' },
    never: { type: 'formula', name: { en: 'Never', ko: '안 함' }, variable: 'number', expression: '0' },
  },
  links: [{ from: 'start', to: 'first' }, { from: 'first', to: 'ask' }, { from: 'ask', to: 'last' }, { from: 'ask', outcome: 'expired', to: 'never' }],
  layout: { tasks: { first: { x: 96, y: 80 }, ask: { x: 352, y: 80 }, last: { x: 640, y: 40 }, never: { x: 640, y: 180 } } },
};

test('replay', async (t) => {
  const backend = await startBackend(t);
  await backend.call('playbook.save', { document: PLAYBOOK, base: 0, comment: '' });
  const { id } = (await backend.call('execution.start', { playbook: PLAYBOOK.id })).summary;
  const [question] = await until('it asks', async () => {
    const { questions } = await backend.call('execution.show', { id });
    return questions.length > 0 && questions;
  });
  await backend.call('question.answer', { ids: [question.id], answer: { value: 'sesame' } });
  await until('it is done', async () => (await backend.call('execution.show', { id })).summary.status === 'done');
  const { entries } = await backend.call('execution.log', { id });
  assert.deepEqual(entries.map(({ event }) => event), ['started', 'question_answered']);

  const page = await openPage(t, backend, { path: `/executions/${id}` });
  const slider = page.getByRole('slider', { name: 'Replay' });
  const node = (name, status) => page.getByRole('group', { name: new RegExp(`^${name}, \\w+, ${status}`) }).waitFor();
  const value = () => slider.getAttribute('aria-valuetext');
  await node('Last', 'Done');

  await t.test('Home goes to the first transition, on the canvas, in the card and in the log', async () => {
    await page.getByRole('group', { name: /^Ask,/ }).click();
    const card = page.getByRole('complementary', { name: 'Task: Ask' });
    await card.getByRole('tree', { name: 'Output' }).getByText('"sesame"').waitFor();
    await slider.focus();
    await page.keyboard.press('Home');
    await node('First', 'Done');
    await node('Ask', 'Waiting');
    await node('Last', 'Pending');
    await node('Never', 'Pending');
    assert.match(await value(), /execution started, transition 1 of 2/);
    assert.equal(await card.getByRole('tree', { name: 'Output' }).count(), 0, 'the answer was not known yet');
    assert.equal(await card.getByRole('list', { name: 'Who answered' }).count(), 0);
    await page.getByRole('tab', { name: 'Transitions' }).click();
    const lines = page.getByRole('button', { name: /execution started|question answered/ });
    assert.equal(await lines.first().getAttribute('aria-current'), 'step');
    assert.notEqual(await lines.nth(1).getAttribute('data-future'), null, 'what follows is faint');
    assert.match(page.url(), /at=1/);
  });

  await t.test('arrows go on, and a click in the log goes to its moment', async () => {
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    await node('Ask', 'Done');
    await node('Last', 'Done');
    await node('Never', 'Skipped');
    await page.getByRole('button', { name: /execution started/ }).click();
    await node('Ask', 'Waiting');
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    assert.equal(await slider.getAttribute('aria-valuenow'), '1', 'there is nothing before the first one');
  });

  await t.test('an address with a moment opens at it, and leaving it returns to now', async () => {
    await page.reload();
    await node('Ask', 'Waiting');
    await page.getByRole('button', { name: 'Back to live' }).click();
    await node('Ask', 'Done');
    assert.equal(await value(), 'Live');
    assert.doesNotMatch(page.url(), /at=/);
  });

  await t.test('it plays from the beginning, and End and Esc return to now', async () => {
    await page.getByRole('button', { name: /^Play/ }).click();
    await until('it has played to the end', async () => (await slider.getAttribute('aria-valuenow')) === '2' && (await page.getByRole('button', { name: /^Play/ }).count()) === 1);
    await slider.focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: /^Hold/ }).waitFor();
    await page.keyboard.press('End');
    await until('it is live', async () => (await value()) === 'Live');
    await page.keyboard.press('Home');
    await node('Ask', 'Waiting');
    await page.keyboard.press('Escape');
    await until('it is live', async () => (await value()) === 'Live');
    await page.getByRole('complementary', { name: 'Task: Ask' }).waitFor();
  });

  await t.test('a mouse goes to the nearest transition', async () => {
    const box = await slider.boundingBox();
    await page.mouse.click(box.x + 2, box.y + box.height / 2);
    await node('Ask', 'Waiting');
    await page.mouse.click(box.x + box.width - 2, box.y + box.height / 2);
    await node('Ask', 'Done');
  });
});
