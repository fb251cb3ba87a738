// The program is killed while somebody draws: at most the last second is lost, and what is kept is a whole document.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { drawing, node, still, untilKept, wait } from './designer.mjs';
import { openPage, startBackend } from './harness.mjs';

/** How often it is killed; a long run asks for more. */
const ROUNDS = Number(process.env.HAETAE_CRASH_ROUNDS ?? 8);
/** What may be lost. */
const LOST_MS = 1_000;

/** Returns how long a draft takes to be written now; on a busy machine a write under way is lost too. */
async function writing(backend, document) {
  const start = Date.now();
  await backend.call('playbook.save_draft', { id: 'measure', document: { ...document, id: 'measure' }, base: 0 });
  return Date.now() - start;
}

/** Goes to the playbook on a backend that has just started. */
async function enter(page, backend, id) {
  await page.goto(`${backend.url}/#token=${backend.token}`);
  await page.waitForFunction(() => !location.hash.includes('token='));
  await page.goto(`${backend.url}/#/playbooks/${id}`);
  await page.locator('.react-flow__node').first().waitFor();
  await still(page);
}

test('killed in the middle of typing, again and again', async (t) => {
  const id = 'crash';
  let backend = await startBackend(t);
  await backend.call('playbook.save', { document: drawing(id, { a: wait('Alpha', { name: { en: 'Alpha' } }) }, 'start>a', { a: [0, 0] }), base: 0, comment: '' });
  const { data } = backend;
  const document = (await backend.call('playbook.show', { id })).document;
  // A page that has lost its backend says so in its console, whenever it gets to it: no fault of this test.
  const page = await openPage(t, backend, { allowed: /net::ERR_|Failed to fetch/ });
  for (let round = 1; round <= ROUNDS; round++) {
    await enter(page, backend, id);
    await node(page, 'a').click({ position: { x: 20, y: 12 } });
    await page.getByRole('tab', { name: 'Name and note' }).click();
    const field = page.getByRole('textbox', { name: 'Note (English)' });
    await field.fill(`round ${round}:`);
    await untilKept(backend, id, 'the draft of this round is kept', ({ tasks }) => tasks.a.note?.en?.startsWith(`round ${round}:`));
    const busy = Math.max(await writing(backend, document), await writing(backend, document));
    // Somebody types without a pause; when each word was whole is remembered.
    await field.press('End');
    const end = Date.now() + 700 + ((round * 170) % 1_300);
    const typed = [];
    while (Date.now() < end) {
      const word = `w${typed.length}`;
      await page.keyboard.type(` ${word}`);
      typed.push({ word, at: Date.now() });
    }
    const killed = Date.now();
    await backend.process.stop('SIGKILL');
    await page.goto('about:blank');
    backend = await startBackend(t, { data });
    const { draft } = await backend.call('playbook.show', { id });
    assert.ok(draft, 'the draft is there');
    assert.deepEqual(Object.keys(draft.document.tasks), ['a']);
    const note = draft.document.tasks.a.note.en;
    assert.ok(note.startsWith(`round ${round}:`), note.slice(0, 20));
    const kept = new Set(note.split(' '));
    const oldest = Math.max(0, ...typed.flatMap(({ word, at }) => (kept.has(word) ? [] : [killed - at])));
    assert.ok(oldest <= LOST_MS + 2 * busy, `round ${round}: what was typed ${oldest} ms before the end is lost; a write takes ${busy} ms now`);
  }
  await enter(page, backend, id);
  await page.getByText('An unsaved draft was recovered.').waitFor();
});
