// Documents that are damaged, foreign or huge: they open or are refused with a clear message, and nothing of them is lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { drawing, node, openDrawing, openPlaybook, overview, place, select, tool, untilKept, wait } from './designer.mjs';
import { startBackend } from './harness.mjs';

test('a document with faults opens, says what is wrong, and keeps what it does not understand', async (t) => {
  const backend = await startBackend(t);
  const id = 'odd';
  const document = {
    ...drawing(id, { a: wait('Alpha', { future: { deep: [1, null] } }), later: { type: 'teleport', speed: 9 } }, 'start>a', { a: [0, 0], later: [300, 0] }),
    unknown_field: { kept: true },
  };
  document.links.push({ from: 'a', to: 'gone' }, { from: 'a', outcome: 'sideways', to: 'later' }, { from: 'a', to: 'later', weight: 3 });
  document.layout.camera = { zoom: 2 };
  const page = await openDrawing(t, backend, document);

  await t.test('the unknown type is drawn, and the dangling link is a problem', async () => {
    await node(page, 'later').getByText('teleport').waitFor();
    await page.getByRole('region', { name: 'Problems' }).getByText(/gone/).first().waitFor();
    await select(page, 'later');
    await page.getByText('This version of Haetae does not know this type. It is saved again as it is.').waitFor();
  });

  await t.test('after an edit and a saved version everything else stands as it was', async () => {
    await select(page, 'a');
    await page.keyboard.press('Alt+ArrowDown');
    await untilKept(backend, id, 'the task has moved', (each) => place(each, 'a')[1] === 8);
    await tool(page, 'Fit to screen').click();
    await page.keyboard.press('Control+s');
    await page.getByRole('textbox', { name: 'What was changed, and why' }).fill('as it is');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Version 1 saved').waitFor();
    const saved = (await backend.call('playbook.show', { id })).document;
    const expected = structuredClone(document);
    expected.layout.tasks.a.y = 8;
    assert.deepEqual(saved, expected);
  });
});

test('a document of a newer format opens and keeps its format', async (t) => {
  const backend = await startBackend(t);
  const document = { ...drawing('newer', { a: wait('Alpha') }, 'start>a', { a: [0, 0] }), format: 99 };
  const page = await openDrawing(t, backend, document);
  const problem = page.getByRole('region', { name: 'Problems' }).getByRole('listitem').filter({ hasText: 'PBK-002' });
  await problem.getByText(/99/).waitFor();
  await select(page, 'a');
  await page.keyboard.press('Alt+ArrowDown');
  const kept = await untilKept(backend, 'newer', 'the task has moved', (each) => place(each, 'a')[1] === 8);
  assert.equal(kept.format, 99);
});

test('nine megabytes of a playbook open, and one task of it can be moved', async (t) => {
  const backend = await startBackend(t);
  const note = '가나다라마바사 '.repeat(430);
  const tasks = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`t${index}`, wait(`Task ${index}`, { note })]));
  const places = Object.fromEntries(Object.keys(tasks).map((task, index) => [task, [(index % 40) * 240, Math.floor(index / 40) * 100]]));
  const document = drawing('huge', tasks, Object.keys(tasks).slice(1).map((task, index) => `t${index}>${task}`).join(' '), places);
  assert.ok(Buffer.byteLength(JSON.stringify(document)) > 9_000_000);
  const page = await openDrawing(t, backend, document);
  await overview(page);
  await page.keyboard.press('0');
  await page.locator('.task-name').first().waitFor();
  await page.keyboard.press('Control+f');
  await page.keyboard.type('Task 999');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.dataset.id === 't999');
  const [x, y] = places.t999;
  await page.keyboard.press('Alt+ArrowDown');
  await untilKept(backend, 'huge', 'the task has moved', (each) => place(each, 't999')[0] === x && place(each, 't999')[1] === y + 8);
});

/** Chooses a file in the designer's menu; returns the dialog that reports of it. */
async function choose(page, name, text, [menu, item, title]) {
  await page.getByRole('button', { name: menu, exact: true }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: item, exact: true }).click();
  await (await chooser).setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
  return page.getByRole('dialog', { name: title });
}

const MENU = { en: ['File and export', 'Import a file', 'Import playbooks'], ko: ['파일과 내보내기', '파일 가져오기', '플레이북 가져오기'] };
const NEWER = { ...drawing('newer', { a: wait('Alpha') }, 'start>a', {}), format: 99 };

for (const [locale, newer, foreign] of [
  ['en', 'PBK-002', 'This is not a playbook file.'],
  ['ko', 'PBK-002', '플레이북 파일이 아닙니다.'],
])
  test(`files that are no playbook of this version are refused in words, ${locale}`, async (t) => {
    const backend = await startBackend(t);
    // The browser's own word for a request that was refused.
    const page = await openDrawing(t, backend, drawing('here', { a: wait('Alpha') }, 'start>a', { a: [0, 0] }), { locale, allowed: /the server responded with a status of 4\d\d/ });
    const before = (await backend.call('playbook.list')).playbooks.length;
    const refused = async (name, text, ...words) => {
      const dialog = await choose(page, name, text, MENU[locale]);
      for (const each of words) await dialog.getByText(each).first().waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      assert.equal((await backend.call('playbook.list')).playbooks.length, before, 'nothing was stored');
      await node(page, 'a').waitFor();
    };
    await t.test('a newer format', () => refused('newer.json', JSON.stringify(NEWER), newer, /99/));
    await t.test('a file of another format', () => refused('alerts.json', '{"event_type": "alert", "src_ip": "192.0.2.1"}', 'PLAYBOOK-FORMAT', foreign));
    await t.test('no JSON at all', () => refused('notes.json', 'name,address\nsrv,192.0.2.1\n', 'PLAYBOOK-FORMAT'));
    await t.test('ten megabytes of JSON that is no playbook', () => refused('large.json', JSON.stringify(Array.from({ length: 100_000 }, () => 'x'.repeat(100))), 'PLAYBOOK-FORMAT'));
  });

test('ten megabytes of a playbook are imported and open, with what is not understood in them', async (t) => {
  const backend = await startBackend(t);
  const page = await openDrawing(t, backend, drawing('here', { a: wait('Alpha') }, 'start>a', { a: [0, 0] }));
  const tasks = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`t${index}`, wait(`Task ${index}`, { note: '가나다라마바사 '.repeat(760) })]));
  const places = Object.fromEntries(Object.keys(tasks).map((task, index) => [task, [(index % 30) * 240, Math.floor(index / 30) * 100]]));
  const document = drawing('heavy', { ...tasks, odd: { type: 'teleport', speed: 9 } }, Object.keys(tasks).slice(1).map((task, index) => `t${index}>${task}`).join(' '), places, { future: { kept: [1, null] } });
  document.links.push({ from: 't1', to: 'gone', weight: 3 });
  const text = JSON.stringify(document);
  assert.ok(Buffer.byteLength(text) > 10_000_000 && Buffer.byteLength(text) < 12 * 1024 * 1024);
  const dialog = await choose(page, 'heavy.json', text, MENU.en);
  await dialog.getByText('It may not run yet.').waitFor({ timeout: 60_000 });
  const designer = await openPlaybook(t, backend, 'heavy');
  await designer.getByRole('region', { name: 'Problems' }).getByText(/gone/).first().waitFor({ timeout: 60_000 });
  assert.deepEqual((await backend.call('playbook.show', { id: 'heavy' })).document, document);
});
