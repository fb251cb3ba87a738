// A drawing of more tasks than the page holds: only what is in sight is there, and everything that is done by hand works all the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { arrows, boxOf, canvas, clickWith, drag, drawing, endOfLink, link, middleOf, middleOfLink, node, openDrawing, place, point, properties, select, selected, still, tool, undoes, untilKept, wait } from './designer.mjs';
import { startBackend } from './harness.mjs';

const ROWS = 10;
const COLUMNS = 24;
const ID = 'large';
const each = (make) => Array.from({ length: ROWS * COLUMNS }, (_, index) => make(Math.floor(index / COLUMNS), index % COLUMNS));
const PLACES = Object.fromEntries(each((row, column) => [`r${row}c${column}`, [column * 260, row * 104]]));
const ROW_LINKS = each((row, column) => (column === 0 ? '' : `r${row}c${column - 1}>r${row}c${column}`)).join(' ');

function large() {
  const tasks = Object.fromEntries(Object.keys(PLACES).map((id) => [id, wait(`Row ${id.slice(1).replace('c', ' column ')}`)]));
  const document = drawing(ID, tasks, `start>r0c0 ${ROW_LINKS}`, PLACES);
  // Beside the first row, and in no link.
  document.tasks.free = wait('Free');
  document.layout.tasks.free = { x: 130, y: -110 };
  return document;
}

const name = (id) => `Row ${id.slice(1).replace('c', ' column ')}`;
const inPage = (page) => page.locator('.react-flow__node-task').count();
const edge = (from, to, outcome = 'done') => `from ${name(from)} to ${name(to)}, outcome ${outcome}`;

