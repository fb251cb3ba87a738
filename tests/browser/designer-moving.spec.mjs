// While the view of a large drawing moves, prints of the tasks are shown instead of them: nobody may see a difference.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { boxOf, canvas, drawing, node, openDrawing, select, still, wait } from './designer.mjs';
import { startBackend } from './harness.mjs';

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
