// What is shown by a shorter way looks as if it had taken the long one: prints while the view moves, and what a key moves in its own frame.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { boxOf, canvas, drag, drawing, middleOf, node, openDrawing, select, still, wait } from './designer.mjs';
import { openPage, startBackend } from './harness.mjs';

const ID = 'moving';
const TYPES = [
  { type: 'action', app: 'virustotal', command: 'ip-report', parameters: { ip: '{{ ticket.external_ip }}' } },
  { type: 'branch', condition: 'score >= 5' },
  { type: 'formula', variable: 'score', expression: '1 + 1' },
  { type: 'approval', question: { ko: '차단할까요?', en: 'Block it?' }, deadline: '30m' },
  { type: 'wait', seconds: 5, join: 'any' },
  { type: 'wait', seconds: 5, enabled: false },
];

/** Tasks of many kinds, with long names, links of several outcomes, a note and a frame behind them: more than the page holds. */
function varied() {
  const tasks = {};
  const places = {};
  const links = ['start>t0'];
  for (let index = 0; index < 240; index++) {
    const kind = TYPES[index % TYPES.length];
    const name = index % 7 === 0 ? `Look up everything that is known about address ${index} of the host` : `Task ${index}`;
    tasks[`t${index}`] = { ...kind, name: { ko: `태스크 ${index} 평판 조회`, en: name } };
    places[`t${index}`] = [(index % 24) * 232, Math.floor(index / 24) * 96];
    const outcome = { branch: ':true', approval: ':approved' }[kind.type] ?? '';
    if (index + 1 < 240) links.push(`t${index}${outcome}>t${index + 1}`);
    if (index % 3 === 0 && index + 24 < 240) links.push(`t${index}${{ branch: ':false', approval: ':rejected' }[kind.type] ?? ':failed'}>t${index + 24}`);
  }
  return drawing(ID, tasks, links.join(' '), places, {
    notes: [
      { text: 'Reputation of addresses', kind: 'frame', x: 440, y: 80, width: 720, height: 300 },
      { text: 'Ask the network team first', x: 260, y: 200, width: 150, height: 60 },
    ],
  });
}

/** Twenty tasks close together, all of which are in view at their full size when they are fitted. */
function few() {
  const ids = Array.from({ length: 20 }, (_, index) => `t${index}`);
  const links = ids.map((id, index) => `${index === 0 ? 'start' : ids[index - 1]}>${id}`);
  return drawing(ID, Object.fromEntries(ids.map((id) => [id, wait(id)])), links.join(' '), Object.fromEntries(ids.map((id, index) => [id, [(index % 4) * 240, Math.floor(index / 4) * 96]])));
}

/** Lets the view move in every frame and stand where it is all the same, and takes its picture; then lets it rest and takes another. */
async function pictures(page, gesture, clip) {
  // A page whose picture is taken draws no frames of its own meanwhile, so that a clock has to do.
  await page.evaluate((name) => {
    let at = { x: 0, y: 0 };
    window.addEventListener('mousemove', (event) => event.isTrusted && (at = { x: event.clientX, y: event.clientY }));
    const by = (distance) =>
      name === 'drag'
        ? window.dispatchEvent(new MouseEvent('mousemove', { bubbles: true, view: window, clientX: at.x + distance, clientY: at.y, buttons: 1 }))
        : document.querySelector('.react-flow__pane').dispatchEvent(new WheelEvent('wheel', { bubbles: true, cancelable: true, view: window, clientX: at.x, clientY: at.y, deltaY: distance === 0 ? -1 : 1 }));
    window.swaying = setInterval(() => [1, 0].map(by), 10);
  }, gesture);
  const box = await boxOf(canvas(page));
  await page.mouse.move(box.x + 300, box.y + 30);
  if (gesture === 'drag') {
    await page.mouse.down();
    await page.mouse.move(box.x + 340, box.y + 60, { steps: 4 });
  } else {
    await page.locator('.canvas[data-moving]').waitFor();
    await page.mouse.wheel(0, -60);
  }
  await page.locator('.canvas[data-moving]').waitFor();
  const moving = await page.screenshot({ clip });
  assert.equal(await page.locator('.canvas[data-moving]').count(), 1, 'the view still moves');
  await page.evaluate(() => clearInterval(window.swaying));
  await still(page);
  const resting = await page.screenshot({ clip });
  await page.mouse.up();
  return [moving, resting];
}