test('more tasks than the page holds', async (t) => {
  const backend = await startBackend(t);
  const page = await openDrawing(t, backend, large());
  const whole = Object.keys(PLACES).length + 1;
  const start = arrows(large());
  const holds = (what, check) => untilKept(backend, ID, what, check);
  const undone = () => holds('one step takes it back', (document) => arrows(document) === start && Object.entries(PLACES).every(([id, [x, y]]) => place(document, id)[0] === x && place(document, id)[1] === y));
  const undo = async () => {
    await page.keyboard.press('Control+z');
    await undone();
  };

  await t.test('only what is in sight is in the page', async () => {
    await page.waitForFunction((most) => {
      const count = document.querySelectorAll('.react-flow__node-task').length;
      return count > 10 && count < most;
    }, whole / 2);
    assert.equal(await node(page, 'r9c23').count(), 0);
  });

  await t.test('a click selects, its connection points appear, others are added', async () => {
    await select(page, 'r1c1');
    assert.deepEqual(await selected(page), ['r1c1']);
    assert.equal(await point(page, 'r1c1', 'done').evaluate((element) => getComputedStyle(element).opacity), '1');
    await properties(page).getByRole('heading', { name: name('r1c1') }).waitFor();
    await clickWith(page, 'Shift', 'r2c1');
    assert.deepEqual(await selected(page), ['r1c1', 'r2c1']);
    await clickWith(page, 'Control', 'r1c1');
    assert.deepEqual(await selected(page), ['r2c1']);
    await page.keyboard.press('Escape');
    assert.deepEqual(await selected(page), []);
  });

  await t.test('one task is dragged, as one step', async () => {
    const from = await middleOf(node(page, 'r2c1'));
    await drag(page, from, { x: from.x + 40, y: from.y + 35 });
    const document = await holds('it has moved', (each) => place(each, 'r2c1')[0] > PLACES.r2c1[0] && place(each, 'r2c1')[1] > PLACES.r2c1[1]);
    for (const [id, at] of Object.entries(PLACES)) if (id !== 'r2c1') assert.deepEqual(place(document, id), at);
    assert.equal(await undoes(page), `Move: ${name('r2c1')}`);
    await undo();
  });

  await t.test('a link is drawn, and an impossible one is refused with the reason', async () => {
    await page.keyboard.press('Escape');
    await select(page, 'r0c1');
    await link(page, 'r0c1', 'failed', 'r1c2');
    await holds('the link is drawn', (document) => arrows(document) === `${start} r0c1:failed>r1c2`);
    assert.equal(await page.getByRole('img', { name: edge('r0c1', 'r1c2', 'failed') }).count(), 1);
    await link(page, 'r0c1', 'done', 'r0c0', () => page.getByRole('status').filter({ hasText: 'Cannot link back to a task before it' }).waitFor());
    await link(page, 'r0c1', 'done', 'r0c2', () => page.getByRole('status').filter({ hasText: 'This outcome already links there' }).waitFor());
    // A wrong link would be a step of its own, before any draft is written.
    assert.equal(await undoes(page), `Link: ${name('r0c1')} → ${name('r1c2')}`);
  });

  await t.test('an end of it is moved to another task', async () => {
    await drag(page, await endOfLink(page, edge('r0c1', 'r1c2', 'failed')), await middleOf(node(page, 'r2c2')));
    await holds('it leads elsewhere', (document) => arrows(document) === `${start} r0c1:failed>r2c2`);
    await page.keyboard.press('Control+z');
    await undo();
  });

  await t.test('a task is put into a link: from the palette, and by dropping one that stands there', async () => {
    await page.keyboard.press('Escape');
    const into = (id) => (document) => arrows(document).includes(`r1c0>${id}`) && arrows(document).includes(`${id}>r1c1`) && !arrows(document).includes('r1c0>r1c1');
    await drag(page, await middleOf(page.getByRole('button', { name: 'Formula', exact: true })), await middleOfLink(page, edge('r1c0', 'r1c1')));
    await holds('the new task stands in the link', into('formula'));
    await undo();
    await page.keyboard.press('Escape');
    await drag(page, await middleOf(node(page, 'free')), await middleOfLink(page, edge('r1c0', 'r1c1')));
    await holds('the dropped task stands in the link', into('free'));
    assert.equal(await undoes(page), 'Insert on link: Free');
    await select(page, 'free');
    await page.keyboard.press('Delete');
    await holds('deleting it heals the line', (document) => arrows(document).includes('r1c0>r1c1') && !('free' in document.tasks));
    await page.keyboard.press('Control+z');
    await undo();
  });

  await t.test('a marquee takes what it touches', async () => {
    await page.keyboard.press('Escape');
    const [first, last] = [await boxOf(node(page, 'r1c0')), await boxOf(node(page, 'r2c1'))];
    await page.keyboard.down('Shift');
    await still(page);
    await drag(page, { x: first.x - 12, y: first.y - 12 }, { x: last.x + 30, y: last.y + 20 });
    await page.keyboard.up('Shift');
    await still(page);
    assert.deepEqual(await selected(page), ['r1c0', 'r1c1', 'r2c0', 'r2c1']);
  });

  await t.test('what is selected goes along out of sight too', async () => {
    await canvas(page).focus();
    await page.keyboard.press('Control+a');
    const at = await middleOf(node(page, 'r1c1'));
    await drag(page, at, { x: at.x + 64, y: at.y + 32 });
    const document = await holds('the last has moved', (each) => place(each, 'r9c23')[0] > PLACES.r9c23[0]);
    const by = [place(document, 'r1c1')[0] - PLACES.r1c1[0], place(document, 'r1c1')[1] - PLACES.r1c1[1]];
    assert.ok(by[0] > 0 && by[1] > 0, `it has moved by ${by}`);
    for (const [id, [x, y]] of Object.entries(PLACES)) assert.deepEqual(place(document, id), [x + by[0], y + by[1]], id);
    assert.equal(await undoes(page), `Move, ${whole}`);
    await undo();
    await page.keyboard.press('Escape');
  });

  await t.test('arrows walk on out of sight, and what they reach comes into the page', async () => {
    await select(page, 'r3c0');
    await node(page, 'r3c0').focus();
    for (let column = 1; column < COLUMNS; column++) {
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction((id) => document.activeElement?.dataset.id === id, `r3c${column}`);
    }
    const [box, at] = [await boxOf(canvas(page)), await boxOf(node(page, 'r3c23'))];
    assert.ok(at.x > box.x && at.x + at.width < box.x + box.width, 'the last one is in sight');
    await page.keyboard.press('Alt+ArrowDown');
    await holds('it is nudged', (document) => place(document, 'r3c23')[1] === PLACES.r3c23[1] + 8);
    await undo();
    assert.equal(await node(page, 'r3c0').count() + await node(page, 'r0c0').count(), 0, 'what was left behind is out of the page');
  });

  await t.test('a task far away is connected by keyboard and found by name', async () => {
    await page.keyboard.press('c');
    await page.getByRole('search', { name: `Connect from ${name('r3c23')}` }).waitFor();
    await page.keyboard.type('row 9 column 23');
    await page.keyboard.press('Enter');
    await holds('the link is drawn', (document) => arrows(document) === `${start} r3c23>r9c23`);
    await undo();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('row 9 column 2');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.dataset.id === 'r9c2');
  });

  await t.test('fitted to the screen it is a picture, in which tasks are clicked, dragged and caught by a marquee', async () => {
    await page.keyboard.press('Escape');
    await tool(page, 'Fit to screen').click();
    await still(page);
    await page.waitForFunction(() => document.querySelectorAll('.react-flow__node-task').length < 10);
    const fitted = await page.locator('.react-flow__viewport').getAttribute('style');
    // Where a task is in the picture: the transform of the view tells.
    const onScreen = async (id) => {
      const [x, y] = PLACES[id];
      return page.evaluate(([left, top]) => {
        const pane = document.querySelector('.react-flow').getBoundingClientRect();
        const view = new DOMMatrix(getComputedStyle(document.querySelector('.react-flow__viewport')).transform);
        const at = new DOMPoint(left + 30, top + 28).matrixTransform(view);
        return { x: pane.x + at.x, y: pane.y + at.y };
      }, [x, y]);
    };
    const at = await onScreen('r5c12');
    await page.mouse.move(at.x - 2, at.y - 2);
    await page.mouse.move(at.x, at.y);
    await node(page, 'r5c12').waitFor();
    await page.mouse.click(at.x, at.y);
    await page.waitForFunction(() => document.querySelector('.react-flow__node-task.selected')?.dataset.id === 'r5c12');
    await page.keyboard.press('Escape');
    await still(page);
    assert.equal(await page.locator('.react-flow__viewport').getAttribute('style'), fitted, 'a click leaves the view as it is');
    const from = await onScreen('r6c10');
    await page.mouse.move(from.x - 2, from.y - 2);
    await page.mouse.move(from.x, from.y);
    await node(page, 'r6c10').waitFor();
    await still(page);
    await drag(page, from, { x: from.x, y: from.y + 30 });
    await holds('it has moved', (document) => place(document, 'r6c10')[1] > PLACES.r6c10[1]);
    await undo();
    await page.keyboard.press('Escape');
    const [first, last] = [await onScreen('r0c0'), await onScreen('r9c23')];
    await page.keyboard.down('Shift');
    await still(page);
    await drag(page, { x: first.x - 30, y: first.y - 12 }, { x: last.x + 4, y: last.y + 4 });
    await page.keyboard.up('Shift');
    await page.keyboard.press('Alt+ArrowDown');
    const document = await holds('all are nudged', (each) => place(each, 'r9c23')[1] === PLACES.r9c23[1] + 8);
    for (const [id, [x, y]] of Object.entries(PLACES)) assert.deepEqual(place(document, id), [x, y + 8], id);
    await undo();
  });
});
