// A task whose effect nobody knows: the program was killed while a mail was on its way, and a person says what became of it.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';

import { atEnd, until } from '../support.mjs';
import { assertAccessible, openPage, startBackend } from './harness.mjs';

/** A mail server that takes a mail and, while `silent`, never says whether it has it. */
async function mailServer(t) {
  const state = { silent: true, asked: 0, sent: 0 };
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}); // The program is killed while it talks.
    socket.on('close', () => sockets.delete(socket));
    let body = false;
    let text = '';
    socket.write('220 mail.test ESMTP\r\n');
    socket.on('data', (bytes) => {
      text += bytes;
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (body) {
          if (line !== '.') continue;
          body = false;
          state.asked += 1;
          if (state.silent) continue;
          state.sent += 1;
          socket.write('250 2.0.0 taken\r\n');
        } else if (/^DATA/i.test(line)) {
          body = true;
          socket.write('354 go on\r\n');
        } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
        else socket.write('250 mail.test\r\n');
      }
    });
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  atEnd(t, () => { for (const socket of sockets) socket.destroy(); server.close(); });
  return Object.assign(state, { port: server.address().port });
}

const mail = (name) => ({ type: 'email', name: { en: name, ko: name }, connection: 'relay', to: ['soc@example.com'], subject: name, body: 'A host is infected.' });
const MAILS = {
  format: 1,
  id: 'mails',
  name: { en: 'Three mails', ko: '세 메일' },
  variables: [{ name: 'told', type: 'any' }],
  tasks: {
    first: mail('Tell the owner'),
    second: mail('Tell the team'),
    third: mail('Tell the lead'),
    keep: { type: 'formula', variable: 'told', expression: 'tasks.first.output.message_id' },
  },
  links: [...['first', 'second', 'third'].map((to) => ({ from: 'start', to })), { from: 'first', to: 'keep' }],
};

test('a task that needs review', async (t) => {
  const server = await mailServer(t);
  const before = await startBackend(t);
  const options = { host: '127.0.0.1', port: server.port, security: 'none', authentication: 'none', from: 'soc@example.com' };
  await before.call('connection.save', { app: 'smtp', name: 'relay', options });
  await before.call('playbook.save', { document: MAILS, base: 0, comment: '' });
  const { id } = (await before.call('execution.start', { playbook: 'mails' })).summary;
  await until('three mails are on their way', async () => server.asked === 3);
  await before.process.stop('SIGKILL');

  const backend = await startBackend(t, { data: before.data });
  const status = async (task) => (await backend.call('execution.task', { id, task })).run.status;
  await until('the program asks what became of them', async () => (await backend.call('question.list')).reviews.length === 3);
  assert.equal(server.asked, 3, 'nothing was sent again by itself');
  server.silent = false;
  const page = await openPage(t, backend, { path: `/executions/${id}?task=first` });
  page.setDefaultTimeout(15_000);
  const memo = page.getByRole('region', { name: 'Decision' });
  const saved = () => page.getByText('Your review is recorded').first();

  await t.test('the execution leads to the question, which says what was sent', async () => {
    await page.locator('main').getByText('Needs review').first().waitFor();
    const card = page.getByRole('complementary', { name: 'Task: Tell the owner' });
    await card.getByRole('link', { name: 'Review' }).click();
    await memo.getByRole('heading', { name: 'Did it happen? Tell the owner' }).waitFor();
    await memo.getByText('smtp · relay · send').waitFor();
    await memo.getByText('A host is infected.').waitFor();
    await assertAccessible(page);
  });
  await t.test('it happened, with the output that was seen', async () => {
    await memo.getByRole('textbox', { name: /^The result you saw/ }).fill('{"message_id": ');
    await memo.getByText('This is no JSON').waitFor();
    assert.ok(await memo.getByRole('button', { name: 'It happened' }).isDisabled());
    await memo.getByRole('textbox', { name: /^The result you saw/ }).fill('{"message_id": "seen-in-the-log"}');
    await memo.getByRole('button', { name: 'It happened' }).click();
    await saved().waitFor();
    await until('it counts as done', async () => (await status('first')) === 'done' && (await status('keep')) === 'done');
    assert.equal((await backend.call('execution.data', { id })).variables.told, 'seen-in-the-log', 'the next tasks read it');
    assert.equal(server.sent, 0);
  });
  await t.test('do it again asks first, then does it once', async () => {
    await page.goto(`${backend.url}/#/work/review/${id}/second`);
    await memo.getByRole('heading', { name: 'Did it happen? Tell the team' }).waitFor();
    await memo.getByRole('button', { name: 'Do it again' }).click();
    const question = page.getByRole('dialog', { name: 'Do it again? Tell the team' });
    await question.getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await status('second'), 'needs_review');
    await memo.getByRole('button', { name: 'Do it again' }).click();
    await question.getByRole('button', { name: 'Do it again' }).click();
    await until('it is done', async () => (await status('second')) === 'done');
    assert.equal(server.sent, 1);
  });
  await t.test('treated as failed, it fails the execution, and the log says who decided', async () => {
    await page.goto(`${backend.url}/#/work/review/${id}/third`);
    await memo.getByRole('heading', { name: 'Did it happen? Tell the lead' }).waitFor();
    await memo.getByRole('button', { name: 'Treat as failed' }).click();
    await until('the execution has failed', async () => (await backend.call('execution.watch', { id })).summary.status === 'failed');
    const { operator } = (await backend.call('workspace.show')).settings;
    const { entries } = await backend.call('execution.log', { id });
    const reviews = entries.filter((entry) => entry.event === 'task_reviewed');
    assert.deepEqual(reviews.map(({ task, by, text }) => [task, by, text]), [['first', operator, 'happened'], ['second', operator, 'again'], ['third', operator, 'fail']]);
    assert.equal((await backend.call('question.list')).reviews.length, 0);
    assert.equal(server.sent, 1, 'the third was never sent');
  });
});
