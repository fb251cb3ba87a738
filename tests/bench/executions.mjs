// Measures the execution viewer in Chromium over the real backend, and its opening in the real window: `cargo xtask bench executions`.
// Prints a line of JSON per figure: {"measure", "value", "unit", "note"} and for one with a target "sign", "target" and "met".
//
//   HAETAE_BINARY=… HAETAE_GENERATOR=…/examples/bench_record node tests/bench/executions.mjs [open] [window] [live] [loop] [list]
//
// HAETAE_BENCH_DATA names a data directory that was generated before.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { atEnd, temporaryFolder, until } from '../support.mjs';
import { startBackend } from '../browser/harness.mjs';
import { tellMachine, watchMachine } from './machine.mjs';

/** The execution: so many chains of so many tasks, and so many items of a loop. */
const CHAINS = Number(process.env.HAETAE_BENCH_CHAINS ?? 100);
const LENGTH = Number(process.env.HAETAE_BENCH_LENGTH ?? 100);
const ITEMS = Number(process.env.HAETAE_BENCH_ITEMS ?? 10_000);
/** A chain moves so often a second; all of them together somewhat more than two hundred times. */
const STEP_S = Number(process.env.HAETAE_BENCH_STEP ?? (CHAINS / 250).toFixed(3));
/** A large drawing opens at its start, which stands beside the middle of the chains. */
const MIDDLE = Math.floor(CHAINS / 2);
/** So long the wheel turns. */
const WHEELING_MS = 6_000;
const WIDTH = 240;
const HEIGHT = 96;

const wanted = process.argv.slice(2);
const asks = (part) => wanted.length === 0 || wanted.includes(part);

function figure(measure, value, unit, note, sign, target) {
  const judged = target === undefined ? {} : { sign, target, met: sign === '≤' ? value <= target : value >= target };
  process.stdout.write(`${JSON.stringify({ measure, value: Math.round(value * 10) / 10, unit, note, ...judged })}\n`);
}

const sorted = (times) => [...times].sort((a, b) => a - b);
const median = (times) => sorted(times)[Math.floor(times.length / 2)];
const worst = (times) => Math.max(...times);

/** Chains beside one another: every task but the first follows another, as in real playbooks. */
function chains(id, task) {
  const tasks = {};
  const links = [];
  const places = {};
  for (let chain = 0; chain < CHAINS; chain++)
    for (let step = 0; step < LENGTH; step++) {
      const name = `t${chain}_${step}`;
      tasks[name] = { name: { ko: `${chain}번 주소 ${step}단계`, en: `Address ${chain} step ${step}` }, ...task(chain, step) };
      links.push({ from: step === 0 ? 'start' : `t${chain}_${step - 1}`, to: name });
      places[name] = { x: 96 + step * WIDTH, y: 80 + chain * HEIGHT };
    }
  return { format: 1, id, name: { ko: id, en: id }, variables: [{ name: 'number', type: 'number' }], tasks, links, layout: { tasks: places } };
}

const LOOK = { format: 1, id: 'look', name: { en: 'look' }, inputs: [{ name: 'item', type: 'any' }], variables: [{ name: 'seen', type: 'any' }], tasks: { see: { type: 'formula', variable: 'seen', expression: 'item' } }, links: [{ from: 'start', to: 'see' }] };
const LOOP = {
  format: 1, id: 'loop', name: { en: 'loop' }, inputs: [{ name: 'items', type: 'list', required: true }],
  tasks: { each: { type: 'call', name: { en: 'Look at each' }, playbook: 'look', inputs: { item: '{{ item }}' }, each: { variable: 'item', in: 'items', concurrency: 50, on_failure: 'collect' } } },
  links: [{ from: 'start', to: 'each' }],
};

/** What a test would give: something that `atEnd` can hang the end of things on. */
function run() {
  const endings = [];
  return { name: 'bench', after: (work) => endings.push(work), end: async () => { for (const work of endings.reverse()) await work(); } };
}

/** Opens the program on a backend and waits until it shows its list of executions. */
async function browse(t, backend) {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath: process.env.HAETAE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  atEnd(t, () => browser.close());
  const page = await (await browser.newContext({ locale: 'en-US', viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })).newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => console.error(String(error)));
  await page.goto(`${backend.url}/#token=${backend.token}`);
  await page.waitForFunction(() => !location.hash.includes('token='));
  await goTo(page, '/executions');
  await page.getByRole('grid', { name: 'Executions' }).getByRole('row').nth(1).waitFor();
  return page;
}

