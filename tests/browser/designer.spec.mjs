// The designer with real pointer and key events: from an empty playbook to a finished run of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { openPage, startBackend } from './harness.mjs';

const ID = 'double';

const canvas = (page) => page.getByRole('region', { name: 'Playbook canvas' });
const task = (page, name) => canvas(page).getByRole('group', { name: new RegExp(`^${name},`) });
const link = (page, from, to) => canvas(page).getByRole('img', { name: `from ${from} to ${to}, outcome done` });
const tool = (page, name) => page.getByRole('toolbar', { name: 'Designer tools' }).getByRole('button', { name });
const ingredient = (page, name) => page.getByRole('region', { name: 'Palette' }).getByRole('button', { name, exact: true });
const properties = (page) => page.getByRole('complementary', { name: 'Properties' });
const point = (page, id, outcome) => page.locator(`.react-flow__node[data-id="${id}"] .react-flow__handle[data-handleid="${outcome}"]`);

async function middleOf(locator) {
  const box = await locator.boundingBox();
  assert.ok(box, `${locator} is on the screen`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Presses on one place, moves the pointer to another in steps as a hand does, and runs `before` the button is let go. */
async function drag(page, from, to, before = async () => {}) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 6 });
  await page.mouse.move(to.x, to.y, { steps: 6 });
  await before();
  await page.mouse.up();
}

/** Draws a link from a connection point to a task. */
async function connect(page, [from, outcome], to, before) {
  await drag(page, await middleOf(point(page, from, outcome)), await middleOf(point(page, to, 'in')), before);
}

/** What the backend kept of the drawing. */
async function draftOf(backend) {
  return (await backend.call('playbook.show', { id: ID })).draft?.document;
}

async function untilDraft(backend, what, holds) {
  return until(what, async () => {
    const document = await draftOf(backend);
    return document && holds(document) && document;
  });
}

const ids = (document) => Object.keys(document.tasks).sort();

