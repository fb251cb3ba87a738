// Work: it always shows what waits, one decision counts however often somebody clicks, and decisions are kept.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { openPage, startBackend } from './harness.mjs';

test('work', async (t) => {
  const backend = await startBackend(t, { sample: true });
  const questions = await until('the sample asks its questions', async () => {
    const found = (await backend.call('question.list')).groups;
    return found.reduce((sum, group) => sum + group.count, 0) === 5 && found.flatMap((group) => group.questions);
  });
  const page = await openPage(t, backend, { path: '/work' });
  const memo = page.getByRole('region', { name: 'Decision' });
  await memo.getByRole('heading', { level: 2 }).waitFor();

  await t.test('however quickly it is come to, an entry is open', async () => {
    for (let pause = 0; pause <= 60; pause += 4) {
      await page.evaluate(async (pause) => {
        location.hash = '#/tickets';
        await new Promise((done) => setTimeout(done, 30));
        location.hash = '#/work';
        await new Promise((done) => setTimeout(done, pause));
        location.hash = '#/work';
      }, pause);
      await memo.getByRole('heading', { level: 2 }).waitFor({ timeout: 5_000 }).catch(() => assert.fail(`no entry is open after two changes ${pause} ms apart`));
    }
  });

  await t.test('the title and the rail say how much waits', async () => {
    const { work } = (await backend.call('workspace.show')).counts;
    await until('the title has the count', async () => (await page.title()).startsWith(`(${work}) `));
    await page.getByRole('link', { name: `Work, ${work}` }).waitFor();
  });

  await t.test('a double click decides once, and the next question is not hit by it', async () => {
    const [{ id }, ...others] = questions;
    await page.goto(`${backend.url}/#/work/question/${id}`);
    await page.getByRole('button', { name: /^Approve/ }).dblclick();
    await page.getByText('1 answer recorded').first().waitFor();
    const answered = await backend.call('question.show', { id });
    assert.equal(answered.answered.answer.approved, true);
    for (const other of others) assert.equal((await backend.call('question.show', { id: other.id })).answered, null, `question ${other.id} is still open`);
    assert.equal(await page.getByRole('alert').count(), 0, 'nothing was refused');
  });

  await t.test('R wants a reason, E opens the ticket, J and K walk', async () => {
    const [, { id, ticket }] = questions;
    await page.goto(`${backend.url}/#/work/question/${id}`);
    await page.getByRole('button', { name: /^Approve/ }).waitFor();
    await page.keyboard.press('r');
    await page.getByText('Say why you reject').waitFor();
    await page.keyboard.type('a scanner of ours');
    await page.getByRole('button', { name: /^Reject/ }).click();
    // The next entry opens; the notice of the answer before may still be there.
    await page.waitForURL((url) => !url.hash.endsWith(`/question/${id}`));
    await page.goto(`${backend.url}/#/work/question/${id}`);
    await page.getByText(/already decided: rejected/).waitFor();
    await page.keyboard.press('e');
    await page.getByRole('region', { name: `T-${ticket}` }).waitFor();
    await page.goto(`${backend.url}/#/work`);
    await memo.getByRole('heading', { level: 2 }).waitFor();
    const first = page.url();
    await page.keyboard.press('j');
    await until('the next one is open', async () => page.url() !== first);
    await page.keyboard.press('k');
    await until('the first one is open again', async () => page.url() === first);
  });

  await t.test('decisions are kept, with the opinion, and open the question as it was', async () => {
    await page.getByRole('button', { name: 'Decisions' }).click();
    const table = page.getByRole('table', { name: 'Decisions' });
    const rejected = table.getByRole('row').filter({ hasText: 'a scanner of ours' });
    await rejected.getByText('rejected').waitFor();
    assert.equal(await table.getByRole('row').count(), 3, 'a heading and two decisions');
    await page.getByRole('textbox', { name: 'Find question, answer, ticket' }).fill('no such words at all');
    await page.getByRole('heading', { name: 'No decisions yet' }).waitFor();
    await page.getByRole('textbox', { name: 'Find question, answer, ticket' }).fill('');
    await rejected.getByRole('link').first().click();
    await page.getByText(/already decided: rejected/).waitFor();
  });
});

test('the desktop tells of new work, and nothing can be decided from it', async (t) => {
  const backend = await startBackend(t);
  const ASKS = (id, question) => ({
    format: 1,
    id,
    name: { en: 'Night watch' },
    variables: [{ name: 'yes', type: 'boolean' }],
    tasks: { ask: { type: 'input', name: { en: 'Ask <b>' }, question: { en: question }, kind: 'boolean', variable: 'yes' } },
    links: [{ from: 'start', to: 'ask' }],
  });
  await backend.call('playbook.save', { document: ASKS('watch', '<img src=x onerror=alert(1)> Go on?'), base: 0, comment: '' });
  await backend.call('execution.start', { playbook: 'watch' });
  await until('the first question is there', async () => (await backend.call('question.list')).groups.length === 1);
  const page = await openPage(t, backend, { path: '/tickets' });
  // Chromium without a desktop has no place for notices: what would be shown is kept.
  await page.addInitScript(() => {
    window.notices = [];
    window.Notification = class {
      static permission = 'granted';
      static requestPermission = async () => 'granted';
      constructor(title, options) { window.notices.push({ title, ...options }); }
      close() {}
    };
  });
  await page.reload();
  await page.getByRole('link', { name: 'Work, 1' }).waitFor();
  const notices = () => page.evaluate(() => window.notices);
  assert.deepEqual(await notices(), [], 'what was there when the window opened is no news');
  await backend.call('execution.start', { playbook: 'watch' });
  const [notice] = await until('the second question is told', async () => {
    const found = await notices();
    return found.length > 0 && found;
  });
  assert.equal(notice.title, 'A question waits');
  assert.equal(notice.body, 'Night watch · Ask  b ');
  assert.equal(notice.actions, undefined);

  await page.goto(`${backend.url}/#/settings`);
  await page.getByRole('radiogroup', { name: 'Desktop notices' }).getByText('Off', { exact: true }).click();
  await backend.call('execution.start', { playbook: 'watch' });
  await page.getByRole('link', { name: 'Work, 3' }).waitFor();
  assert.equal((await notices()).length, 1, 'a setting keeps it quiet');
});