const goTo = (page, path) => page.evaluate((path) => { location.hash = `#${path}`; }, path);

/** Runs in the page: how long it takes from an address until what it names is drawn and painted. */
async function openedThere(path, selector) {
  const begun = performance.now();
  location.hash = `#${path}`;
  while (!(document.querySelector(selector) && document.querySelector('main h1'))) await new Promise((done) => requestAnimationFrame(done));
  // Until it is painted.
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - begun;
}

const opened = (page, path, selector) => page.evaluate(`(${openedThere})(${JSON.stringify(path)}, ${JSON.stringify(selector)})`);

/** Goes to the list first, and waits until it rests. */
async function away(page, work) {
  await goTo(page, '/executions');
  await page.getByRole('grid', { name: 'Executions' }).waitFor();
  await pause(300);
  return work();
}

async function opening(page, what, ids, selector) {
  await opened(page, `/executions/${ids[0]}`, selector);
  const times = [];
  for (const id of ids.slice(1)) times.push(await away(page, () => opened(page, `/executions/${id}`, selector)));
  figure(`open ${what}: from the address to the picture`, median(times), 'ms', `median of ${times.length}; worst ${Math.round(worst(times))} ms`, '≤', 300);
}

async function answered(backend, operation, request, times = 9) {
  const took = [];
  for (let turn = 0; turn < times; turn++) {
    const begun = performance.now();
    const response = await fetch(`${backend.url}/api/${operation}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${backend.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(typeof request === 'function' ? request(turn) : request),
    });
    await response.arrayBuffer();
    took.push(performance.now() - begun);
  }
  return took;
}

const ended = (backend) => until('all have ended', async () => (await backend.call('execution.list', { status: ['queued', 'running'], limit: 1 })).total === 0, { timeout: 300_000, interval: 500 });

/** The first task of the middle chain, which is in sight when a large drawing opens. */
const FIRST = `.react-flow__node[data-id="t${MIDDLE}_0"]`;

/** Runs one playbook several times, and several others once: of the one the drawing is known, of the others it comes too. */
async function runs(backend) {
  const again = [];
  const others = [];
  const save = (id, by) => backend.call('playbook.save', { document: chains(id, (_, step) => ({ type: 'formula', variable: 'number', expression: `${step + by}` })), base: 0, comment: '' });
  const start = async (playbook) => (await backend.call('execution.start', { playbook })).summary.id;
  await save('still', 0);
  for (let round = 0; round < 8; round++) again.push(await start('still'));
  for (let round = 1; round <= 5; round++) {
    await save(`still${round}`, round);
    others.push(await start(`still${round}`));
  }
  await ended(backend);
  return { again, others };
}

const SIZE = `${CHAINS * LENGTH} task runs`;

function tellOpenings(where, others, again) {
  const [, ...rest] = others;
  figure(`open ${SIZE} of a playbook not seen before, from the address to the picture (${where})`, median(rest), 'ms', `median of ${rest.length}; worst ${Math.round(worst(rest))} ms, the first of all ${Math.round(others[0])} ms`, '≤', 300);
  figure(`open ${SIZE} of a playbook seen before (${where})`, median(again), 'ms', `median of ${again.length}; worst ${Math.round(worst(again))} ms`, '≤', 300);
}

async function open(t) {
  const backend = await startBackend(t);
  const { again, others } = await runs(backend);
  const reads = await answered(backend, 'execution.watch', { id: again[0] });
  figure(`${SIZE}: the answer of the backend`, median(reads), 'ms', `worst ${Math.round(worst(reads))} ms`);
  const page = await browse(t, backend);
  const taken = watchMachine();
  const times = [];
  for (const id of [...others, ...again]) times.push(await away(page, () => opened(page, `/executions/${id}`, FIRST)));
  tellMachine('Chromium', taken());
  tellOpenings('Chromium', times.slice(0, others.length), times.slice(others.length + 1));
}

/** The same in the real window, where there is a screen. */
async function window(t) {
  if (process.platform !== 'linux' || !process.env.DISPLAY) {
    console.error('The real window is measured on Linux with a screen only.');
    return;
  }
  const { openWindow } = await import('../window/harness.mjs');
  const data = join(await temporaryFolder(t), 'data');
  const filling = run();
  const { again, others } = await startBackend(filling, { data }).then(runs).finally(filling.end);
  const { driver, see } = await openWindow(t, { data, name: 'bench' });
  await see('nav');
  await driver.manage().setTimeouts({ script: 60_000 });
  const taken = watchMachine();
  const times = [];
  for (const id of [...others, ...again]) {
    await driver.executeScript("location.hash = '#/executions'");
    await see('[role="grid"] [role="row"]:nth-child(2)');
    await pause(300);
    const script = `const [path, selector, done] = arguments; (${openedThere.toString()})(path, selector).then(done);`;
    times.push(await driver.executeAsyncScript(script, `/executions/${id}`, FIRST));
  }
  tellMachine('window', taken());
  tellOpenings('window', times.slice(0, others.length), times.slice(others.length + 1));
}

async function live(t) {
  const backend = await startBackend(t);
  await backend.call('playbook.save', { document: chains('moving', () => ({ type: 'wait', seconds: STEP_S })), base: 0, comment: '' });
  const { id } = (await backend.call('execution.start', { playbook: 'moving' })).summary;
  const page = await browse(t, backend);
  await goTo(page, `/executions/${id}`);
  const first = page.locator(`.react-flow__node[data-id="t${MIDDLE}_0"]`);
  await first.waitFor();
  await until('it moves', async () => (await backend.call('execution.watch', { id })).sequence > 200, { timeout: 60_000 });
  const sequence = async () => (await backend.call('execution.log', { id })).entries.length;
  const before = { at: performance.now(), count: await sequence() };
  // In the page: how long it takes from a press until the card of the task is painted, without the way through the driver.
  const answers = [];
  for (let click = 0; click < 60; click++) {
    const chain = MIDDLE - 1 + (click % 3);
    const step = Math.floor(click / 3) % 3;
    const took = await page.evaluate(
      async ([task, name]) => {
        const target = document.querySelector(`.react-flow__node[data-id="${task}"] .task-name`);
        const begun = performance.now();
        for (const type of ['mousedown', 'mouseup', 'click']) target.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, view: window, button: 0 }));
        while (document.querySelector('aside')?.getAttribute('aria-label') !== name && performance.now() - begun < 5_000) await new Promise((done) => requestAnimationFrame(done));
        return performance.now() - begun;
      },
      [`t${chain}_${step}`, `Task: Address ${chain} step ${step}`],
    );
    if (took < 5_000) answers.push(took);
    await pause(150);
  }
  const rate = (await sequence() - before.count) / ((performance.now() - before.at) / 1000);
  figure('transitions a second while it was clicked', rate, '1/s', `${CHAINS * LENGTH} tasks, ${CHAINS} at once`, '≥', 200);
  figure('clicks answered of 60', answers.length, '', 'each opened the card of its task', '≥', 60);
  figure('a click is answered, median', median(answers), 'ms', `to the card of its task; worst ${Math.round(worst(answers))} ms`, '≤', 200);
  // How long after it happened the picture says so, and how long the page could not answer at all.
  const seen = await page.evaluate(async (tasks) => {
    const shown = {};
    let longest = 0;
    let last = performance.now();
    const end = last + 8_000;
    while (performance.now() < end) {
      await new Promise((done) => requestAnimationFrame(done));
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      for (const task of tasks) if (!(task in shown) && document.querySelector(`.react-flow__node[data-id="${task}"] .is-done`)) shown[task] = performance.timeOrigin + now;
    }
    return { shown, longest };
  }, await page.evaluate(() => [...document.querySelectorAll('.react-flow__node-task')].filter((node) => !node.querySelector('.is-done')).map((node) => node.dataset.id)));
  const late = [];
  for (const [task, at] of Object.entries(seen.shown)) late.push(at - Date.parse((await backend.call('execution.task', { id, task })).run.ended_at));
  if (late.length > 0) figure('from the end of a task to its picture, median', median(late), 'ms', `${late.length} tasks; worst ${Math.round(worst(late))} ms`, '≤', 1000);
  figure('longest frame meanwhile', seen.longest, 'ms', '8 s');
}

async function loop(t) {
  const backend = await startBackend(t);
  await backend.call('playbook.save', { document: LOOK, base: 0, comment: '' });
  await backend.call('playbook.save', { document: LOOP, base: 0, comment: '' });
  const begun = performance.now();
  const { id } = (await backend.call('execution.start', { playbook: 'loop', input: { items: Array.from({ length: ITEMS }, (_, item) => item) } })).summary;
  const page = await browse(t, backend);
  await goTo(page, `/executions/${id}`);
  await page.locator('.react-flow__node[data-id="each"]').waitFor();
  await until('the loop has ended', async () => (await backend.call('execution.watch', { id, after: 1_000_000_000 })).summary.status === 'done', { timeout: 600_000, interval: 1000 });
  figure(`a loop over ${ITEMS} items, watched`, (performance.now() - begun) / 1000, 's', `${Math.round(ITEMS / ((performance.now() - begun) / 1000))} executions/s`);
  await opening(page, `a loop of ${ITEMS} executions`, [id, id, id, id, id, id], '.react-flow__node[data-id="each"]');
  const begin = performance.now();
  await page.locator('.react-flow__node[data-id="each"]').click();
  await page.getByRole('complementary', { name: 'Task: Look at each' }).getByRole('listitem').nth(20).waitFor();
  figure('open the items of the loop', performance.now() - begin, 'ms', 'the card of its call');
}

/** Makes a data directory with a hundred thousand executions. */
async function generated(t) {
  const data = join(await temporaryFolder(t), 'data');
  const generator = process.env.HAETAE_GENERATOR;
  if (!generator) throw new Error('HAETAE_GENERATOR is not set: run `cargo xtask bench executions`');
  const begun = performance.now();
  await new Promise((done, fail) => {
    spawn(generator, [data], { stdio: ['ignore', 'inherit', 'inherit'] }).on('error', fail).on('close', (code) => (code === 0 ? done() : fail(new Error(`the generator ended with ${code}`))));
  });
  console.error(`generated in ${Math.round((performance.now() - begun) / 1000)} s`);
  return data;
}

async function list(t) {
  const data = process.env.HAETAE_BENCH_DATA ?? (await generated(t));
  const backend = await startBackend(t, { data });
  const { total } = await backend.call('execution.list', { limit: 1 });
  const address = (number) => `${11 + (number % 190)}.${Math.floor(number / 7) % 256}.${Math.floor(number / 190) % 256}.${number % 251}`;
  const searches = {
    'one address': (turn) => address(turn * 6_007),
    'a Korean word in a fifth of them': () => '인터넷',
    'a word in all of them': () => 'malicious',
    'two words': (turn) => `bulletproof ${address(turn * 5)}`,
    'words that are never together': (turn) => `bulletproof ${address(turn * 6_007 + 1).split('.').slice(0, 2).join('.')}.999`,
    'a part of a hash': (turn) => `${(0x9e3779b9 + turn).toString(16)}`,
    'nothing': (turn) => `nowhere-to-be-found-${turn}`,
  };
  const all = [];
  for (const [name, text] of Object.entries(searches)) {
    const times = await answered(backend, 'execution.list', (turn) => ({ search: text(turn), limit: 100 }), 21);
    all.push(...times.slice(1));
    figure(`search, ${name}`, median(times), 'ms', `through the door, ${total} executions; worst after the first ${Math.round(worst(times.slice(1)))} ms, the first ${Math.round(times[0])} ms`);
  }
  figure('search, the worst of all', worst(all), 'ms', `${all.length} searches`, '≤', 100);
  // Without any playbook the program would greet a newcomer. Data that was measured before has it already.
  await backend.call('playbook.save', { document: LOOK, base: 0, comment: '' }).catch((error) => {
    if (error.code !== 'PLAYBOOK-CONFLICT') throw error;
  });
  const page = await browse(t, backend);
  const typed = await page.evaluate(async () => {
    const begun = performance.now();
    location.hash = `#/executions?filter=${encodeURIComponent(JSON.stringify({ search: 'bulletproof' }))}`;
    while (!document.querySelector('[role="grid"] mark')) await new Promise((done) => requestAnimationFrame(done));
    return performance.now() - begun;
  });
  figure('search in the window, from the address to the marks', typed, 'ms', 'a word in a fifth of them');
  await goTo(page, '/executions');
  await page.getByRole('grid', { name: 'Executions' }).getByRole('row').nth(1).waitFor();
  await pause(500);
  // By the wheel, as a person does it: the frames are counted in the page, the wheel turns outside of it.
  const place = await page.getByRole('grid', { name: 'Executions' }).locator('..').boundingBox();
  await page.mouse.move(place.x + place.width / 2, place.y + place.height / 2);
  const counted = page.evaluate(async (duration) => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const frames = [];
    let [unread, rows] = [0, 0];
    let last = performance.now();
    const end = last + duration;
    while (last < end) {
      await frame();
      const now = performance.now();
      frames.push(now - last);
      last = now;
      unread += document.querySelectorAll('[role="grid"] [data-unread]').length;
      rows += document.querySelectorAll('[role="grid"] [role="row"], [role="grid"] [data-unread]').length;
    }
    return { frames, unread: unread / rows };
  }, WHEELING_MS);
  for (const end = performance.now() + WHEELING_MS; performance.now() < end; ) {
    await page.mouse.wheel(0, 120);
    await pause(16);
  }
  const { frames, unread } = await counted;
  const rest = await page.evaluate(async () => {
    const begun = performance.now();
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    await frame();
    while (document.querySelector('[role="grid"] [data-unread]')) await frame();
    const scroller = document.querySelector('[role="grid"]').parentElement;
    const { top, bottom } = scroller.getBoundingClientRect();
    const rows = [...document.querySelectorAll('[role="grid"] [role="row"]')].map((row) => row.getBoundingClientRect()).sort((one, other) => one.top - other.top);
    let [gap, reach] = [0, top];
    for (const row of rows) {
      if (row.bottom <= reach || row.top >= bottom) continue;
      gap += Math.max(0, row.top - reach);
      reach = row.bottom;
    }
    gap += Math.max(0, bottom - reach);
    return { took: performance.now() - begun, gap, at: scroller.scrollTop };
  });
  const jumps = await page.evaluate(async () => {
    const scroller = document.querySelector('[role="grid"]').parentElement;
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const jumps = [];
    for (const place of [0.5, 0.9, 0.1, 0.99, 0.3]) {
      const begun = performance.now();
      scroller.scrollTop = scroller.scrollHeight * place;
      await frame();
      await frame();
      while (document.querySelector('[role="grid"] [data-unread]')) await frame();
      jumps.push(performance.now() - begun);
    }
    return jumps;
  });
  const inOrder = sorted(frames);
  figure('frames a second while the wheel turns', 1000 / (frames.reduce((sum, time) => sum + time, 0) / frames.length), '1/s', `${total} rows, ${Math.round(rest.at)} px in ${WHEELING_MS / 1000} s; 19 of 20 frames under ${inOrder[Math.floor(inOrder.length * 0.95)].toFixed(0)} ms, slowest ${worst(frames).toFixed(0)} ms`, '≥', 55);
  figure('rows not read yet while the wheel turns', unread * 100, '%', 'of those in the page');
  figure('height without rows at rest', rest.gap, 'px', `the last row was read ${Math.round(rest.took)} ms after the wheel stood still`, '≤', 1);
  figure('jump to another place in the list', median(jumps), 'ms', `worst ${worst(jumps).toFixed(0)} ms`);
  // Live: executions come while the list is looked at; nothing is asked for while nothing happens.
  let calls = 0;
  page.on('request', (request) => { if (request.url().includes('/api/')) calls += 1; });
  await pause(5_000);
  figure('requests while nothing happens', calls, '', '5 s', '≤', 0);
  const storm = page.evaluate(async () => {
    const end = performance.now() + 6_000;
    let longest = 0;
    let count = 0;
    let last = performance.now();
    while (last < end) {
      await new Promise((done) => requestAnimationFrame(done));
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      count += 1;
    }
    return { longest, rate: count / 6 };
  });
  let started = 0;
  const stop = performance.now() + 6_000;
  await Promise.all(Array.from({ length: 4 }, async () => {
    while (performance.now() < stop) {
      await backend.call('execution.start', { playbook: 'look', input: { item: started } });
      started += 1;
      await pause(15);
    }
  }));
  const { longest, rate } = await storm;
  figure('frames a second while executions come', rate, '1/s', `${Math.round(started / 6)} new executions a second, ${total} rows; longest frame ${Math.round(longest)} ms`, '≥', 30);
  const shown = await page.evaluate(() => Number(document.querySelector('[role="grid"]').getAttribute('aria-rowcount')) - 1);
  const { total: now } = await backend.call('execution.list', { limit: 1 });
  await until('the list has them all', async () => (await page.evaluate(() => Number(document.querySelector('[role="grid"]').getAttribute('aria-rowcount')) - 1)) === now);
  figure('executions that the list lacked when they had all come', now - shown, '', 'it had them at the next refresh');
}

for (const [name, part] of Object.entries({ open, window, live, loop, list })) {
  if (!asks(name)) continue;
  const t = run();
  try {
    await part(t);
  } finally {
    await t.end();
  }
}