test('a playbook is drawn, saved and run', async (t) => {
  const backend = await startBackend(t, { sample: true });
  const page = await openPage(t, backend);

  await t.test('a new playbook opens in the designer', async () => {
    await page.getByRole('link', { name: 'Playbooks' }).click();
    await page.getByRole('button', { name: 'New playbook' }).click();
    await page.getByRole('textbox', { name: /^Name/ }).fill('Double');
    assert.equal(await page.getByRole('textbox', { name: /^Id/ }).inputValue(), ID);
    await page.getByRole('button', { name: 'Create and open' }).click();
    await canvas(page).getByText('An empty playbook').waitFor();
  });

  await t.test('tasks come from the palette by click and by drag', async () => {
    await ingredient(page, 'Formula').click();
    await task(page, 'Formula').waitFor();
    const box = await canvas(page).boundingBox();
    const there = { x: box.x + box.width * 0.6, y: box.y + box.height * 0.7 };
    await drag(page, await middleOf(ingredient(page, 'Wait')), there);
    await task(page, 'Wait').waitFor();
    const at = await middleOf(task(page, 'Wait'));
    assert.ok(Math.hypot(at.x - there.x, at.y - there.y) < 200, `the task lies where it was dropped: ${JSON.stringify({ at, there })}`);
    await page.keyboard.press('Escape');
    assert.deepEqual(ids(await untilDraft(backend, 'the draft holds both', ({ tasks }) => Object.keys(tasks).length === 2)), ['formula', 'wait']);
  });

  await t.test('links are drawn by dragging, and impossible ones are refused with the reason', async () => {
    await tool(page, 'Tidy (automatic layout)').click();
    await tool(page, /^Undo: Tidy/).waitFor();
    await tool(page, 'Fit to screen').click();
    await connect(page, ['formula', 'done'], 'wait');
    await link(page, 'Formula', 'Wait').waitFor();
    for (const [from, to, reason] of [
      ['formula', 'formula', 'A task cannot link to itself'],
      ['formula', 'wait', 'This outcome already links there'],
      ['wait', 'formula', 'Cannot link back to a task before it'],
    ]) {
      await connect(page, [from, 'done'], to, () => page.getByRole('status').filter({ hasText: reason }).waitFor());
    }
    const { links } = await untilDraft(backend, 'the draft holds the link', (document) => document.links.some(({ from, to }) => from === 'formula' && to === 'wait'));
    assert.deepEqual(links.filter(({ from }) => from !== 'start').map(({ from, to }) => [from, to]), [['formula', 'wait']]);
  });

  await t.test('a broken expression is told while it is typed', async () => {
    await task(page, 'Formula').click();
    await properties(page).getByRole('textbox', { name: 'Variable' }).fill('answer');
    const expression = properties(page).getByRole('textbox', { name: 'Expression' });
    const problems = page.getByRole('region', { name: 'Problems' });
    const type = async (text) => {
      await expression.click();
      await page.keyboard.press('Control+A');
      await page.keyboard.type(text);
    };
    await type('21 * (');
    await properties(page).getByText(/^A value is expected here/).waitFor();
    await problems.getByRole('button', { name: /EXP-\d+ Formula/ }).first().waitFor();
    await task(page, 'Formula').getByRole('button', { name: /^Errors [1-9]/ }).waitFor();
    await type('21 * 2');
    await problems.getByText('No problems').waitFor();
    const { tasks } = await untilDraft(backend, 'the draft holds the expression', (document) => document.tasks.formula.expression === '21 * 2');
    assert.equal(tasks.formula.variable, 'answer');
  });

  await t.test('several are selected, deleted and brought back, by buttons and keys', async () => {
    await task(page, 'Formula').click();
    await task(page, 'Wait').click({ modifiers: ['Shift'] });
    await properties(page).getByRole('heading', { name: '2 tasks selected' }).waitFor();
    await page.keyboard.press('Delete');
    await canvas(page).getByText('An empty playbook').waitFor();
    await page.keyboard.press('Control+z');
    await link(page, 'Formula', 'Wait').waitFor();
    await page.keyboard.press('Control+y');
    await canvas(page).getByText('An empty playbook').waitFor();
    await tool(page, /^Undo: Delete/).click();
    await link(page, 'Formula', 'Wait').waitFor();
    await tool(page, /^Redo: Delete/).click();
    await task(page, 'Wait').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z');
    assert.deepEqual(ids(await untilDraft(backend, 'both are back', ({ tasks }) => Object.keys(tasks).length === 2)), ['formula', 'wait']);
    // A marquee over the empty canvas selects what it touches.
    await canvas(page).getByRole('application').click({ position: { x: 20, y: 20 } });
    const [first, second] = [await task(page, 'Formula').boundingBox(), await task(page, 'Wait').boundingBox()];
    const left = Math.min(first.x, second.x) - 8;
    const top = Math.min(first.y, second.y) - 30;
    await page.keyboard.down('Shift');
    await drag(page, { x: left, y: top }, { x: Math.max(first.x, second.x) + 40, y: Math.max(first.y, second.y) + 40 });
    await page.keyboard.up('Shift');
    await properties(page).getByRole('heading', { name: '2 tasks selected' }).waitFor();
    await page.keyboard.press('Escape');
  });

  await t.test('a version is saved, a draft outlives a reload, and a version saved elsewhere is not overwritten', async () => {
    // A wait of no time, so that the run below ends.
    await task(page, 'Wait').click();
    const seconds = properties(page).getByRole('textbox', { name: 'Seconds' });
    await seconds.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('0');
    await untilDraft(backend, 'the wait takes no time', ({ tasks }) => String(tasks.wait.seconds) === '0');
    await page.getByRole('button', { name: 'Save version' }).click();
    await page.getByRole('textbox', { name: 'What was changed, and why' }).fill('The first drawing');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Version 1 saved').waitFor();
    const [version] = (await backend.call('playbook.versions', { id: ID })).versions;
    assert.equal(version.comment, 'The first drawing');

    const { document } = await backend.call('playbook.show', { id: ID });
    const theirs = structuredClone(document);
    theirs.tasks.formula.expression = '"theirs"';
    assert.equal((await backend.call('playbook.save', { document: theirs, base: 1, comment: 'elsewhere' })).version, 2);
    await page.getByText('Version 2 was saved elsewhere.').waitFor();
    await ingredient(page, 'Branch').click();
    await page.keyboard.press('Escape');
    await task(page, 'Branch').waitFor();
    await untilDraft(backend, 'the branch is in the draft', ({ tasks }) => 'branch' in tasks);

    await page.reload();
    await page.getByText('An unsaved draft was recovered.').waitFor();
    await task(page, 'Branch').waitFor();
    await page.getByRole('button', { name: 'Go on editing' }).click();
    await page.getByRole('button', { name: 'Save version' }).click();
    await page.getByRole('textbox', { name: 'What was changed, and why' }).fill('mine');
    await page.keyboard.press('Control+Enter');
    const dialog = page.getByRole('dialog', { name: 'Somebody saved first' });
    await dialog.getByRole('heading', { name: /^Version 2 · / }).waitFor();
    await dialog.getByText('Formula').waitFor();
    await dialog.getByText('Branch').waitFor();
    assert.equal((await backend.call('playbook.show', { id: ID })).version, 2, 'nothing was saved over it');
    assert.deepEqual(page.errors.splice(0), ['Failed to load resource: the server responded with a status of 409 (Conflict)']);
    await dialog.getByRole('button', { name: 'Go on from version 2' }).click();
    await task(page, 'Branch').waitFor({ state: 'detached' });
    await canvas(page).getByText('"theirs"').waitFor();
    await page.keyboard.press('Control+z');
    await task(page, 'Branch').waitFor();
    await page.keyboard.press('Control+y');
    await task(page, 'Branch').waitFor({ state: 'detached' });
  });

  await t.test('it runs, and its end is seen on the live canvas', async () => {
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('dialog', { name: 'Run the playbook' }).getByRole('button', { name: 'Run' }).click();
    await page.waitForURL(/#\/executions\/\d+$/);
    const id = Number(page.url().split('/').at(-1));
    await page.getByRole('group', { name: /^Formula, Formula, Done/ }).waitFor();
    await page.getByRole('group', { name: /^Wait, Wait, Done/ }).waitFor();
    const { summary, variables } = await backend.call('execution.show', { id });
    assert.deepEqual([summary.playbook, summary.version, summary.status, variables.answer], [ID, 2, 'done', 'theirs']);
  });
});
