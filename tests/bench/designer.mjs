// Measures the designer's canvas: `cargo xtask bench designer`, in Chromium and in the real window (on a screen of its own).
// Prints a line of JSON per figure, with its target where it has one. The playbooks are made through the API, so that nothing of this is in the program.
import { pathToFileURL } from 'node:url';

import { atEnd } from '../support.mjs';
import { startBackend } from '../browser/harness.mjs';
import { tellMachine, watchMachine } from './machine.mjs';

/** So many tasks stand in one row of the drawing; they stand close, so that a window shows as many as it can at 100 %. */
const ROW = 40;

/** Returns a playbook of `count` tasks with about one and a half times as many links. */
export function playbook(id, count) {
  const types = [
    { type: 'action', app: 'virustotal', command: 'ip-report', parameters: { ip: '{{ ticket.external_ip }}' } },
    { type: 'branch', condition: 'score >= 5' },
    { type: 'formula', variable: 'score', expression: '1 + 1' },
    { type: 'approval', question: { ko: '차단할까요?', en: 'Block it?' }, deadline: '30m' },
    { type: 'wait', seconds: 5 },
  ];
  const usual = { branch: 'true', approval: 'approved' };
  const other = { branch: 'false', approval: 'rejected' };
  const tasks = {};
  const places = {};
  const links = [{ from: 'start', to: 't0' }];
  for (let index = 0; index < count; index++) {
    const kind = types[index % types.length];
    tasks[`t${index}`] = { ...kind, name: { ko: `태스크 ${index} 평판 조회`, en: `Task ${index} look up` } };
    places[`t${index}`] = { x: (index % ROW) * 232, y: Math.floor(index / ROW) * 80 };
    const outcome = (words) => (words[kind.type] ? { outcome: words[kind.type] } : {});
    if (index + 1 < count) links.push({ from: `t${index}`, ...outcome(usual), to: `t${index + 1}` });
    if (index % 2 === 0 && index + ROW < count) links.push({ from: `t${index}`, ...(other[kind.type] ? { outcome: other[kind.type] } : { outcome: 'failed' }), to: `t${index + ROW}` });
  }
  return { format: 1, id, name: { ko: `${count}개`, en: `${count} tasks` }, tasks, links, layout: { tasks: places } };
}

