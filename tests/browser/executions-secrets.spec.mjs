// A secret that a vendor sends back, as data and as an error, is nowhere: not on a screen, not in what is copied or exported, not in
// what the backend answers or pushes.
import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Process, atEnd, haetae, until } from '../support.mjs';
import { openPage, startBackend } from './harness.mjs';

/** It differs from itself in every encoding. */
const SECRET = 'k3y/9+w"ord~of the=vault';
/** What stands where it was. */
const MASK = '[secret]';
/** How it may look wherever texts are; a part of it is as bad as the whole. */
const FORMS = {
  'as it is': SECRET,
  'in JSON': JSON.stringify(SECRET).slice(1, -1),
  'in base64': Buffer.from(SECRET).toString('base64').replace(/=+$/, ''),
  'in percents': encodeURIComponent(SECRET),
  'in hex': Buffer.from(SECRET).toString('hex'),
  'in HTML': SECRET.replaceAll('"', '&quot;'),
  'in part': 'ord~of the',
};

function assertClean(place, text) {
  for (const [form, secret] of Object.entries(FORMS)) assert.ok(!text.includes(secret), `${place} holds the secret ${form}`);
}

/** A vendor that answers with the key it was given. */
async function gossip(t) {
  const keys = new Set();
  const server = createServer(async (request, response) => {
    let asked = '';
    for await (const part of request) asked += part;
    const key = (request.headers.authorization ?? '').replace('Bearer ', '');
    keys.add(key);
    const said = [key, Buffer.from(key).toString('base64'), encodeURIComponent(key), Buffer.from(key).toString('hex')].join(' ');
    response.writeHead(asked.includes('fail') ? 403 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(asked.includes('fail') ? { error: `the key ${said} may not` } : { hosts: [{ host: said, path: key, [key]: 1 }], scanned: 3, results: [said] }));
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  atEnd(t, () => { server.closeAllConnections(); server.close(); });
  return { url: `http://127.0.0.1:${server.address().port}`, keys };
}

const scan = (name, hash) => ({ type: 'action', name: { en: name }, app: 'edr', connection: 'gossip', command: 'scan-hosts', parameters: { hash } });
const PLAYBOOK = {
  format: 1, id: 'gossip', name: { en: 'Gossip' },
  variables: [{ name: 'copy', type: 'string' }],
  tasks: {
    scan: scan('Scan', 'quiet'),
    copy: { type: 'formula', name: { en: 'Copy' }, variable: 'copy', expression: 'strjoin(", ", tasks.scan.output.hosts)' },
    refused: scan('Scan again', 'fail'),
    ask: { type: 'approval', name: { en: 'Ask' }, question: { en: '{{ copy }} {{ tasks.refused.error.message }}?' } },
  },
  links: [
    { from: 'start', to: 'scan' }, { from: 'scan', to: 'copy' }, { from: 'copy', to: 'refused' },
    { from: 'refused', outcome: 'failed', to: 'ask' }, { from: 'refused', to: 'ask' },
  ],
};

/** Everything that the backend answers to the page, and what it pushes to whoever listens. */
async function overhear(t, backend, page) {
  const heard = [];
  const reading = [];
  page.on('response', (response) => {
    if (!response.url().includes('/api/') || response.url().endsWith('/api/events')) return;
    reading.push(response.text().then((text) => heard.push([response.url().split('/api/')[1], text]), () => {})); // A page that left gives no body.
  });
  const ended = new AbortController();
  atEnd(t, () => ended.abort());
  const pushes = await fetch(`${backend.url}/api/events`, { headers: { authorization: `Bearer ${backend.token}`, accept: 'text/event-stream' }, signal: ended.signal });
  let pushed = '';
  (async () => { for await (const part of pushes.body) pushed += Buffer.from(part).toString(); })().catch(() => {}); // It ends with the test.
  return async () => {
    await Promise.all(reading);
    return [...heard, ['events', pushed]];
  };
}

async function isThere(program) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) if (await access(join(folder, program)).then(() => true, () => false)) return true;
  return false;
}

if (process.env.HAETAE_TEST_KEYRING) test('secrets never appear', secretsNeverAppear);
else
  test('secrets never appear', async (t) => {
    if (!(await isThere('dbus-run-session')) || !(await isThere('gnome-keyring-daemon'))) return t.skip('no keyring: dbus-run-session and gnome-keyring-daemon are not there');
    // A keyring answers inside a session of its own.
    const { NODE_TEST_CONTEXT: _, DISPLAY: __, ...env } = process.env;
    const inside = new Process('bash', ['tests/session.sh', process.execPath, fileURLToPath(import.meta.url)], { env });
    atEnd(t, () => inside.stop());
    assert.equal(await inside.ended, 'ended with 0', inside.output);
    assert.match(inside.stdout, /secrets never appear/);
  });

