// Links with real pointer and key events: drawing, refusing, moving, inserting, healing.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { arrows, boxOf, canvas, drag, drawing, endOfLink, link, middleOf, middleOfLink, node, openDrawing, overview, point, properties, select, tool, undoes, untilKept, wait } from './designer.mjs';
import { startBackend } from './harness.mjs';

const approval = { type: 'approval', name: 'Ask', question: 'Block it?', deadline: '30m' };
const branch = { type: 'branch', name: 'Check', condition: '1 < 2' };

test('links are drawn, moved and healed', async (t) => {
  const backend = await startBackend(t);
  const id = 'links';
  const page = await openDrawing(
    t,
    backend,
    drawing(id, { a: wait('Alpha'), ask: approval, check: branch, c: wait('Gamma'), d: wait('Delta'), e: wait('Epsilon') }, 'start>a a>c c>d', {
      a: [0, 0],
      c: [300, 0],
      d: [600, 0],
      ask: [0, 160],
      check: [0, 320],
      e: [300, 240],
    }),
  );
  const holds = (what, wanted) => untilKept(backend, id, what, (document) => arrows(document) === wanted);

  await t.test('connection points appear on click and on focus', async () => {
    const shown = async () => point(page, 'e', 'done').evaluate((element) => getComputedStyle(element).opacity);
    await page.mouse.move(4, 400);
    assert.equal(await shown(), '0');
    await select(page, 'e');
    await page.mouse.move(4, 400);
    assert.equal(await shown(), '1', 'a click shows them');
    // The keyboard walks away and back: the focus alone shows them.
    await select(page, 'c');
    await page.mouse.move(4, 400);
    assert.equal(await shown(), '0');
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.activeElement?.dataset.id === 'e');
    assert.equal(await shown(), '1', 'the focus shows them');
  });

  await t.test('each outcome draws its own link, in its word and colour', async () => {
    await overview(page);
    await link(page, 'ask', 'approved', 'e');
    await link(page, 'ask', 'rejected', 'd');
    await link(page, 'check', 'true', 'e');
    await link(page, 'check', 'false', 'd');
    await link(page, 'a', 'failed', 'e');
    await holds('the typed outcomes are kept', 'start>a a>c c>d ask:approved>e ask:rejected>d check:true>e check:false>d a:failed>e');
    for (const [from, to, outcome] of [['Ask', 'Epsilon', 'approved'], ['Ask', 'Delta', 'rejected'], ['Check', 'Epsilon', 'true'], ['Check', 'Delta', 'false'], ['Alpha', 'Epsilon', 'failed']])
      assert.equal(await page.getByRole('img', { name: `from ${from} to ${to}, outcome ${outcome}` }).count(), 1);
    const colour = (name) => page.getByRole('img', { name }).locator('.link-line').evaluate((line) => getComputedStyle(line).stroke);
    const failed = await colour('from Alpha to Epsilon, outcome failed');
    assert.notEqual(failed, await colour('from Alpha to Gamma, outcome done'));
    assert.equal(failed, await page.evaluate(() => {
      const probe = document.createElement('i');
      probe.style.color = 'var(--failed)';
      document.body.append(probe);
      const { color } = getComputedStyle(probe);
      probe.remove();
      return color;
    }));
    // An outcome without a link keeps a hollow point; one with a link does not.
    assert.equal(await point(page, 'ask', 'expired').evaluate((element) => getComputedStyle(element).opacity), '1');
    assert.equal(await point(page, 'ask', 'approved').evaluate((element) => getComputedStyle(element).opacity), '0');
  });

  await t.test('an impossible target says why at the cursor, and nothing is drawn', async () => {
    await overview(page);
    const before = await undoes(page);
    for (const [from, to, reason] of [['c', 'c', 'A task cannot link to itself'], ['c', 'd', 'This outcome already links there'], ['d', 'a', 'Cannot link back to a task before it']]) {
      await link(page, from, 'done', to, async () => {
        const hint = page.getByRole('status').filter({ hasText: reason });
        await hint.waitFor();
        const at = await middleOf(node(page, to));
        const box = await boxOf(hint);
        assert.ok(Math.hypot(box.x - at.x, box.y - at.y) < 60, `${reason} stands at the cursor`);
      });
    }
    await page.getByText('A task cannot link').waitFor({ state: 'detached' });
    // A wrong link would be a step of its own, before any draft is written.
    assert.equal(await undoes(page), before);
  });

  await t.test('an end of a link is moved to another task', async () => {
    await drag(page, await endOfLink(page, 'from Check to Delta, outcome false'), await middleOf(node(page, 'c')));
    await holds('the link leads elsewhere', 'start>a a>c c>d ask:approved>e ask:rejected>d check:true>e check:false>c a:failed>e');
    assert.equal(await undoes(page), 'Move link: Check → Gamma');
    await page.keyboard.press('Control+z');
    await holds('it is back', 'start>a a>c c>d ask:approved>e ask:rejected>d check:true>e check:false>d a:failed>e');
  });

  await t.test('a task is put into a link: from the palette, and by dropping one on it', async () => {
    const on = await middleOfLink(page, 'from Gamma to Delta, outcome done');
    await drag(page, await middleOf(page.getByRole('button', { name: 'Formula', exact: true })), on);
    await untilKept(backend, id, 'the new task stands in the link', (document) => arrows(document).includes('c>formula') && arrows(document).includes('formula>d') && !arrows(document).includes('c>d'));
    await page.keyboard.press('Control+z');
    await untilKept(backend, id, 'one step takes it back', (document) => arrows(document).includes('c>d') && !('formula' in document.tasks));
    await overview(page);
    // A free task that stands on the canvas.
    await page.getByRole('button', { name: 'Query', exact: true }).click();
    await untilKept(backend, id, 'a free task is there', (document) => 'query' in document.tasks);
    await overview(page);
    const place = await middleOf(node(page, 'query'));
    await drag(page, place, await middleOfLink(page, 'from Gamma to Delta, outcome done'));
    await untilKept(backend, id, 'the dropped task stands in the link', (document) => arrows(document).includes('c>query') && arrows(document).includes('query>d') && !arrows(document).includes('c>d'));
    assert.equal(await undoes(page), 'Insert on link: Query');
  });

  await t.test('deleting a task in a straight line heals it; deleting a link by key removes only it', async () => {
    await select(page, 'query');
    await page.keyboard.press('Delete');
    await untilKept(backend, id, 'the line is healed', (document) => arrows(document).includes('c>d') && !('query' in document.tasks));
    const on = await middleOfLink(page, 'from Gamma to Delta, outcome done');
    await page.mouse.click(on.x, on.y);
    await properties(page).getByRole('heading', { name: 'Link' }).waitFor();
    await page.keyboard.press('Delete');
    await untilKept(backend, id, 'the link is gone', (document) => !arrows(document).includes('c>d') && 'c' in document.tasks && 'd' in document.tasks);
    assert.equal(await undoes(page), 'Unlink: Gamma → Delta');
  });

  await t.test('a connection dropped on the empty canvas asks for the next task', async () => {
    await overview(page);
    const from = await middleOf(point(page, 'd', 'done'));
    const box = await boxOf(canvas(page));
    await drag(page, from, { x: from.x + 60, y: Math.min(from.y + 140, box.y + box.height - 60) });
    await page.getByRole('menuitem', { name: 'Branch' }).click();
    await untilKept(backend, id, 'the new task follows', (document) => arrows(document).includes('d>branch'));
    await page.keyboard.press('Control+z');
    await untilKept(backend, id, 'one step takes task and link back', (document) => !('branch' in document.tasks) && !arrows(document).includes('>branch'));
  });
});
