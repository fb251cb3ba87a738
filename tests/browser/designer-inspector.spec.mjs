// The inspector of a command: its form from the schema, the connection with its health, what is kept, and how the task runs.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { arrows, drawing, middleOfLink, node, openDrawing, overview, properties, select, undoes, untilKept, wait } from './designer.mjs';
import { assertAccessible, startBackend } from './harness.mjs';

const ID = 'command';

test('a command is filled in', async (t) => {
  const backend = await startBackend(t, { sample: true });
  const [{ options }] = (await backend.call('connection.list')).connections.filter(({ app }) => app === 'virustotal');
  await backend.call('connection.save', { app: 'virustotal', name: 'second', options });
  await backend.call('connection.test', { app: 'virustotal', name: 'default' });
  const page = await openDrawing(t, backend, drawing(ID, { look: { type: 'action', name: 'Look', app: '', command: '' }, next: wait('Next') }, 'start>look look>next', { look: [0, 0], next: [320, 0] }));
  const box = (name) => properties(page).getByRole('textbox', { name, exact: true });
  const kept = (what, holds) => untilKept(backend, ID, what, ({ tasks }) => holds(tasks.look));
  const choose = async (name, option) => {
    await properties(page).getByRole('combobox', { name, exact: true }).click();
    await page.getByRole('option', { name: option, exact: true }).click();
  };

  await t.test('the app and one of its commands are chosen, and the form is made of the command’s parameters', async () => {
    await select(page, 'look');
    await choose('App', 'VirusTotal');
    await choose('Command', 'IP reputation');
    await properties(page).getByText('How many engines call this address malicious, and whose it is.').waitFor();
    await properties(page).getByText('Where empty, nothing is asked and found is false.').waitFor();
    await properties(page).getByText('IP address').waitFor();
    await properties(page).getByRole('textbox', { name: 'IP address' }).click();
    await page.keyboard.insertText('203.0.113.66');
    const look = await kept('the parameter is kept', (task) => task.parameters?.ip === '203.0.113.66');
    assert.deepEqual({ app: look.tasks.look.app, command: look.tasks.look.command }, { app: 'virustotal', command: 'ip-report' });
  });

  await t.test('the connection is picked, and its health stands beside it in words', async () => {
    const field = properties(page).getByRole('combobox', { name: 'Connection', exact: true });
    const described = async (words) => {
      const ids = (await field.getAttribute('aria-describedby')).split(' ');
      await page.waitForFunction(([each, text]) => each.some((id) => document.getElementById(id)?.textContent.startsWith(text)), [ids, words]);
    };
    const { health } = (await backend.call('connection.list')).connections.find(({ app, name }) => app === 'virustotal' && name === 'default');
    assert.equal(health.error, null);
    await described('It worked when it was tested');
    await choose('Connection', 'second');
    await kept('the connection is kept', (task) => task.connection === 'second');
    await described('Not tested yet');
    await choose('Connection', 'default');
    await kept('the usual one is not written', (task) => !('connection' in task));
    await assertAccessible(page, { exclude: ['.react-flow'] });
  });

  await t.test('a field of the output is kept in a variable, under a name of one’s own', async () => {
    await properties(page).getByRole('button', { name: 'Keep in a variable' }).click();
    await kept('a field that is there is offered', (task) => task.assign?.found === 'output.found');
    await box('Variable').fill('known');
    await kept('it is renamed where it stands', (task) => task.assign?.known === 'output.found' && !('found' in task.assign));
    await properties(page).getByRole('button', { name: 'Keep in a variable' }).click();
    await kept('the next field is offered', (task) => Object.values(task.assign ?? {}).join() === 'output.found,output.malicious');
    await properties(page).getByRole('button', { name: 'Remove known', exact: true }).click();
    await kept('one is let go', (task) => Object.values(task.assign ?? {}).join() === 'output.malicious');
  });

  await t.test('when it starts, how long it may take, how often it is tried', async () => {
    await properties(page).getByRole('tab', { name: 'Flow' }).click();
    await properties(page).getByText('when any comes', { exact: true }).click();
    await box('Timeout').fill('45');
    await properties(page).getByText('Write 30s, 5m, 2h or 1d').waitFor();
    await box('Timeout').fill('45s');
    await box('Attempts').fill('4');
    await box('Pause').fill('2s');
    await box('Only for these error codes').fill('APP-429, ENGINE-TIMEOUT');
    await box('Only for these error codes').press('Tab');
    const { tasks } = await kept('all of it is kept', (task) => task.retry?.on?.length === 2);
    assert.deepEqual({ join: tasks.look.join, timeout: tasks.look.timeout, retry: tasks.look.retry }, { join: 'any', timeout: '45s', retry: { attempts: 4, backoff: '2s', on: ['APP-429', 'ENGINE-TIMEOUT'] } });
    await box('Attempts').fill('');
    await kept('without attempts nothing is tried again', (task) => !('retry' in task));
    await properties(page).getByText('when all have come', { exact: true }).click();
    await kept('the usual way to start is not written', (task) => !('join' in task));
  });

  await t.test('typing into one field is one step, whose label names the field', async () => {
    await box('Timeout').fill('');
    await box('Timeout').pressSequentially('90s');
    await kept('it is typed', (task) => task.timeout === '90s');
    assert.equal(await undoes(page), 'Timeout: Look');
    await page.keyboard.press('Control+z');
    await kept('one step takes the word back', (task) => task.timeout !== '90s' && task.timeout !== '90' && task.timeout !== '9');
    await page.keyboard.press('Control+Shift+z');
    await kept('and brings it again', (task) => task.timeout === '90s');
  });

  await t.test('a link from here is let go, and switched off the task passes on', async () => {
    await properties(page).getByRole('button', { name: 'Remove Next' }).click();
    await untilKept(backend, ID, 'the link is gone', ({ links }) => links.length === 1);
    await page.keyboard.press('Control+z');
    await untilKept(backend, ID, 'and back', ({ links }) => links.length === 2);
    await properties(page).getByRole('switch', { name: 'Enabled' }).click({ force: true });
    await kept('it is off', (task) => task.enabled === false);
    await node(page, 'look').getByText('off', { exact: true }).waitFor();
  });

  await t.test('the outcome of a link is chosen in its form', async () => {
    await overview(page);
    const at = await middleOfLink(page, 'from Look to Next, outcome done');
    await page.mouse.click(at.x, at.y);
    await properties(page).getByRole('heading', { name: 'Link', exact: true }).waitFor();
    await choose('Outcome', 'failed');
    await untilKept(backend, ID, 'it leads on from failed', (document) => arrows(document) === 'start>look look:failed>next');
    assert.equal(await undoes(page), 'Move link: Look → Next');
  });
});
