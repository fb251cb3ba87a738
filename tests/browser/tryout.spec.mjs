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

/** Runs the saved version for real, against the recorded services of the sample, and returns it. */
async function executed(backend, ip) {
  await backend.call('execution.start', { playbook: ID, input: { ip }, wait: true });
  const [{ id }] = (await backend.call('execution.list', { playbook: ID })).executions;
  return backend.call('execution.show', { id });
}

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
    const beginning = async () => {
      await panel(page).getByRole('button', { name: 'Start over' }).click();
      await page.keyboard.press('F10');
      await halted(page, 'Halted before Malicious');
      // Not malicious at all: by itself the branch would take its other way.
      await panel(page).getByRole('region', { name: 'Tasks that ran' }).getByRole('button', { name: /^Done Look up/ }).click();
      await panel(page).getByRole('button', { name: 'Edit output' }).click();
      await panel(page).getByRole('textbox', { name: 'Output' }).fill('{"malicious": 0}');
      await panel(page).getByRole('button', { name: 'Go on with this output' }).click();
      await halted(page, 'Halted before Malicious');
    };
    await beginning();
    await page.keyboard.press('F10');
    await halted(page, 'Halted before Fine');
    await beginning();
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
  const { backend, page } = await designer(t);
  const sent = [];
  page.on('request', (request) => { if (request.url().endsWith('/api/playbook.try_command')) sent.push(request.postDataJSON()); });
  await node(page, 'yes').click();
  await page.keyboard.press('F9');
  await panel(page).getByRole('textbox', { name: /^ip/ }).fill('203.0.113.66');
  await page.keyboard.press('F5');
  await halted(page, 'Look up needs an output');

  await t.test('thinking better of it sends nothing', async () => {
    await panel(page).getByRole('button', { name: 'Really run it' }).click();
    const question = page.getByRole('dialog', { name: 'Really run virustotal ip-report?' });
    await question.getByText('It sends a request over the network with the connection default.').waitFor();
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    await halted(page, 'Look up needs an output');
    assert.deepEqual(sent, []);
  });

  await t.test('that one command runs, and its output goes into the trial', async () => {
    await panel(page).getByRole('button', { name: 'Really run it' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Really run it' }).click();
    await halted(page, 'Breakpoint: halted before Bad');
    assert.deepEqual(sent, [{ call: { app: 'virustotal', connection: 'default', command: 'ip-report', parameters: { ip: '203.0.113.66' } }, confirmed: false }]);
    await panel(page).getByRole('region', { name: 'Tasks that ran' }).getByRole('button', { name: /^Done Look up/ }).click();
    const look = panel(page).getByRole('region', { name: 'Look up' });
    // The recorded service of the sample answers this address so.
    const { tasks } = await executed(backend, '203.0.113.66');
    const real = tasks.find(({ id }) => id === 'look').output;
    assert.ok(real.malicious >= 5, 'the address is known to be bad');
    await look.getByText(`"${real.country}"`).or(look.getByText(String(real.malicious), { exact: true })).first().waitFor();
    assert.equal((await backend.call('execution.list', { playbook: ID })).executions.length, 1, 'the trial itself is no execution');
  });
});