/** Returns which part of what is drawn differs clearly between two pictures; where on its pixel a letter begins makes no difference. */
const difference = (page, one, other) =>
  page.evaluate(
    async (pictures) => {
      const [COARSE, FAR] = [8, 24];
      const [one, other] = await Promise.all(
        pictures.map(async (base64) => {
          const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (each) => each.charCodeAt(0))], { type: 'image/png' }));
          const [width, height] = [Math.floor(bitmap.width / COARSE), Math.floor(bitmap.height / COARSE)];
          const sheet = new OffscreenCanvas(width, height).getContext('2d');
          sheet.imageSmoothingQuality = 'high';
          sheet.drawImage(bitmap, 0, 0, width, height);
          return sheet.getImageData(0, 0, width, height).data;
        }),
      );
      let [differ, drawn] = [0, 0];
      const far = (index, than) => Math.max(...[0, 1, 2].map((channel) => Math.abs(one[index + channel] - than[channel])));
      const ground = other.subarray(0, 3);
      for (let index = 0; index < one.length; index += 4) {
        if (far(index, other.subarray(index, index + 3)) > FAR) differ++;
        if (far(index, ground) > FAR) drawn++;
      }
      return differ / drawn;
    },
    [one, other].map((picture) => picture.toString('base64')),
  );

for (const [gesture, colorScheme] of [['drag', 'light'], ['drag', 'dark'], ['zoom', 'light']])
  test(`a moving view looks as it does at rest: ${gesture}, ${colorScheme}`, async (t) => {
    const backend = await startBackend(t);
    const page = await openDrawing(t, backend, varied(), { colorScheme });
    await select(page, 't26');
    const box = await boxOf(canvas(page));
    const clip = { x: box.x + 1, y: box.y + 1, width: Math.min(box.width, 900), height: Math.min(box.height - 2, 560) };
    const part = await difference(page, ...(await pictures(page, gesture, clip)));
    // A print that is enlarged is a little softer than the task.
    assert.ok(part < (gesture === 'zoom' ? 0.08 : 0.01), `${(part * 100).toFixed(1)} % of what is drawn differs`);
    assert.ok(await node(page, 't26').isVisible());
  });

test('a task that has changed since the view moved is printed anew', async (t) => {
  const backend = await startBackend(t);
  const page = await openDrawing(t, backend, varied());
  const { x, y } = await middleOf(canvas(page));
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, -10);
  await page.locator('.canvas[data-moving]').waitFor();
  await still(page);
  await node(page, 't26').click();
  await page.locator('.react-flow__node.selected[data-id="t26"]').waitFor();
  await still(page);
  const clip = await boxOf(node(page, 't26'));
  const part = await difference(page, ...(await pictures(page, 'drag', clip)));
  assert.ok(part < 0.05, `${(part * 100).toFixed(1)} % of what is drawn differs`);
});

for (const [size, document] of [['large', varied()], ['small', drawing(ID, { t24: wait('one'), t26: wait('two'), t27: TYPES[3] }, 'start>t24 t24>t26 t26>t27 t24:failed>t27', { t24: [0, 0], t26: [300, 0], t27: [600, 90] })]])
  test(`what a key moves is seen in the frame of that key, as it is drawn afterwards: a ${size} drawing`, async (t) => {
    const backend = await startBackend(t);
    const page = await openDrawing(t, backend, document);
    // The list of problems takes room from the canvas when it comes: a task that is aimed at before stands elsewhere then.
    await page.getByText(/^\d+ (error|warning)s$/).first().waitFor();
    await still(page);
    const from = await middleOf(node(page, 't26').locator('.task-name'));
    await drag(page, from, { x: from.x + 64, y: from.y + 48 });
    await page.getByRole('button', { name: /^Undo: Move/ }).waitFor();
    await still(page);
    // Where the tasks stand and how the links go: as it was, at the end of the key, and when everything has been told.
    const seen = await page.evaluate(async () => {
      const look = () =>
        [
          ...[...document.querySelectorAll('.react-flow__node')].map((each) => [each.dataset.id, each.style.transform]),
          ...[...document.querySelectorAll('.react-flow__edge')].map((each) => [
            each.dataset.id,
            ...[...each.querySelectorAll('path')].map((path) => path.getAttribute('d')),
            each.closest('svg').getAttribute('viewBox'),
            each.closest('svg').style.cssText,
          ]),
        ].map(String);
      const settled = async () => {
        for (let frames = 0; frames < 6; frames++) await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      };
      const press = (code) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, code, key: code, ctrlKey: true }));
      const moved = look();
      press('KeyZ');
      const inFrame = look();
      await settled();
      const back = look();
      // Two that follow each other at once, of which the second leads to what the page knew before the first.
      press('KeyY');
      press('KeyZ');
      await settled();
      const again = look();
      return { moved, inFrame, back, again };
    });
    const changed = (one, other) => one.filter((each, index) => each !== other[index]).map((each) => each.split(',')[0]);
    assert.deepEqual(changed(seen.inFrame, seen.back), [], 'nothing changes after the frame of the key');
    assert.deepEqual(changed(seen.again, seen.back), []);
    const differ = changed(seen.moved, seen.back);
    assert.ok(differ.includes('t26') && differ.length >= 3, `the task and its links have moved: ${differ}`);
  });

