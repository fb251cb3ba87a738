// A call over a list: counts on the node, failures first in its card, called executions under it in the timeline and open in place.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { openPage, startBackend } from './harness.mjs';

const CHILD = {
  format: 1,
  id: 'child',
  name: { en: 'One host', ko: '호스트 하나' },
  inputs: [{ name: 'host', type: 'string', required: true }],
  variables: [{ name: 'length', type: 'number' }],
  tasks: {
    bad: { type: 'branch', name: { en: 'Bad?' }, condition: 'host == "bad"' },
    broken: { type: 'action', name: { en: 'Break' }, app: 'haetae', command: 'comment-ticket', parameters: { ticket: 999, text: 'x' } },
  },
  links: [{ from: 'start', to: 'bad' }, { from: 'bad', outcome: 'true', to: 'broken' }],
};
const PARENT = {
  format: 1,
  id: 'parent',
  name: { en: 'All hosts', ko: '모든 호스트' },
  inputs: [{ name: 'hosts', type: 'list', required: true }],
  variables: [],
  tasks: { each: { type: 'call', name: { en: 'Each host', ko: '호스트마다' }, playbook: 'child', inputs: { host: '{{ host }}' }, each: { variable: 'host', in: 'hosts', concurrency: 2, on_failure: 'collect' } } },
  links: [{ from: 'start', to: 'each' }],
};

test('called executions', async (t) => {
  const backend = await startBackend(t);
  for (const document of [CHILD, PARENT]) await backend.call('playbook.save', { document, base: 0, comment: '' });
  const hosts = ['a1', 'a2', 'bad', 'a3'];
  const { id } = (await backend.call('execution.start', { playbook: 'parent', input: { hosts } })).summary;
  await until('it has ended', async () => (await backend.call('execution.show', { id })).summary.ended_at);
  const { children } = await backend.call('execution.children', { id, task: 'each' });
  assert.equal(children.length, hosts.length);
  const failed = children.find(({ execution }) => execution.status === 'failed').execution;
  const page = await openPage(t, backend, { path: `/executions/${id}?task=each` });
  page.setDefaultTimeout(10_000);

  await t.test('the node and the card count them, failures first', async () => {
    await page.getByRole('group', { name: /^Each host,/ }).getByText(/3\/4 · 1 failed/).waitFor();
    const list = page.getByRole('complementary', { name: 'Task: Each host' }).getByRole('list', { name: 'Called executions' });
    await until('all four are listed', async () => (await list.getByRole('listitem').count()) === 4);
    await list.getByRole('listitem').first().getByText('bad').waitFor();
    await page.getByText('To look at', { exact: true }).click();
    await until('only the failed one is listed', async () => (await list.getByRole('listitem').count()) === 1);
  });

  await t.test('the timeline opens to show them, and one opens in place and leads back', async () => {
    await page.getByRole('button', { name: 'Show called executions: Each host' }).click();
    await page.getByRole('link', { name: /3 bad/ }).last().click();
    await page.getByRole('heading', { name: 'One host', level: 1 }).waitFor();
    assert.match(page.url(), new RegExp(`/executions/${failed.id}`));
    await page.getByRole('group', { name: /^Break, Action, Failed/ }).waitFor();
    await page.getByText('item 3', { exact: false }).first().waitFor();
    await page.getByRole('link', { name: `called by #${id}` }).click();
    await page.getByRole('complementary', { name: 'Task: Each host' }).waitFor();
  });
});
