// Placing, selecting and looking: aligning, distributing, tidying, helper lines, marquee, zoom and minimap, with real events.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { boxOf, canvas, clickWith, drag, drawing, middleOf, node, openDrawing, overview, place, properties, select, selected, still, tool, undoes, untilKept, wait } from './designer.mjs';
import { startBackend } from './harness.mjs';

const PLACES = { a: [0, 0], b: [220, 130], c: [520, 70], d: [60, 300] };

test('tasks are placed', async (t) => {
  const backend = await startBackend(t);
  const id = 'places';
  const page = await openDrawing(t, backend, drawing(id, { a: wait('Alpha'), b: { type: 'branch', name: 'Beta', condition: 'true' }, c: wait('Gamma'), d: wait('Delta') }, 'start>a a>b b:true>c b:false>d', PLACES));
  const placed = (what, wanted) => untilKept(backend, id, what, (document) => Object.entries(wanted).every(([task, [x, y]]) => place(document, task)[0] === x && place(document, task)[1] === y));
  const untilOld = () => placed('one step takes it back', PLACES);

  // The boxes are 176 by 56, that of the branch 216 by 56.
  for (const [name, key, wanted] of [
    ['Align left', 'Alt+a', { a: [0, 0], b: [0, 130], c: [0, 70] }],
    ['Align centre', 'Alt+h', { a: [260, 0], b: [240, 130], c: [260, 70] }],
    ['Align right', 'Alt+d', { a: [520, 0], b: [480, 130], c: [520, 70] }],
    ['Align top', 'Alt+w', { a: [0, 0], b: [220, 0], c: [520, 0] }],
    ['Align middle', 'Alt+v', { a: [0, 65], b: [220, 65], c: [520, 65] }],
    ['Align bottom', 'Alt+s', { a: [0, 130], b: [220, 130], c: [520, 130] }],
  ])
    await t.test(`${name}, by button and by ${key}`, async () => {
      await overview(page);
      await select(page, 'a', 'b', 'c');
      await tool(page, name).click();
      await placed('the button aligns', { ...wanted, d: PLACES.d });
      assert.match(await undoes(page), /^Align .*, 3 tasks$/);
      await page.keyboard.press('Control+z');
      await untilOld();
      await page.keyboard.press(key);
      await placed('the key aligns', { ...wanted, d: PLACES.d });
      await page.keyboard.press('Control+z');
      await untilOld();
    });

  await t.test('distributing makes the gaps equal and leaves the outermost', async () => {
    await overview(page);
    await select(page, 'a', 'b', 'c');
    await page.keyboard.press('Alt+Shift+h');
    await placed('the gaps are equal sideways', { a: [0, 0], b: [240, 130], c: [520, 70] });
    await page.keyboard.press('Control+z');
    await untilOld();
    await page.keyboard.press('Alt+Shift+v');
    await placed('the gaps are equal downwards', { a: [0, 0], c: [520, 65], b: [220, 130] });
    await tool(page, /^Undo: Distribute/).click();
    await untilOld();
  });

  await t.test('with too few selected the functions say what they need', async () => {
    await overview(page);
    await select(page, 'a');
    assert.equal(await tool(page, 'Align left').getAttribute('aria-disabled'), 'true');
    await tool(page, 'Align left').hover({ force: true });
    await page.getByRole('tooltip').getByText('Select two or more tasks').waitFor();
    await page.keyboard.press('Alt+a');
    assert.equal(await tool(page, 'Undo').getAttribute('aria-disabled'), 'true', 'nothing was done');
    await untilOld();
  });

  await t.test('a dragged task snaps to the line of another, and the line is seen', async () => {
    await overview(page);
    const [from, other] = [await boxOf(node(page, 'd')), await boxOf(node(page, 'c'))];
    const grip = { x: from.x + 30, y: from.y + 10 };
    // Nearly the left edge of Gamma: the line appears and takes the last pixels.
    await drag(page, grip, { x: other.x + 30 + 3, y: grip.y + 40 }, async () => {
      await page.locator('.guide').first().waitFor({ state: 'attached' });
    });
    await page.locator('.guide').waitFor({ state: 'detached' });
    const document = await untilKept(backend, id, 'the task stands in line', (each) => place(each, 'd')[0] === PLACES.c[0]);
    assert.notEqual(place(document, 'd')[1], PLACES.d[1]);
    assert.equal(await undoes(page), 'Move: Delta');
    await page.keyboard.press('Control+z');
    await untilOld();
  });

  await t.test('a drag of several is one step and keeps them together', async () => {
    await overview(page);
    await select(page, 'a', 'd');
    const at = await middleOf(node(page, 'a'));
    await drag(page, at, { x: at.x + 64, y: at.y + 96 });
    const document = await untilKept(backend, id, 'both have moved', (each) => place(each, 'a')[0] !== 0 && place(each, 'd')[0] !== 60);
    assert.deepEqual([place(document, 'd')[0] - place(document, 'a')[0], place(document, 'd')[1] - place(document, 'a')[1]], [60, 300]);
    assert.equal(await undoes(page), 'Move, 2');
    await page.keyboard.press('Control+z');
    await untilOld();
  });

  await t.test('marquee, additive selection, what comes after', async () => {
    await overview(page);
    const [a, b] = [await boxOf(node(page, 'a')), await boxOf(node(page, 'b'))];
    await page.keyboard.down('Shift');
    await drag(page, { x: a.x - 20, y: a.y - 20 }, { x: b.x + 40, y: b.y + 20 });
    await page.keyboard.up('Shift');
    await still(page);
    assert.deepEqual(await selected(page), ['a', 'b']);
    await clickWith(page, 'Control', 'c');
    assert.deepEqual(await selected(page), ['a', 'b', 'c']);
    await clickWith(page, 'Shift', 'a');
    assert.deepEqual(await selected(page), ['b', 'c']);
    await page.keyboard.press('Control+a');
    assert.deepEqual(await selected(page), ['a', 'b', 'c', 'd']);
    await overview(page);
    await node(page, 'b').click({ button: 'right', position: { x: 20, y: 12 } });
    await page.getByRole('menuitem', { name: 'Select what comes after' }).click();
    assert.deepEqual(await selected(page), ['b', 'c', 'd']);
  });

  await t.test('tidy lays out everything, frames stay around what stood in them, and it is one step', async () => {
    await overview(page);
    await tool(page, 'Tidy (automatic layout)').click();
    const document = await untilKept(backend, id, 'everything is laid out', (each) => place(each, 'b')[0] > 176 && place(each, 'c')[0] === place(each, 'd')[0]);
    assert.ok(place(document, 'c')[1] < place(document, 'd')[1], 'what stood above stays above');
    assert.equal(await undoes(page), 'Tidy, 4 tasks');
    await page.keyboard.press('Control+z');
    await untilOld();
  });

  await t.test('notes and frames: added, written, moved with what they hold, resized', async () => {
    await overview(page);
    await select(page, 'a', 'b');
    await page.keyboard.press('Alt+f');
    const text = properties(page).getByRole('textbox', { name: 'Text' });
    await text.fill('Gather · 조사');
    let document = await untilKept(backend, id, 'the frame has its text', (each) => each.layout.notes?.[0]?.text === 'Gather · 조사');
    const [frame] = document.layout.notes;
    assert.equal(frame.kind, 'frame');
    assert.ok(frame.x < 0 && frame.y < 0 && frame.x + frame.width > 436 && frame.y + frame.height > 186, 'it stands around the selection');
    await overview(page);
    const head = await boxOf(page.locator('.react-flow__node-frame'));
    await drag(page, { x: head.x + head.width / 2, y: head.y + 6 }, { x: head.x + head.width / 2 + 48, y: head.y + 6 + 32 });
    document = await untilKept(backend, id, 'what stands inside goes along', (each) => place(each, 'a')[0] > 0 && each.layout.notes[0].x > frame.x);
    assert.deepEqual([document.layout.notes[0].x - frame.x, document.layout.notes[0].y - frame.y], place(document, 'a'));
    assert.deepEqual(place(document, 'c'), PLACES.c, 'what stands outside stays');
    await page.keyboard.press('Control+z');
    await untilOld();
    // A double click edits the text where it stands.
    await page.locator('.react-flow__node-frame').dblclick({ position: { x: 20, y: 10 } });
    await page.locator('.react-flow__node-frame textarea').fill('Sources');
    await page.keyboard.press('Enter');
    await untilKept(backend, id, 'the text is new', (each) => each.layout.notes[0].text === 'Sources');
    const corner = await boxOf(page.locator('.react-flow__resize-control.handle.bottom.right'));
    await drag(page, { x: corner.x + 4, y: corner.y + 4 }, { x: corner.x + 54, y: corner.y + 44 });
    await untilKept(backend, id, 'the frame has grown', (each) => each.layout.notes[0].width > frame.width && each.layout.notes[0].height > frame.height);
    assert.equal(await undoes(page), 'Resize Frame');
    await page.keyboard.press('Delete');
    await untilKept(backend, id, 'the frame is gone and the tasks stay', (each) => (each.layout.notes ?? []).length === 0 && Object.keys(each.tasks).length === 4);
  });
});

