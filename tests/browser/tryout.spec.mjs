// "Try it" of the designer: the draft runs without the network, halts where it is told to, and goes on with other outputs.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { evidence, until } from '../support.mjs';
import { assertAccessible, openPage, startBackend } from './harness.mjs';

const ID = 'triage';

const DOCUMENT = {
  format: 1,
  id: ID,
  name: { en: 'Triage', ko: '분류' },
  inputs: [{ name: 'ip', type: 'string', required: true }],
  tasks: {
    look: {
      type: 'action', name: { en: 'Look up', ko: '조회' }, app: 'virustotal', command: 'ip-report', connection: 'default',
      parameters: { ip: '{{ ip }}' }, assign: { score: 'output.malicious' },
    },
    bad: { type: 'branch', name: { en: 'Malicious', ko: '악성' }, condition: 'score >= 5' },
    yes: { type: 'formula', name: { en: 'Bad', ko: '나쁨' }, variable: 'answer', expression: 'concat(ip, " is bad")' },
    no: { type: 'formula', name: { en: 'Fine', ko: '괜찮음' }, variable: 'answer', expression: '"fine"' },
    ask: { type: 'input', name: { en: 'Sure', ko: '확인' }, question: 'Sure about {{ ip }}?', kind: 'boolean', variable: 'sure' },
  },
  links: [
    { from: 'start', to: 'look' }, { from: 'look', to: 'bad' }, { from: 'bad', outcome: 'true', to: 'yes' },
    { from: 'bad', outcome: 'false', to: 'no' }, { from: 'yes', to: 'ask' },
  ],
  layout: { tasks: { look: { x: 160, y: 80 }, bad: { x: 400, y: 80 }, yes: { x: 680, y: 40 }, no: { x: 680, y: 160 }, ask: { x: 920, y: 40 } } },
};

async function designer(t, options = {}) {
  const backend = await startBackend(t, { sample: true });
  await backend.call('playbook.save', { document: DOCUMENT, base: 0, comment: 'first' });
  const page = await openPage(t, backend, { path: `/playbooks/${ID}`, viewport: { width: 1600, height: 1000 }, ...options });
  await page.locator('.react-flow__node', { hasText: options.locale === 'ko' ? '조회' : 'Look up' }).waitFor();
  return { backend, page };
}

const panel = (page) => page.getByRole('region', { name: /^(Try it|시험 실행)$/ });
const halted = (page, words) => panel(page).getByRole('status').getByText(words, { exact: false }).waitFor();
const node = (page, id) => page.locator(`.react-flow__node[data-id="${id}"]`);
const draft = async (backend) => (await backend.call('playbook.show', { id: ID })).draft?.document;