// WebKit paints the whole drawing of a link anew when a part of it changes: one that reaches from the origin of the plane costs a frame.
for (const [size, document] of [['large', varied()], ['small', few()]])
  test(`what is painted anew for a link is the link and no more: a ${size} drawing`, async (t) => {
    const backend = await startBackend(t);
    const page = await openDrawing(t, backend, document);
    await still(page);
    const unlike = () =>
      page.evaluate(() => {
        const zoom = document.querySelector('.react-flow__viewport').getBoundingClientRect().width / document.querySelector('.react-flow__viewport').offsetWidth;
        const far = [];
        const drawings = [...document.querySelectorAll('.react-flow__edges > svg')];
        for (const drawing of drawings) {
          const frame = drawing.getBoundingClientRect();
          const parts = [...drawing.querySelectorAll('.link path')].map((path) => path.getBoundingClientRect());
          const box = { left: Math.min(...parts.map(({ left }) => left)), top: Math.min(...parts.map(({ top }) => top)), right: Math.max(...parts.map(({ right }) => right)), bottom: Math.max(...parts.map(({ bottom }) => bottom)) };
          const beside = { left: box.left - frame.left, top: box.top - frame.top, right: frame.right - box.right, bottom: frame.bottom - box.bottom };
          // A link that leads back leans out farther than it reaches.
          const most = { left: 180, top: 40, right: 180, bottom: 40 };
          for (const side of Object.keys(beside)) if (beside[side] < 0 || beside[side] > most[side] * zoom) far.push([drawing.querySelector('.react-flow__edge').dataset.id, side, beside[side]].join(' '));
        }
        return { count: drawings.length, far };
      });
    const before = await unlike();
    assert.ok(before.count > 10, `${before.count} links`);
    assert.deepEqual(before.far, []);
    const from = await middleOf(node(page, 't5').locator('.task-name'));
    await drag(page, from, { x: from.x - 130, y: from.y + 90 });
    await page.getByRole('button', { name: /^Undo: Move/ }).waitFor();
    assert.deepEqual((await unlike()).far, [], 'after a move');
  });

for (const [size, document] of [['large', varied()], ['small', few()]])
  test(`a drawing that opens is placed, not moved: a ${size} drawing`, async (t) => {
    const backend = await startBackend(t);
    await backend.call('playbook.save_draft', { id: ID, document, base: 0 });
    const page = await openPage(t, backend, { path: '/playbooks' });
    // A move is begun with prints of all that is in view, which takes as long as to open the drawing.
    await page.evaluate((id) => {
      window.moves = 0;
      const watcher = new MutationObserver((changes) => {
        window.moves += changes.filter(({ target }) => target.dataset.moving === 'true').length;
      });
      watcher.observe(document, { subtree: true, attributes: true, attributeFilter: ['data-moving'] });
      // Where the view stands in each frame that shows tasks.
      window.views = [];
      const look = () => {
        const view = document.querySelector('.react-flow__node-task') && document.querySelector('.react-flow__viewport').style.transform;
        if (view && view !== window.views.at(-1)) window.views.push(view);
        window.looking = requestAnimationFrame(look);
      };
      look();
      window.location.hash = `#/playbooks/${id}`;
    }, ID);
    await node(page, 't0').waitFor();
    await still(page);
    assert.equal(await page.evaluate(() => window.moves), 0);
    const views = await page.evaluate(() => (cancelAnimationFrame(window.looking), window.views));
    assert.equal(views.length, 1, `the first picture is where it stays: ${views}`);
    const { x, y } = await middleOf(canvas(page));
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -60);
    await page.waitForFunction(() => window.moves > 0);
  });

test('a drawing that is not large opens fitted to the screen', async (t) => {
  const backend = await startBackend(t);
  const page = await openDrawing(t, backend, drawing(ID, { near: wait('Near'), far: wait('Far'), deep: wait('Deep') }, 'start>near near>far far>deep', { near: [0, 0], far: [2600, 0], deep: [2600, 900] }));
  const view = await boxOf(canvas(page));
  for (const id of ['start', 'near', 'far', 'deep']) {
    const box = await boxOf(node(page, id));
    assert.ok(box.x >= view.x && box.x + box.width <= view.x + view.width && box.y >= view.y && box.y + box.height <= view.y + view.height, `${id} is in sight`);
  }
});