/** Runs in the page: measures one playbook and returns the figures. It moves the pointer with events of its own, one a frame. */
export async function measure(id, heavy) {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const until = async (what, holds, patience = 60_000) => {
    const end = performance.now() + patience;
    while (!holds()) {
      if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
      await frame();
    }
  };
  const find = (selector) => document.querySelector(selector);
  const middle = (element) => {
    const box = element.getBoundingClientRect();
    return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  };
  const send = (target, type, { x, y }, more = {}) => target.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, view: window, clientX: x, clientY: y, button: 0, buttons: 1, ...more }));
  const point = (target, type, at) => target.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, view: window, clientX: at.x, clientY: at.y, button: 0, buttons: 1, pointerId: 1, isPrimary: true, pointerType: 'mouse' }));
  const key = (code, more = {}) => (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, code, key: code, ...more }));
  /** Frames a second over `frames` frames, and the slowest of them in milliseconds. */
  const frames = async (count, step) => {
    await frame();
    const start = performance.now();
    let slowest = 0;
    let last = start;
    for (let index = 0; index < count; index++) {
      step(index);
      const now = await frame();
      slowest = Math.max(slowest, now - last);
      last = now;
    }
    return { rate: (count * 1000) / (performance.now() - start), slowest };
  };
  /** Draws something from where it stands over the canvas, there and back again. */
  const dragged = async (target, count, reach) => {
    const at = middle(target);
    point(target, 'pointerdown', at);
    send(target, 'mousedown', at);
    const result = await frames(count, (index) => {
      const turn = (index / count) * 4 * Math.PI;
      const to = { x: at.x + Math.sin(turn) * reach, y: at.y + (1 - Math.cos(turn)) * reach * 0.5 };
      point(target, 'pointermove', to);
      send(window, 'mousemove', to);
    });
    send(window, 'mouseup', at, { buttons: 0 });
    await frame();
    return result;
  };
  const wheel = (count) => {
    const pane = find('.react-flow__pane');
    const at = middle(pane);
    return frames(count, (index) => pane.dispatchEvent(new WheelEvent('wheel', { bubbles: true, cancelable: true, view: window, clientX: at.x, clientY: at.y, deltaY: Math.floor(index / 12) % 2 === 0 ? 12 : -12 })));
  };
  const seen = () => {
    const box = find('.react-flow').getBoundingClientRect();
    return [...document.querySelectorAll('.react-flow__node-task')].filter((node) => {
      const own = node.getBoundingClientRect();
      return own.right > box.left && own.left < box.right && own.bottom > box.top && own.top < box.bottom;
    }).length;
  };

  /** The figure in the middle of three, so that one disturbed run tells nothing. */
  const median = async (run) => {
    const all = [];
    for (let turn = 0; turn < 3; turn++) {
      all.push(await run());
      await pause(250);
    }
    return all.sort((one, other) => one.rate - other.rate)[1];
  };
  /** Draws the canvas along, so that what stands right and below comes into view. */
  const moveOn = async (across, down) => {
    const pane = find('.react-flow__pane');
    const at = middle(pane);
    point(pane, 'pointerdown', at);
    send(pane, 'mousedown', at);
    for (let step = 1; step <= 10; step++) {
      const to = { x: at.x - (across * step) / 10, y: at.y - (down * step) / 10 };
      point(pane, 'pointermove', to);
      send(window, 'mousemove', to);
      await frame();
    }
    send(window, 'mouseup', { x: at.x - across, y: at.y - down }, { buttons: 0 });
    await pause(400);
  };

  // From the list of playbooks, as somebody opens one.
  location.hash = '#/playbooks';
  await until('the list of playbooks shows', () => !find('.react-flow') && find('main'));
  await pause(1_000);
  const figures = {};
  const opened = performance.now();
  location.hash = `#/playbooks/${id}`;
  await until('a task is drawn', () => find('.react-flow__node-task'));
  await frame();
  await frame();
  figures.open = performance.now() - opened;
  await pause(1_500);

  const idle = await frames(60, () => {});
  figures.idle = idle.rate;

  find('section[data-keys="canvas"]').focus();
  key('Digit0');
  await pause(400);
  // The drawing begins in the middle of the window: where it fills the window some 40 tasks are in view.
  await moveOn(400, 350);
  await moveOn(400, 350);
  figures.inView = seen();
  const pane = find('.react-flow__pane');
  const panned = await median(() => dragged(pane, heavy ? 60 : 180, 300));
  figures.pan = panned.rate;
  figures.panSlowest = panned.slowest;
  figures.zoom = (await median(() => wheel(heavy ? 48 : 96))).rate;
  key('Digit0');
  await pause(400);
  const task = document.elementsFromPoint(middle(pane).x, middle(pane).y).map((each) => each.closest('.react-flow__node-task')).find(Boolean)
    ?? [...document.querySelectorAll('.react-flow__node-task')].find((node) => node.getBoundingClientRect().left > pane.getBoundingClientRect().left + 40 && node.getBoundingClientRect().top > pane.getBoundingClientRect().top + 40);
  const drag = await dragged(task.querySelector('.task-name') ?? task, heavy ? 60 : 180, 120);
  figures.drag = drag.rate;
  figures.dragSlowest = drag.slowest;
  await pause(300);

  // The task is moved by one step, which is undone and redone. The time runs from the key press, at the beginning of a frame, to the end of
  // that frame: what the key does, style, layout and painting, without the wait for the clock of the screen. The task must have moved in it.
  const handle = task.querySelector('.task-name') ?? task;
  const from = middle(handle);
  const moved = task.getAttribute('data-id');
  point(handle, 'pointerdown', from);
  send(handle, 'mousedown', from);
  for (let step = 1; step <= 8; step++) {
    const to = { x: from.x + step * 8, y: from.y + step * 4 };
    point(handle, 'pointermove', to);
    send(window, 'mousemove', to);
    await frame();
  }
  send(window, 'mouseup', { x: from.x + 64, y: from.y + 32 }, { buttons: 0 });
  await pause(1_500);
  const standing = () => find(`.react-flow__node[data-id="${moved}"]`).style.transform;
  const times = [];
  for (let turn = 0; turn < 20; turn++) {
    await frame();
    const stood = standing();
    const before = performance.now();
    key(turn % 2 === 0 ? 'KeyZ' : 'KeyY', { ctrlKey: true });
    // A timer, because it is due when the frame that began with the key is painted; WebKit sends a message by way of another process.
    await new Promise((done) => setTimeout(done));
    times.push(performance.now() - before);
    if (standing() === stood) throw new Error('an undo was not drawn in the frame of its key press');
    await pause(700);
  }
  figures.undo = times.sort((a, b) => a - b)[Math.floor(times.length / 2)];

  key('Digit1');
  await pause(800);
  // Fitted, most tasks are part of a picture and no nodes.
  figures.inFit = seen();
  figures.picture = find('.far-layer') !== null;
  const fit = await dragged(find('.react-flow__pane'), heavy ? 30 : 60, 200);
  figures.fit = fit.rate;
  return figures;
}