test('a draft is tried step by step without the network', async (t) => {
  const { backend, page } = await designer(t);
  const sent = [];
  page.on('request', (request) => { if (request.url().endsWith('/api/playbook.try_command')) sent.push(request.url()); });

  await t.test('the button and F5 open the panel', async () => {
    const button = page.getByRole('toolbar', { name: 'Designer tools' }).getByRole('button', { name: 'Try it' });
    await button.click();
    await panel(page).waitFor();
    await button.click();
    await panel(page).waitFor({ state: 'detached' });
    await page.keyboard.press('F5');
    await panel(page).waitFor();
    await panel(page).getByRole('button', { name: 'Close Try it' }).click();
  });

  await t.test('F9 sets a breakpoint and opens the panel; the sample input is asked for', async () => {
    await node(page, 'yes').click();
    await page.keyboard.press('F9');
    await panel(page).waitFor();
    await node(page, 'yes').getByRole('img', { name: 'Breakpoint' }).waitFor();
    assert.equal(await panel(page).getByRole('button', { name: 'Run', exact: true }).isDisabled(), true);
    await panel(page).getByRole('textbox', { name: /^ip/ }).fill('192.0.2.7');
  });

  await t.test('a command without a reply waits for an output', async () => {
    await page.keyboard.press('F5');
    await halted(page, 'Look up needs an output');
    await panel(page).getByText('nothing was sent over the network', { exact: false }).waitFor();
    assert.equal((await backend.call('execution.list', { playbook: ID })).executions.length, 0);
  });

  await t.test('an output is written, and the run goes on to the breakpoint', async () => {
    await panel(page).getByRole('button', { name: 'Edit output' }).click();
    await panel(page).getByRole('textbox', { name: 'Output' }).fill('{"malicious": ');
    await panel(page).getByText('This is not valid JSON.').waitFor();
    await panel(page).getByRole('textbox', { name: 'Output' }).fill('{"malicious": 12}');
    await panel(page).getByRole('button', { name: 'Go on with this output' }).click();
    await halted(page, 'Breakpoint: halted before Bad');
    await panel(page).getByRole('region', { name: 'Sample input' }).getByText('score').waitFor();
  });

  await t.test('a step runs one task, and back takes it away again', async () => {
    await page.keyboard.press('F10');
    await halted(page, 'Halted before Sure');
    await panel(page).getByText('192.0.2.7 is bad').first().waitFor();
    await page.keyboard.press('Shift+F10');
    await halted(page, 'Breakpoint: halted before Bad');
    await page.keyboard.press('F10');
    await page.screenshot({ path: evidence('try it en light') });
    await assertAccessible(page, { exclude: ['.react-flow'] });
  });

  await t.test('a question is answered in the panel, and the run ends', async () => {
    await page.keyboard.press('F5');
    await halted(page, 'Sure waits for an answer');
    await panel(page).getByRole('button', { name: 'Yes', exact: true }).click();
    await halted(page, 'Ended');
    await node(page, 'ask').getByText('Done').first().waitFor();
  });

  await t.test('an output is pinned to the draft and taken by the next run', async () => {
    await panel(page).getByRole('region', { name: 'Tasks that ran' }).getByRole('button', { name: /^Done Look up/ }).click();
    await panel(page).getByRole('button', { name: 'Pin this output to the draft' }).click();
    const pins = await until('the draft holds the pin', async () => (await draft(backend))?.layout?.pins);
    assert.deepEqual(pins, { look: { malicious: 12 } });
    await panel(page).getByRole('button', { name: 'Start over' }).click();
    await page.keyboard.press('F5');
    await halted(page, 'Breakpoint: halted before Bad');
    await page.keyboard.press('F5');
    await halted(page, 'Sure waits for an answer');
  });

  await t.test('a task is skipped', async () => {
    await panel(page).getByRole('button', { name: 'Start over' }).click();
    await page.keyboard.press('F10');
    await halted(page, 'Halted before Malicious');
    await panel(page).getByRole('button', { name: 'Skip' }).click();
    await halted(page, 'halted before Bad');
  });

  await t.test('the breakpoint and the sample input are remembered', async () => {
    await page.reload();
    await node(page, 'yes').getByRole('img', { name: 'Breakpoint' }).waitFor();
    await node(page, 'yes').click();
    await page.keyboard.press('F9');
    await panel(page).waitFor();
    assert.equal(await panel(page).getByRole('textbox', { name: /^ip/ }).inputValue(), '192.0.2.7');
    assert.equal(await node(page, 'yes').getByRole('img', { name: 'Breakpoint' }).count(), 0);
  });

  assert.deepEqual(sent, [], 'no command was run for real');
});

test('a command of a trial really runs when a person says so', async (t) => {
  const { page } = await designer(t);
  await node(page, 'yes').click();
  await page.keyboard.press('F9');
  await panel(page).getByRole('textbox', { name: /^ip/ }).fill('203.0.113.66');
  await page.keyboard.press('F5');
  await halted(page, 'Look up needs an output');
  await panel(page).getByRole('button', { name: 'Really run it' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Really run it' }).click();
  await until('the recorded service answered', async () => !(await panel(page).getByRole('status').innerText()).includes('needs an output'));
});

test('a field of a past output goes into a parameter', async (t) => {
  const { backend, page } = await designer(t);
  await backend.call('execution.start', { playbook: ID, input: { ip: '203.0.113.66' }, wait: true });
  await page.reload();
  await node(page, 'no').click();
  const inspector = page.getByRole('complementary', { name: 'Properties' });
  const past = inspector.getByRole('region', { name: 'Values of past executions' });
  await past.getByRole('combobox', { name: 'Task' }).click();
  await page.getByRole('option', { name: 'Look up' }).click();
  const editor = inspector.getByRole('textbox', { name: 'Expression' });
  await editor.click();
  await page.keyboard.press('Control+a');
  await past.getByRole('button', { name: /malicious/ }).first().click();
  await until('the path stands in the field', async () => (await editor.innerText()) === 'tasks.look.output.malicious');
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await past.getByRole('button', { name: /malicious/ }).first().dragTo(editor);
  await until('the path was dropped', async () => (await editor.innerText()) === 'tasks.look.output.malicious');
  await page.screenshot({ path: evidence('past values en light') });
});

for (const colorScheme of ['light', 'dark']) {
  test(`try it in Korean, ${colorScheme}`, async (t) => {
    const { backend, page } = await designer(t, { locale: 'ko', colorScheme });
    await backend.call('settings.save', { language: 'ko', theme: colorScheme });
    await node(page, 'yes').click();
    await page.keyboard.press('F9');
    await panel(page).getByRole('textbox', { name: /^ip/ }).fill('192.0.2.7');
    await page.keyboard.press('F5');
    await halted(page, '출력이 필요함');
    await page.screenshot({ path: evidence(`try it ko ${colorScheme}`) });
    await assertAccessible(page, { exclude: ['.react-flow'] });
  });
}
