// Work: the queue stands by what is wanted of somebody; what is due first stands first, then what is worst.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { haetae, until } from '../support.mjs';
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

/** An alert of a severity, as Suricata tells it; each has a host of its own and so a ticket of its own. */
const alert = (severity, number) => JSON.stringify({
  timestamp: `2026-11-22T0${number}:00:00.000000+0000`, event_type: 'alert', proto: 'TCP',
  src_ip: `45.83.64.${number}`, src_port: 80, dest_ip: `10.20.30.${number}`, dest_port: 49200,
  alert: { action: 'allowed', gid: 1, signature_id: 9000000 + number, rev: 1, signature: `Seen: ${severity}`, category: 'Test', severity: 3, metadata: { signature_severity: [severity] } },
});

test('the queue of Work stands in the order of severity where nothing is due earlier', async (t) => {
  const backend = await startBackend(t);
  const rules = { format: 1, rules: [{ name: 'all', when: { signature: 'Seen: *' }, ticket: { type: 'test' } }] };
  await writeFile(join(backend.data, 'ticket-rules.json'), JSON.stringify(rules));
  const alerts = join(backend.data, 'alerts.json');
  await writeFile(alerts, ['Minor', 'Critical', 'Informational', 'Major'].map((severity, number) => alert(severity, number + 1)).join('\n'));
  const ingested = await haetae(['event', 'ingest', alerts], { data: backend.data });
  assert.equal(ingested.code, 0, ingested.stderr);
  const { tickets } = await backend.call('ticket.list');
  assert.deepEqual(tickets.map(({ severity }) => severity).sort(), ['critical', 'high', 'low', 'medium']);
  for (const { id, severity } of tickets) {
    await backend.call('playbook.save', { document: asks(`asks_${severity}`, `Stop what is ${severity}`, { type: 'approval', question: 'Go on?', deadline: severity === 'low' ? '1h' : undefined }), base: 0, comment: '' });
    await backend.call('execution.start', { playbook: `asks_${severity}`, ticket: id });
  }
  await until('all four ask', async () => (await backend.call('question.list')).groups.length === 4);
  const page = await openPage(t, backend, { path: '/work' });
  page.setDefaultTimeout(10_000);
  const queue = page.getByRole('region', { name: 'Work', exact: true });
  const order = async (texts) => {
    for (const text of texts) await queue.getByText(text).first().waitFor();
    const all = await queue.innerText();
    return [...texts].sort((one, other) => all.indexOf(one) - all.indexOf(other));
  };
  const asked = ['medium', 'low', 'high', 'critical'].map((severity) => `Stop what is ${severity}`);
  assert.deepEqual(await order(asked), ['low', 'critical', 'high', 'medium'].map((severity) => `Stop what is ${severity}`), 'what is due first, then the worst');
  const seen = ['Seen: Informational', 'Seen: Minor', 'Seen: Major', 'Seen: Critical'];
  assert.deepEqual(await order(seen), seen.toReversed(), 'new tickets, the worst first');
  // The keyboard goes the same way.
  const memo = page.getByRole('region', { name: 'Decision' });
  for (const severity of ['low', 'critical', 'high', 'medium']) {
    await memo.getByRole('heading', { name: `Stop what is ${severity}`, level: 2 }).waitFor();
    await page.keyboard.press('j');
  }
  await memo.getByRole('heading', { name: 'Seen: Critical' }).waitFor();
});
