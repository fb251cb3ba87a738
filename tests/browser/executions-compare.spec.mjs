// Two executions side by side, and running one again.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { assertAccessible, openPage, startBackend } from './harness.mjs';

/** A branch that the input decides, and a task that only one side reaches. */
const PLAYBOOK = (more = {}) => ({
  format: 1,
  id: 'forks',
  name: { en: 'Forks', ko: '갈림' },
  inputs: [{ name: 'given', type: 'number', required: true }],
  variables: [{ name: 'number', type: 'number' }],
  tasks: {
    double: { type: 'formula', name: { en: 'Double it', ko: '두 배' }, variable: 'number', expression: 'given * 2' },
    large: { type: 'branch', name: { en: 'Large?', ko: '큰가' }, condition: 'number > 10' },
    yes: { type: 'formula', name: { en: 'Was large', ko: '컸음' }, variable: 'number', expression: '1' },
    no: { type: 'formula', name: { en: 'Was small', ko: '작았음' }, variable: 'number', expression: '0' },
    ...more,
  },
  links: [
    { from: 'start', to: 'double' },
    { from: 'double', to: 'large' },
    { from: 'large', outcome: 'true', to: 'yes' },
    { from: 'large', outcome: 'false', to: 'no' },
  ],
  layout: { tasks: { double: { x: 96, y: 80 }, large: { x: 352, y: 80 }, yes: { x: 640, y: 20 }, no: { x: 640, y: 160 } } },
});

test('compare and re-run', async (t) => {
  const backend = await startBackend(t);
  await backend.call('playbook.save', { document: PLAYBOOK(), base: 0, comment: '' });
  const start = async (given) => (await backend.call('execution.start', { playbook: 'forks', input: { given }, wait: true })).summary.id;
  const [small, large] = [await start(2), await start(20)];
  const page = await openPage(t, backend, { path: `/executions/${small}` });
  page.setDefaultTimeout(10_000);

  await t.test('another execution of the playbook is chosen, and what differs is told', async () => {
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Compare with another…' }).click();
    await page.getByRole('dialog', { name: `Compare #${small} with` }).getByRole('button', { name: new RegExp(`^#${large}`) }).click();
    const view = page.getByRole('region', { name: 'Comparison of executions' });
    await view.getByText('4 of 4 tasks differ').waitFor();
    const row = (name) => view.getByRole('row').filter({ has: page.getByRole('button', { name, exact: true }) });
    await row('Was large').getByText('Skipped').waitFor();
    await row('Was large').getByText('Done').waitFor();
    await row('Was large').getByText('other path').waitFor();
    await row('Large?').getByText('other path').waitFor();
    assert.equal(await row('Double it').getByText('other path').count(), 0, 'it ended the same way');
    await view.getByRole('button', { name: 'Show what differs: Double it' }).click();
    const values = view.getByRole('table', { name: 'Output' });
    assert.deepEqual(await values.getByRole('row').last().getByRole('cell').allInnerTexts(), ['4', '40']);
    // Both canvases show the task that was chosen.
    assert.equal(await view.getByRole('group', { name: /^Double it, Formula, Done/ }).count(), 2);
    await assertAccessible(page);
    await page.reload();
    await view.getByText('4 of 4 tasks differ').waitFor();
    await view.getByRole('button', { name: 'Close the comparison' }).click();
    await page.getByRole('heading', { name: 'Forks', level: 1 }).waitFor();
  });

  await t.test('the whole is run again after it was shown what that does', async () => {
    const before = (await backend.call('execution.list')).total;
    await page.getByRole('button', { name: 'Re-run', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: `Re-run #${small} from the start` });
    await dialog.getByText('Version 1, which is still the current one.').waitFor();
    const section = (name) => dialog.locator('section').filter({ has: page.getByRole('heading', { name, exact: true }) });
    const again = section('3 tasks run again if the path is the same');
    await again.getByText('Double it').waitFor();
    assert.equal(await again.getByText('Was large').count(), 0, 'it was passed over');
    await section('1 task was not reached last time and runs only if the path leads there').getByText('Was large').waitFor();
    assert.equal((await backend.call('execution.list')).total, before, 'showing it runs nothing');
    await dialog.getByRole('button', { name: 'Re-run', exact: true }).click();
    await page.getByRole('link', { name: `re-run of #${small} (compare)` }).waitFor();
    const { executions } = await backend.call('execution.list');
    assert.equal(executions[0].rerun_of, small);
    assert.match(page.url(), new RegExp(`/executions/${executions[0].id}`));
  });

  await t.test('from a task on, on the version that is current, with what changed in it', async () => {
    await backend.call('playbook.save', {
      document: PLAYBOOK({ no: { type: 'formula', name: { en: 'Was small', ko: '작았음' }, variable: 'number', expression: '-1' } }),
      base: 1,
      comment: '',
    });
    await page.goto(`${backend.url}/#/executions/${small}?task=no`);
    const card = page.getByRole('complementary', { name: 'Task: Was small' });
    await card.getByRole('button', { name: 'Re-run from here' }).click();
    const dialog = page.getByRole('dialog', { name: 'Re-run from here: Was small' });
    await dialog.getByText('What the current version changes').waitFor();
    await dialog.getByRole('listitem').filter({ hasText: /changed\s+Was small/ }).waitFor();
    await dialog.getByText('Current version 2').click();
    await dialog.getByText(/tasks keep their recorded results/).waitFor();
    await dialog.getByRole('button', { name: 'Re-run from here' }).click();
    await page.getByText('version 2', { exact: true }).waitFor();
    const [{ id }] = (await backend.call('execution.list')).executions;
    const detail = await until('it has run', async () => {
      const found = await backend.call('execution.show', { id });
      return found.summary.status === 'done' && found;
    });
    assert.equal(detail.variables.number, -1);
    assert.equal(detail.tasks.find((task) => task.id === 'double').carried, true);
    await page.getByRole('group', { name: /^Double it,/ }).click();
    await page.getByRole('link', { name: `Its result was taken over from #${small}` }).waitFor();
  });

  await t.test('several are run again at once', async () => {
    const before = (await backend.call('execution.list')).total;
    await page.goto(`${backend.url}/#/executions`);
    await page.getByRole('checkbox', { name: `Choose #${small}` }).click();
    await page.getByRole('checkbox', { name: `Choose #${large}` }).click();
    await page.getByRole('region', { name: 'Chosen executions' }).getByRole('button', { name: 'Re-run' }).click();
    const dialog = page.getByRole('dialog', { name: 'Re-run executions' });
    await dialog.getByText(/^2 will run again from the start/).waitFor();
    await dialog.getByRole('button', { name: 'Re-run 2 executions' }).click();
    await dialog.getByText('2 started again.').waitFor();
    assert.equal((await backend.call('execution.list')).total, before + 2);
  });
});
