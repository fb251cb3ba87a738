// The forms of the tasks that reach out (mail, call, query) and of what starts a playbook: typed by hand, kept in the document.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { drawing, openDrawing, overview, properties, select, tool, untilKept, wait } from './designer.mjs';
import { assertAccessible, startBackend } from './harness.mjs';

const CALLED = drawing('isolate', { a: wait('Alpha') }, 'start>a', { a: [0, 0] }, { inputs: [{ name: 'host', type: 'string', required: true }] });

const DRAWN = drawing(
  'forms',
  {
    mail: { type: 'email', name: { en: 'Mail' } },
    each: { type: 'call', name: { en: 'Each' } },
    ask: { type: 'query', name: { en: 'Ask' } },
  },
  'start>mail mail>each each>ask',
  { mail: [0, 0], each: [280, 0], ask: [560, 0] },
  { inputs: [{ name: 'hosts', type: 'array' }] },
);

/** Types into an expression field: what was there goes. */
async function write(page, name, text) {
  const field = properties(page).getByRole('textbox', { name, exact: true });
  await field.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

async function choose(page, name, option) {
  await properties(page).getByRole('combobox', { name, exact: true }).click();
  await page.getByRole('option', { name: option }).click();
}

test('forms of mail, call, query and of what starts a playbook', async (t) => {
  const backend = await startBackend(t);
  await backend.call('playbook.save', { document: CALLED, base: 0, comment: '' });
  const page = await openDrawing(t, backend, DRAWN);
  const field = (name) => properties(page).getByRole('textbox', { name, exact: true });
  const kept = (what, holds) => untilKept(backend, DRAWN.id, what, holds);

  await t.test('a mail: receivers, copies, subject, body, format, and how it will look', async () => {
    await select(page, 'mail');
    await write(page, 'To', 'soc@example.org, lead@example.org');
    await write(page, 'Copies', 'ciso@example.org');
    await write(page, 'Subject', 'Hosts');
    await write(page, 'Body', '**Isolated** now');
    await properties(page).getByText('Markdown', { exact: true }).click();
    await properties(page).locator('strong', { hasText: 'Isolated' }).waitFor();
    const { tasks } = await kept('the mail is kept', ({ tasks }) => tasks.mail.format === 'markdown');
    assert.deepEqual(
      { to: tasks.mail.to, cc: tasks.mail.cc, subject: tasks.mail.subject, body: tasks.mail.body },
      { to: ['soc@example.org', 'lead@example.org'], cc: 'ciso@example.org', subject: { en: 'Hosts' }, body: { en: '**Isolated** now' } },
    );
  });

  await t.test('a call: the inputs of the called playbook, once per item, some at once, all failures collected', async () => {
    await overview(page);
    await select(page, 'each');
    await choose(page, 'Playbook', /isolate/);
    await properties(page).getByRole('link', { name: /^Open / }).waitFor();
    await write(page, 'host', '{{ item }}');
    await properties(page).getByRole('switch', { name: 'Once per item of a list' }).check({ force: true });
    await write(page, 'List', 'input.hosts');
    await field('At once').fill('4');
    await choose(page, 'When an item fails', 'Collect and go on');
    const { tasks } = await kept('the call is kept', ({ tasks }) => tasks.each.each?.on_failure === 'collect');
    assert.deepEqual(
      { playbook: tasks.each.playbook, inputs: tasks.each.inputs, each: tasks.each.each },
      { playbook: 'isolate', inputs: { host: '{{ item }}' }, each: { variable: 'item', in: 'input.hosts', concurrency: 4, on_failure: 'collect' } },
    );
  });

  await t.test('a query: its source, its text and its parameters', async () => {
    await overview(page);
    await select(page, 'ask');
    await choose(page, 'Source', 'Events');
    await field('Query').fill('select count(*) as n from events where source = $value');
    await properties(page).getByRole('button', { name: 'Add a parameter' }).click();
    const { tasks } = await kept('the query is kept', ({ tasks }) => tasks.ask.query?.endsWith('$value') && tasks.ask.parameters);
    assert.deepEqual({ source: tasks.ask.source, names: Object.keys(tasks.ask.parameters) }, { source: 'events', names: ['value'] });
  });

  await t.test('what starts it: a schedule in a time zone, a ticket that changes, one execution for a ticket at a time', async () => {
    await overview(page);
    await tool(page, 'Playbook settings').click();
    await properties(page).getByRole('button', { name: 'Add a trigger' }).click();
    await choose(page, 'When', 'On a schedule');
    await field('Time (cron)').fill('30 8 * * 1');
    await choose(page, 'Time zone', 'Asia/Seoul');
    await properties(page).getByRole('button', { name: 'Add a trigger' }).click();
    await field('Only when').fill('ticket.severity == "critical"');
    await write(page, 'What counts as the same', '{{ ticket.id }}');
    await properties(page).getByText('Wait in line', { exact: true }).click();
    await field('How long it takes by hand').fill('15m');
    const { triggers, concurrency } = await kept('the rules are kept', ({ concurrency, manual }) => concurrency?.policy === 'queue' && manual === '15m');
    assert.deepEqual(triggers, [
      { on: 'schedule', cron: '30 8 * * 1', timezone: 'Asia/Seoul' },
      { on: 'ticket_created', when: 'ticket.severity == "critical"' },
    ]);
    assert.equal(concurrency.key, '{{ ticket.id }}');
    await assertAccessible(page);
  });
});