async function secretsNeverAppear(t) {
  const backend = await startBackend(t);
  const { url, keys } = await gossip(t);
  await backend.call('connection.save', { app: 'edr', name: 'gossip', options: { url }, credential: 'chatty' });
  const stored = await haetae(['credential', 'set', 'chatty', '--field', 'api_key'], { data: backend.data, input: SECRET });
  assert.equal(stored.code, 0, stored.stderr);
  await backend.call('playbook.save', { document: PLAYBOOK, base: 0, comment: '' });
  const page = await openPage(t, backend, { path: '/executions' });
  page.setDefaultTimeout(15_000);
  const heard = await overhear(t, backend, page);
  const { id } = (await backend.call('execution.start', { playbook: 'gossip', wait: true })).summary;
  assert.deepEqual([...keys], [SECRET], 'the vendor was given the real key');
  const shown = async (place) => {
    assertClean(`${place}, in its text`, await page.locator('body').innerText());
    assertClean(`${place}, in its page`, await page.content());
  };
  const copied = () => page.evaluate(() => navigator.clipboard.readText());

  await t.test('in the list and its search', async () => {
    const grid = page.getByRole('grid', { name: 'Executions' });
    await grid.getByText(`#${id}`, { exact: true }).waitFor();
    await until('the index holds the mask', async () => (await backend.call('execution.list', { search: 'secret' })).executions.length === 1);
    await page.getByRole('textbox', { name: 'Find in inputs, outputs, errors' }).fill('secret');
    await page.locator('mark').first().waitFor();
    await shown('the list');
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Control+c');
    await until('the row was copied', async () => (await copied()).includes('Gossip'));
    assertClean('the copied row', await copied());
    for (const item of ['Export as CSV', 'Export as JSON']) {
      await page.getByRole('button', { name: 'Export' }).click();
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: item }).click()]);
      assertClean(`the file of ${item}`, await readFile(await download.path(), 'utf8'));
    }
  });

  await t.test('in one execution: its tasks, what is copied of them, its log and its values', async () => {
    await page.goto(`${backend.url}/#/executions/${id}`);
    for (const name of ['Scan', 'Copy', 'Scan again', 'Ask']) {
      await page.getByRole('group', { name: new RegExp(`^${name},`) }).click({ button: 'right' });
      const card = page.getByRole('complementary', { name: `Task: ${name}` });
      // The card of the approval says what is asked of whom, and where; the question itself stands in Work.
      if (name === 'Ask') await card.waitFor();
      else await card.getByText(MASK, { exact: false }).first().waitFor();
      await shown(`the card of ${name}`);
      for (const tree of await card.getByRole('tree').all()) {
        await tree.hover();
        await tree.getByRole('button', { name: 'Copy value' }).first().click();
        assertClean(`what is copied of ${name}`, await copied());
      }
    }
    await page.getByRole('tab', { name: 'Transitions' }).click();
    await page.getByRole('button', { name: /failed/ }).first().waitFor();
    await shown('the log');
    await page.getByRole('tab', { name: 'Input and variables' }).click();
    await page.getByRole('tree', { name: 'Variables' }).getByText(MASK, { exact: false }).first().waitFor();
    await shown('the values');
  });

  for (const format of ['Markdown', 'HTML'])
    await t.test(`in its report, ${format}`, async () => {
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Report…' }).click();
      const dialog = page.getByRole('dialog', { name: `Report #${id}` });
      await dialog.getByRole('radiogroup', { name: 'Format' }).getByText(format, { exact: true }).click();
      await dialog.getByRole('button', { name: 'Preview' }).click();
      await dialog.getByRole('region', { name: 'Preview' }).waitFor();
      await shown('the preview of the report');
      const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Save' }).click()]);
      const text = await readFile(await download.path(), 'utf8');
      // Markdown writes brackets with a backslash.
      assert.ok(text.replaceAll('\\', '').includes(MASK), 'the report tells what the vendor said');
      assertClean('the report', text);
      await dialog.waitFor({ state: 'detached' });
    });

  await t.test('in Work, where the question quotes it', async () => {
    await page.goto(`${backend.url}/#/work`);
    await page.getByRole('region', { name: 'Decision' }).getByText(MASK, { exact: false }).first().waitFor();
    await shown('the question');
    await page.getByRole('button', { name: /^Approve/ }).click();
    await page.getByText('1 answer recorded').first().waitFor();
    await shown('Work after the answer');
  });

  await t.test('in what the backend answered and pushed', async () => {
    await until('the execution has ended', async () => (await backend.call('execution.show', { id })).summary.status === 'done');
    const all = await until('the end was pushed', async () => {
      const all = await heard();
      return all.at(-1)[1].includes('"done"') && all;
    });
    const operations = new Set(all.map(([operation]) => operation));
    for (const operation of ['execution.list', 'execution.watch', 'execution.task', 'execution.log', 'execution.data', 'execution.report', 'execution.export', 'question.list', 'question.show'])
      assert.ok(operations.has(operation), `${operation} was overheard`);
    assert.ok(all.some(([, text]) => text.includes(MASK)), 'what the vendor said was told, masked');
    for (const [operation, text] of all) assertClean(`the answer of ${operation}`, text);
  });
}
