// Copying, cutting and pasting through the system clipboard, within and across playbooks, and what is no part of one.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { arrows, canvas, drawing, openDrawing, overview, select, selected, tool, undoes, untilKept, wait } from './designer.mjs';
import { startBackend } from './harness.mjs';

const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());
const setClipboard = (page, text) => page.evaluate((each) => navigator.clipboard.writeText(each), text);
const ids = ({ tasks }) => Object.keys(tasks).sort();

test('parts of playbooks go through the clipboard', async (t) => {
  const backend = await startBackend(t);
  const id = 'source';
  const tasks = {
    ask: { type: 'action', name: { ko: '조회', en: 'Look up' }, app: 'virustotal', command: 'ip-report', connection: 'main', parameters: { ip: '{{ ticket.external_ip }}' } },
    bad: { type: 'branch', name: 'Bad?', condition: 'tasks.ask.output.malicious > 0 and tasks.other.output == null' },
    other: wait('Other'),
  };
  const page = await openDrawing(t, backend, drawing(id, tasks, 'start>ask ask>bad bad:true>other ask:failed>other', { ask: [0, 0], bad: [300, 0], other: [600, 0] }));
  const change = (what, holds) => untilKept(backend, id, what, holds);

  await t.test('what is copied is text: the tasks, their inner links, and of credentials only the names of connections', async () => {
    await select(page, 'ask', 'bad');
    await page.keyboard.press('Control+c');
    const text = await until('the clipboard has a part', async () => {
      const each = await clipboard(page);
      return each.includes('playbook-part') && each;
    });
    const part = JSON.parse(text);
    assert.deepEqual(ids(part), ['ask', 'bad']);
    assert.equal(arrows(part), 'ask>bad');
    assert.equal(part.tasks.ask.connection, 'main');
    assert.deepEqual(Object.keys(part.tasks.ask).sort(), Object.keys(tasks.ask).sort());
  });

  await t.test('pasted here: fresh ids, unique names, inner links, expressions that read the copies', async () => {
    await page.keyboard.press('Control+v');
    const document = await change('two more tasks', (each) => ids(each).length === 5);
    assert.deepEqual(ids(document), ['ask', 'ask_2', 'bad', 'bad_2', 'other']);
    assert.deepEqual(document.tasks.ask_2.name, { ko: '조회 2', en: 'Look up 2' });
    assert.equal(document.tasks.bad_2.name, 'Bad? 2');
    assert.equal(document.tasks.bad_2.condition, 'tasks.ask_2.output.malicious > 0 and tasks.other.output == null');
    assert.ok(arrows(document).endsWith('ask_2>bad_2'));
    assert.deepEqual(await selected(page), ['ask_2', 'bad_2'], 'what was pasted is selected');
    assert.equal(await undoes(page), 'Paste, 2');
    await page.keyboard.press('Control+z');
    await change('one step takes it back', (each) => ids(each).length === 3);
  });

  await t.test('cut and paste; duplicate', async () => {
    await overview(page);
    await select(page, 'other');
    await page.keyboard.press('Control+x');
    await change('it is cut', (each) => ids(each).length === 2);
    await page.keyboard.press('Control+v');
    await change('it is back under its own id', (each) => ids(each).includes('other'));
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await change('as it was', (each) => arrows(each) === 'start>ask ask>bad bad:true>other ask:failed>other');
    await overview(page);
    await select(page, 'ask', 'bad');
    await page.keyboard.press('Control+d');
    const document = await change('duplicated', (each) => ids(each).length === 5);
    assert.ok(arrows(document).endsWith('ask_2>bad_2'));
    await page.keyboard.press('Control+z');
    await change('as it was', (each) => ids(each).length === 3);
  });

  await t.test('pasted into another playbook', async () => {
    await overview(page);
    await select(page, 'ask', 'bad', 'other');
    await page.keyboard.press('Control+c');
    const there = drawing('target', { ask: wait('Ask') }, 'start>ask', { ask: [0, 0] });
    await backend.call('playbook.save_draft', { id: 'target', document: there, base: 0 });
    await page.goto(`${backend.url}/#/playbooks/target`);
    await page.locator('.react-flow__node[data-id="ask"]').waitFor();
    await canvas(page).click({ position: { x: 30, y: 30 } });
    await page.keyboard.press('Control+v');
    const document = await untilKept(backend, 'target', 'the part is there', (each) => ids(each).length === 4);
    assert.deepEqual(ids(document), ['ask', 'ask_2', 'bad', 'other']);
    assert.equal(document.tasks.bad.condition, 'tasks.ask_2.output.malicious > 0 and tasks.other.output == null');
    assert.equal(arrows(document), 'start>ask ask_2>bad bad:true>other ask_2:failed>other');
    await page.keyboard.press('Control+z');
    await untilKept(backend, 'target', 'one step takes it back', (each) => ids(each).length === 1);
  });

  for (const [what, text, words] of [
    ['a text that is no JSON', 'hello', 'What was copied is no part of a playbook.'],
    ['JSON of something else', '{"name": "x", "version": 1}', 'The JSON that was copied is no part of a playbook.'],
    ['a part of a newer format', '{"haetae": "playbook-part", "format": 99, "tasks": {}}', 'This part was copied from a newer Haetae. This version cannot read it.'],
    ['an empty part', '{"haetae": "playbook-part", "format": 1, "tasks": {}, "links": []}', 'The part that was copied is empty.'],
    ['more than 10 MB', `{"haetae": "playbook-part", "format": 1, "pad": "${'x'.repeat(11 * 1024 * 1024)}"}`, 'The text is too long to paste (10 MB at most).'],
  ])
    await t.test(`${what} is refused with the reason`, async () => {
      const before = await tool(page, /^(Undo|Redo)/).evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')));
      await setClipboard(page, text);
      await canvas(page).click({ position: { x: 30, y: 30 } });
      await page.keyboard.press('Control+v');
      await page.getByText(words).last().waitFor();
      // What was pasted would be a step, before any draft is written.
      assert.deepEqual(await tool(page, /^(Undo|Redo)/).evaluateAll((all) => all.map((each) => each.getAttribute('aria-label'))), before);
      assert.equal(await page.locator('.react-flow__node-task').count(), 1);
    });

  await t.test('a damaged part is taken over with what is not understood in it', async () => {
    await setClipboard(page, JSON.stringify({ haetae: 'playbook-part', format: 1, tasks: { odd: { type: 'teleport', speed: 9 }, fine: wait('Fine') }, links: [{ from: 'odd', to: 'fine' }, { from: 'gone', to: 'fine' }, 7] }));
    await canvas(page).click({ position: { x: 30, y: 30 } });
    await page.keyboard.press('Control+v');
    const document = await untilKept(backend, 'target', 'both are there', (each) => 'odd' in each.tasks && 'fine' in each.tasks);
    assert.deepEqual(document.tasks.odd, { type: 'teleport', speed: 9 });
    assert.equal(arrows(document), 'start>ask odd>fine');
  });

  await t.test('text in a field is copied as text', async () => {
    await overview(page);
    await select(page, 'fine');
    const seconds = page.getByRole('textbox', { name: 'Seconds' });
    await seconds.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+c');
    await until('the field’s text is copied', async () => (await clipboard(page)).trim() === '1');
  });
});