const NAMES = {
  open: ['open to drawn', 'ms'],
  idle: ['frames with nothing to do', 'frames/s'],
  pan: ['pan at 100 %', 'frames/s'],
  panSlowest: ['slowest frame of the pan', 'ms'],
  zoom: ['zoom by wheel around 100 %', 'frames/s'],
  drag: ['drag one task', 'frames/s'],
  dragSlowest: ['slowest frame of the drag', 'ms'],
  undo: ['undo, key press to painted, median', 'ms'],
  fit: ['pan fitted to the screen', 'frames/s'],
};

/** What a drawing of a thousand tasks has to reach; a drag and a pan as frames of a second. */
const TARGETS = { open: ['≤', 500], pan: ['≥', 55], zoom: ['≥', 55], drag: ['≥', 50], undo: ['≤', 16], fit: ['≥', 20] };

function print(where, tasks, figures) {
  for (const [name, [measure, unit]] of Object.entries(NAMES)) {
    const note = name === 'pan' ? `${where}, ${tasks} tasks, ${figures.inView} in view` : name === 'fit' ? `${where}, ${tasks} tasks, ${figures.picture ? 'drawn as a picture' : `${figures.inFit} in view`}` : `${where}, ${tasks} tasks`;
    const [sign, target] = (tasks === 1000 && TARGETS[name]) || [];
    const goal = sign && { sign, target, met: sign === '≤' ? figures[name] <= target : figures[name] >= target };
    console.log(JSON.stringify({ measure: `${measure} (${where}, ${tasks} tasks)`, value: figures[name], unit, note, ...goal }));
  }
}

/** What a test would give: something that `atEnd` can hang the end of things on. */
function run() {
  const endings = [];
  return { name: 'bench', after: (work) => endings.push(work), end: async () => { for (const work of endings.reverse()) await work(); } };
}

const SIZES = (process.env.HAETAE_BENCH_TASKS ?? '1000,5000').split(',').map(Number);

async function inChromium() {
  const t = run();
  try {
    const backend = await startBackend(t);
    for (const size of SIZES) await backend.call('playbook.save', { document: playbook(`bench-${size}`, size), base: 0, comment: 'bench' });
    const { chromium } = await import('playwright-core');
    const browser = await chromium.launch({ executablePath: process.env.HAETAE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
    atEnd(t, () => browser.close());
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })).newPage();
    await page.goto(`${backend.url}/#token=${backend.token}`);
    await page.waitForFunction(() => !location.hash.includes('token='));
    await page.evaluate((source) => { window.measure = new Function(`return (${source})`)(); }, measure.toString());
    for (const size of SIZES) {
      const taken = watchMachine();
      print('Chromium', size, await page.evaluate(([id, heavy]) => window.measure(id, heavy), [`bench-${size}`, size > 2000]));
      tellMachine(`Chromium, ${size} tasks`, taken());
    }
  } finally {
    await t.end();
  }
}

async function inWindow() {
  const { call, openWindow } = await import('../window/harness.mjs');
  const t = run();
  try {
    const window = await openWindow(t, { name: 'bench' });
    await window.see('nav');
    await window.driver.manage().setTimeouts({ script: 600_000 });
    for (const size of SIZES) await call(window, 'playbook.save', { document: playbook(`bench-${size}`, size), base: 0, comment: 'bench' });
    for (const size of SIZES) {
      const taken = watchMachine();
      const answer = await window.driver.executeAsyncScript(
        `const [id, heavy, done] = arguments;
         (${measure.toString()})(id, heavy).then((figures) => done({ figures }), (error) => done({ error: String(error && error.stack || error) }));`,
        `bench-${size}`,
        size > 2000,
      );
      if (answer.error) throw new Error(answer.error);
      print('window', size, answer.figures);
      tellMachine(`window, ${size} tasks`, taken());
    }
  } finally {
    await t.end();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const only = process.argv[2];
  if (only !== 'window') await inChromium();
  if (only !== 'chromium') {
    if (process.platform === 'linux' && process.env.DISPLAY) await inWindow();
    else console.log('The real window is measured on Linux with a screen only.');
  }
}
