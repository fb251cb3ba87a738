// Documents that are damaged, foreign or huge: they open or are refused with a clear message, and nothing of them is lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { drawing, node, openDrawing, overview, place, select, tool, untilKept, wait } from './designer.mjs';
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
  await page.getByRole('region', { name: 'Problems' }).getByText(/99|newer|format/i).first().waitFor();
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
