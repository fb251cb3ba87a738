// Work: the queue stands by what is wanted of somebody, and what is due first stands first.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { openPage, startBackend } from './harness.mjs';

/** A playbook that asks one thing. */
const asks = (id, name, task) => ({
  format: 1,
  id,
  name: { en: name, ko: name },
  variables: [{ name: 'said', type: 'string' }],
  tasks: { ask: { name: { en: name }, ...task } },
  links: [{ from: 'start', to: 'ask' }],
});

test('the queue of Work stands in the order of its deadlines', async (t) => {
  const backend = await startBackend(t);
  const kinds = [
    ['open', 'Whenever you like', { type: 'approval', question: 'Go on?' }],
    ['later', 'Due this evening', { type: 'approval', question: 'Go on?', deadline: '8h' }],
    ['words', 'Due at once, in words', { type: 'input', question: 'Why?', kind: 'string', variable: 'said', deadline: '10m' }],
    ['sooner', 'Due in an hour', { type: 'approval', question: 'Go on?', deadline: '1h' }],
  ];
  for (const [id, name, task] of kinds) {
    await backend.call('playbook.save', { document: asks(id, name, task), base: 0, comment: '' });
    await backend.call('execution.start', { playbook: id });
  }
  await until('all four ask', async () => (await backend.call('question.list')).groups.length === 4);
  const page = await openPage(t, backend, { path: '/work' });
  page.setDefaultTimeout(10_000);
  await page.getByRole('region', { name: 'Decision' }).getByRole('heading', { name: 'Due in an hour', level: 2 }).waitFor();
  const order = async () => {
    const all = await page.getByRole('region', { name: 'Work', exact: true }).innerText();
    return kinds.map(([, name]) => name).sort((one, other) => all.indexOf(one) - all.indexOf(other));
  };
  assert.deepEqual(await order(), ['Due in an hour', 'Due this evening', 'Whenever you like', 'Due at once, in words'], 'approvals first, each group by its deadline');
  // What comes later takes its place, and J goes in that order.
  await backend.call('playbook.save', { document: asks('first', 'Due in a minute', { type: 'approval', question: 'Go on?', deadline: '1m' }), base: 0, comment: '' });
  await backend.call('execution.start', { playbook: 'first' });
  await page.getByRole('region', { name: 'Work', exact: true }).getByText('Due in a minute').first().waitFor();
  kinds.push(['first', 'Due in a minute']);
  assert.equal((await order())[0], 'Due in a minute');
  await page.keyboard.press('j');
  await page.getByRole('region', { name: 'Decision' }).getByRole('heading', { name: 'Due this evening', level: 2 }).waitFor();
});