test('the canvas is looked at', async (t) => {
  const backend = await startBackend(t);
  const page = await openDrawing(t, backend, drawing('views', { a: wait('Alpha'), b: wait('Beta') }, 'start>a a>b', { a: [0, 0], b: [400, 0] }));
  const zoom = async () => Number(/scale\(([\d.]+)\)/.exec(await page.locator('.react-flow__viewport').getAttribute('style'))[1]);
  const shift = async () => /translate\((-?[\d.]+)px, (-?[\d.]+)px\)/.exec(await page.locator('.react-flow__viewport').getAttribute('style')).slice(1).map(Number);

  await t.test('zoom by key, by wheel and by menu, from 5 % to 400 %', async () => {
    await canvas(page).click({ position: { x: 30, y: 30 } });
    const start = await zoom();
    await page.keyboard.press('+');
    assert.ok((await zoom()) > start);
    await page.keyboard.press('-');
    await page.keyboard.press('-');
    assert.ok((await zoom()) < start);
    await page.keyboard.press('0');
    assert.equal(await zoom(), 1);
    const middle = await middleOf(canvas(page));
    await page.mouse.move(middle.x, middle.y);
    await page.mouse.wheel(0, -240);
    await still(page);
    assert.ok((await zoom()) > 1, 'wheel up is nearer');
    for (let turn = 0; turn < 12; turn++) await page.mouse.wheel(0, -600);
    await still(page);
    assert.equal(await zoom(), 4);
    await tool(page, /^Zoom ratio 400 %$/).waitFor();
    for (let turn = 0; turn < 24; turn++) await page.mouse.wheel(0, 600);
    await still(page);
    assert.equal(await zoom(), 0.05);
    await tool(page, /^Zoom ratio/).click();
    await page.getByRole('menuitem', { name: '150 %' }).click();
    assert.equal(await zoom(), 1.5);
    await page.keyboard.press('1');
    await still(page);
    const box = await boxOf(canvas(page));
    for (const id of ['a', 'b']) {
      const at = await boxOf(node(page, id));
      assert.ok(at.x > box.x && at.x + at.width < box.x + box.width, `${id} is in sight`);
    }
  });

  await t.test('under half the size a node is a sign, and comes back whole', async () => {
    await tool(page, /^Zoom ratio/).click();
    await page.getByRole('menuitem', { name: '25 %' }).click();
    await page.locator('.task-far').first().waitFor();
    await page.keyboard.press('0');
    await page.locator('.task-name').first().waitFor();
  });

  await t.test('grid and minimap are switched, and the minimap pans', async () => {
    for (const [name, key, selector] of [['Grid', "Control+'", '.grid-dots'], ['Minimap', 'Control+m', '.minimap']]) {
      assert.equal(await tool(page, name).getAttribute('aria-pressed'), 'true');
      await tool(page, name).click();
      await page.locator(selector).waitFor({ state: 'detached' });
      assert.equal(await tool(page, name).getAttribute('aria-pressed'), 'false');
      await page.keyboard.press(key);
      await page.locator(selector).waitFor();
    }
    await page.keyboard.press('0');
    await still(page);
    const before = await shift();
    const map = await middleOf(page.locator('.minimap canvas'));
    await drag(page, map, { x: map.x + 24, y: map.y + 10 });
    await still(page);
    const after = await shift();
    assert.ok(after[0] < before[0] && after[1] < before[1], `the view follows the minimap: ${before} to ${after}`);
  });

  await t.test('dragging the empty canvas pans it and changes nothing', async () => {
    const before = await shift();
    const box = await boxOf(canvas(page));
    await drag(page, { x: box.x + 60, y: box.y + 400 }, { x: box.x + 160, y: box.y + 440 });
    const after = await shift();
    assert.deepEqual([Math.round(after[0] - before[0]), Math.round(after[1] - before[1])], [100, 40]);
    assert.equal(await tool(page, 'Undo').getAttribute('aria-disabled'), 'true', 'looking is no step');
  });

  await t.test('the outline and the find box lead to a task', async () => {
    await page.getByRole('button', { name: /^Outline/ }).click();
    await page.getByRole('list', { name: 'Outline' }).getByRole('button', { name: 'Beta' }).click();
    assert.deepEqual(await selected(page), ['b']);
    await page.getByRole('button', { name: /^Back to the palette/ }).click();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('alp');
    await page.keyboard.press('Enter');
    assert.deepEqual(await selected(page), ['a']);
    await page.waitForFunction(() => document.activeElement?.dataset.id === 'a');
  });
});
