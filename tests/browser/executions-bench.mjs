// Measures the execution viewer in Chromium over the real backend; not part of the usual run.
//
//   HAETAE_BINARY=target/release/haetae node tests/browser/executions-bench.mjs
//
// Prints one line of JSON a figure: {"measure", "value", "unit", "target"}.
import { test } from 'node:test';

import { until } from '../support.mjs';
import { openPage, startBackend } from './harness.mjs';

const SIZE = Number(process.env.HAETAE_BENCH_SIZE ?? 10_000);
const PER_SECOND = 200;
const COLUMNS = 100;

const figure = (measure, value, unit, target) => process.stdout.write(`${JSON.stringify({ measure, value: Math.round(value), unit, target })}\n`);

/** A playbook of so many tasks that stand in a grid. */
function large(id, task) {
  const names = Array.from({ length: SIZE }, (_, number) => `t${number}`);
  return {
    format: 1,
    id,
    name: { en: id },
    variables: [{ name: 'number', type: 'number' }],
    tasks: Object.fromEntries(names.map((name, number) => [name, { name: { en: `Task ${number}` }, ...task(number) }])),
    links: names.map((name) => ({ from: 'start', to: name })),
    layout: { tasks: Object.fromEntries(names.map((name, number) => [name, { x: 96 + (number % COLUMNS) * 240, y: 80 + Math.floor(number / COLUMNS) * 96 }])) },
  };
}

test('the execution viewer', async (t) => {
  const backend = await startBackend(t);
  await backend.call('playbook.save', { document: large('still', () => ({ type: 'formula', variable: 'number', expression: '1' })), base: 0, comment: '' });
  await backend.call('playbook.save', { document: large('moving', (number) => ({ type: 'wait', seconds: 8 + number / PER_SECOND })), base: 0, comment: '' });
  const still = [];
  for (let round = 0; round < 6; round += 1) still.push((await backend.call('execution.start', { playbook: 'still' })).summary.id);
  await until('all are done', async () => (await backend.call('execution.list', { status: ['done'], limit: 1 })).total === still.length, { timeout: 120_000 });
  const page = await openPage(t, backend, { path: '/executions' });
  page.setDefaultTimeout(60_000);
  await page.getByRole('grid', { name: 'Executions' }).getByText(`#${still[0]}`, { exact: true }).waitFor();
  // The parts of the screen are loaded once; what is measured is the opening of an execution.
  const opening = async (id) =>
    page.evaluate(async (id) => {
      const begun = performance.now();
      location.hash = `#/executions/${id}`;
      for (;;) {
        await new Promise((done) => requestAnimationFrame(done));
        if (document.querySelector('.react-flow__node[data-id="t0"]') && document.querySelector('main h1')) break;
      }
      return performance.now() - begun;
    }, id);
  await opening(still[0]);
  const times = [];
  const reads = [];
  for (const id of still.slice(1)) {
    await page.evaluate(() => { location.hash = '#/executions'; });
    await page.getByRole('grid', { name: 'Executions' }).waitFor();
    times.push(await opening(id));
    const begun = performance.now();
    await backend.call('execution.show', { id });
    reads.push(performance.now() - begun);
  }
  reads.sort((a, b) => a - b);
  figure(`${SIZE} task runs: the answer of the backend alone, median`, reads[2], 'ms', '');
  times.sort((a, b) => a - b);
  figure(`${SIZE} task runs: from the address to the canvas, median`, times[2], 'ms', '< 300');

  const { id } = (await backend.call('execution.start', { playbook: 'moving' })).summary;
  await page.evaluate((id) => { location.hash = `#/executions/${id}`; }, id);
  await page.locator('.react-flow__node[data-id="t0"]').waitFor();
  const done = async () => {
    const { tasks } = await backend.call('execution.show', { id });
    return tasks.filter((task) => task.status === 'done').length;
  };
  await until('tasks end', async () => (await done()) > 0, { timeout: 60_000 });
  // While two hundred tasks a second end, every click must be answered.
  const answers = [];
  const before = { at: Date.now(), done: await done() };
  for (let click = 0; click < 40; click += 1) {
    const name = `Task ${click % 4}`;
    const begun = performance.now();
    await page.locator(`.react-flow__node[data-id="t${click % 4}"]`).click({ force: true });
    await page.getByRole('complementary', { name: `Task: ${name}`, exact: true }).waitFor();
    answers.push(performance.now() - begun);
  }
  const rate = ((await done()) - before.done) / ((Date.now() - before.at) / 1000);
  answers.sort((a, b) => a - b);
  figure('transitions a second while it was clicked', rate, '1/s', '≥ 200');
  figure('clicks answered of 40', answers.length, '', '= 40');
  figure('a click is answered, median', answers[20], 'ms', '< 100');
  figure('a click is answered, worst', answers[39], 'ms', '< 500');
});