test('a trial takes recorded replies', async (t) => {
  const { backend, page } = await designer(t);
  const sent = [];
  page.on('request', (request) => { if (request.url().endsWith('/api/playbook.try_command')) sent.push(request.url()); });
  const choose = async (name) => {
    await panel(page).getByRole('button', { name: 'Choose replies' }).click();
    await page.getByRole('menuitem', { name }).click();
  };
  const chooseFile = async (name, content) => {
    const chooser = page.waitForEvent('filechooser');
    await choose('From a rehearsal file…');
    await (await chooser).setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) });
  };
  await node(page, 'ask').click();
  await page.keyboard.press('F5');
  await panel(page).getByText('None: a command of an app waits for an output.').waitFor();

  await t.test('of a rehearsal file: its input, replies and answers', async () => {
    await chooseFile('triage.rehearsal.json', JSON.stringify({ input: { ip: '192.0.2.9' }, replies: { look: [{ output: { malicious: 9 } }] }, answers: { ask: { value: false } }, expect: {} }));
    await panel(page).getByText('triage.rehearsal.json').waitFor();
    await panel(page).getByText('1 task', { exact: true }).waitFor();
    assert.equal(await panel(page).getByRole('textbox', { name: /^ip/ }).inputValue(), '192.0.2.9');
    await page.keyboard.press('F5');
    await halted(page, 'Ended');
    await panel(page).getByText('192.0.2.9 is bad').first().waitFor();
    await panel(page).getByRole('region', { name: 'Sample input' }).getByText('false').first().waitFor();
    await assertAccessible(page, { exclude: ['.react-flow'] });
  });

  await t.test('an output that is written comes before a reply', async () => {
    await panel(page).getByRole('region', { name: 'Tasks that ran' }).getByRole('button', { name: /^Done Look up/ }).click();
    await panel(page).getByRole('button', { name: 'Edit output' }).click();
    await panel(page).getByRole('textbox', { name: 'Output' }).fill('{"malicious": 0}');
    await panel(page).getByRole('button', { name: 'Go on with this output' }).click();
    await panel(page).getByText('fine', { exact: false }).first().waitFor();
  });

  for (const [what, content] of [['is no JSON', 'hello'], ['holds no replies', '{"tasks": {}}'], ['has replies of another shape', '{"replies": {"look": {"output": 1}}}']])
    await t.test(`a file that ${what} is refused in words, and what was chosen stays`, async () => {
      await chooseFile('other.json', content);
      await page.getByText('other.json is no rehearsal: a file with "replies" or "answers" by task is expected.').last().waitFor();
      await panel(page).getByText('triage.rehearsal.json').waitFor();
    });

  await t.test('letting them go, the command waits again', async () => {
    await panel(page).getByRole('button', { name: 'Take no recorded replies' }).click();
    await page.keyboard.press('F5');
    await halted(page, 'Look up needs an output');
  });

  await t.test('of a past execution: what its commands gave and what people answered', async () => {
    const { summary, tasks, questions: [question] } = await executed(backend, '203.0.113.66');
    await backend.call('question.answer', { ids: [question.id], answer: { value: true } });
    await until('the execution has ended', async () => (await backend.call('execution.show', { id: summary.id })).summary.status === 'done');
    await choose(new RegExp(`^Execution #${summary.id}`));
    await panel(page).getByText(`Execution #${summary.id}`).waitFor();
    await page.keyboard.press('F5');
    await halted(page, 'Ended');
    await panel(page).getByRole('region', { name: 'Tasks that ran' }).getByRole('button', { name: /^Done Look up/ }).click();
    const { malicious } = tasks.find(({ id }) => id === 'look').output;
    await panel(page).getByRole('region', { name: 'Sample input' }).getByText(String(malicious), { exact: true }).waitFor();
    await panel(page).getByText('203.0.113.66 is bad').first().waitFor();
  });
  assert.deepEqual(sent, [], 'no command was run for real');
});

for (const [locale, words] of [
  ['en', { choose: 'Choose replies', usual: 'usual course', harmless: 'harmless', ended: 'Ended', order: 'Tasks that ran' }],
  ['ko', { choose: '회신 고르기', usual: '보통의 경과', harmless: '해롭지 않을 때', ended: '끝', order: '실행한 태스크' }],
])
  test(`a shipped playbook is tried with its own rehearsals, ${locale}`, async (t) => {
    const backend = await startBackend(t, { sample: true });
    const page = await openPage(t, backend, { path: '/playbooks/ip-triage', viewport: { width: 1600, height: 1000 }, locale });
    await node(page, 'approval').waitFor();
    await page.keyboard.press('F5');
    const { rehearsals } = await backend.call('playbook.rehearsals', { id: 'ip-triage' });
    const { document } = await backend.call('playbook.show', { id: 'ip-triage' });
    for (const [course, item] of [[null, words.usual], ['harmless', words.harmless]]) {
      const { expect, replies } = rehearsals.find((each) => each.case === course).rehearsal;
      await panel(page).getByRole('button', { name: words.choose }).click();
      await page.getByRole('menuitem', { name: item, exact: true }).click();
      assert.ok(Object.keys(replies).length > 0);
      await page.keyboard.press('F5');
      await halted(page, words.ended);
      const rows = panel(page).getByRole('region', { name: words.order }).getByRole('listitem');
      for (const task of expect.order) await rows.filter({ hasText: document.tasks[task].name[locale] }).first().waitFor();
    }
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
