// What the designer's specs share: a drawing that opens at once, names for what is on the canvas, and gestures as a hand makes them.
import assert from 'node:assert/strict';

import { until } from '../support.mjs';
import { openPage } from './harness.mjs';

/** Returns a document: tasks by id, links written as arrows (`a>b`, `if:true>b`), places in the same order. */
export function drawing(id, tasks, arrows, places = {}, more = {}) {
  const links = arrows
    .split(/\s+/)
    .filter(Boolean)
    .map((arrow) => {
      const [, from, outcome, to] = /^(\w+)(?::(\w+))?>(\w+)$/.exec(arrow);
      return outcome ? { from, outcome, to } : { from, to };
    });
  const { notes, ...rest } = more;
  return {
    format: 1,
    id,
    name: { ko: `${id} 도면`, en: `Drawing ${id}` },
    tasks,
    links,
    layout: { tasks: Object.fromEntries(Object.entries(places).map(([task, [x, y]]) => [task, { x, y }])), ...(notes ? { notes } : {}) },
    ...rest,
  };
}

/** A task that waits, named after its id. */
export const wait = (name, more = {}) => ({ type: 'wait', name: { ko: `${name} 대기`, en: name }, seconds: 1, ...more });

/** Keeps a document as a draft and opens it in the designer. */
export async function openDrawing(t, backend, document, options = {}) {
  await backend.call('playbook.save_draft', { id: document.id, document, base: 0 });
  return openPlaybook(t, backend, document.id, options);
}

/** Opens a playbook that is there in the designer. */
export async function openPlaybook(t, backend, id, options = {}) {
  const page = await openPage(t, backend, { path: `/playbooks/${id}`, ...options });
  page.setDefaultTimeout(15_000);
  await page.locator('.react-flow__node').first().waitFor();
  // A page that still fits its view would move under the pointer.
  await still(page);
  return page;
}

/** Waits until the canvas has not moved for some frames: fitting begins a frame or two after it is asked for. */
export async function still(page) {
  await page.waitForFunction(
    () =>
      new Promise((done) => {
        const view = () => document.querySelector('.react-flow__viewport')?.style.transform;
        const before = view();
        const isMoving = () => document.querySelector('.canvas[data-moving]') !== null;
        const look = (frames) => (frames === 0 || view() !== before ? done(before !== undefined && view() === before && !isMoving()) : requestAnimationFrame(() => look(frames - 1)));
        look(6);
      }),
  );
}

export const canvas = (page) => page.locator('section[data-keys="canvas"]');
export const node = (page, id) => page.locator(`.react-flow__node[data-id="${id}"]`);
export const point = (page, id, outcome) => page.locator(`.react-flow__node[data-id="${id}"] .react-flow__handle[data-handleid="${outcome}"]`);
export const tool = (page, name) => page.locator('[role="toolbar"]').getByRole('button', { name, exact: true });
export const properties = (page) => page.getByRole('complementary');

export async function boxOf(locator) {
  const box = await locator.boundingBox();
  assert.ok(box, `${locator} is on the screen`);
  return box;
}

export async function middleOf(locator) {
  const box = await boxOf(locator);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Presses on one place, moves the pointer to another in steps as a hand does, and runs `before` the button is let go. */
export async function drag(page, from, to, before = async () => {}) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 6 });
  await page.mouse.move(to.x, to.y, { steps: 6 });
  try {
    await before();
  } finally {
    await page.mouse.up();
  }
}

/** Puts everything into sight, with nothing selected and nothing above the canvas. */
export async function overview(page) {
  await page.keyboard.press('Escape');
  await tool(page, /^(Fit to screen|화면에 맞춤)$/).click();
  await still(page);
}

/** Draws a link from a connection point to a task. */
export async function link(page, from, outcome, to, before) {
  await drag(page, await middleOf(point(page, from, outcome)), await middleOf(node(page, to)), before);
}

/** A place on a link's curve on the screen, so far along it in its own units; negative from its end. */
async function onLink(page, name, along) {
  return page.getByRole('img', { name, exact: true }).locator('.link-line').evaluate((path, far) => {
    const length = path.getTotalLength();
    const at = path.getPointAtLength(far === undefined ? length / 2 : (length + far) % length);
    const { x, y } = new DOMPoint(at.x, at.y).matrixTransform(path.getScreenCTM());
    return { x, y };
  }, along);
}

export const middleOfLink = (page, name) => onLink(page, name);
export const endOfLink = (page, name) => onLink(page, name, -3);

/** Clicks tasks one after the other, the later ones in addition. */
export async function select(page, ...ids) {
  const [first, ...others] = ids;
  await node(page, first).click({ position: { x: 20, y: 12 } });
  for (const id of others) await clickWith(page, 'Shift', id);
}

/** Clicks a task while a key is held, as a hand does: the key first, and for longer than a frame. */
export async function clickWith(page, key, id) {
  await page.keyboard.down(key);
  await still(page);
  await node(page, id).click({ position: { x: 20, y: 12 } });
  await page.keyboard.up(key);
  await still(page);
}

/** The ids of the selected tasks, sorted. */
export async function selected(page) {
  return page.$$eval('.react-flow__node-task.selected', (nodes) => nodes.map((each) => each.dataset.id).sort());
}

/** The document as the backend keeps it: the draft, else the saved version. */
export async function kept(backend, id) {
  const detail = await backend.call('playbook.show', { id });
  return detail.draft?.document ?? detail.document;
}

/** Waits until what the backend keeps is as told, and returns it. */
export async function untilKept(backend, id, what, holds) {
  let last;
  return until(what, async () => {
    last = await kept(backend, id);
    return holds(last) && last;
  }).catch((error) => {
    throw new Error(`${error.message}\n${JSON.stringify(last)?.slice(0, 4_000)}`, { cause: error });
  });
}

/** The links of a document as arrows, in its order. */
export const arrows = ({ links }) => links.map(({ from, outcome, to }) => `${from}${outcome && outcome !== 'done' ? `:${outcome}` : ''}>${to}`).join(' ');

export const place = ({ layout }, id) => [layout.tasks[id].x, layout.tasks[id].y];

/** What the toolbar would undo. */
export async function undoes(page) {
  return (await tool(page, /^(Undo|되돌리기)/).first().getAttribute('aria-label')).replace(/^(Undo|되돌리기)(: )?/, '');
}
