// Versions: saved with a comment, looked at, compared on the canvas, gone on from; and how far the draft is from them.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { arrows, drawing, node, openPlaybook, overview, properties, select, selected, tool, undoes, untilKept, wait } from './designer.mjs';
import { startBackend } from './harness.mjs';

test('versions are compared and gone on from', async (t) => {
  const backend = await startBackend(t);
  const id = 'history';
  const first = drawing(id, { a: wait('Alpha'), b: wait('Beta'), c: wait('Gamma') }, 'start>a a>b b>c', { a: [0, 0], b: [280, 0], c: [560, 0] });
  const second = drawing(id, { a: wait('Alpha', { seconds: 9, timeout: '30s' }), c: wait('Gamma'), d: wait('Delta') }, 'start>a a>c c>d', { a: [0, 0], c: [560, 0], d: [840, 0] });
  await backend.call('playbook.save', { document: first, base: 0, comment: 'The first drawing' });
  await backend.call('playbook.save', { document: second, base: 1, comment: 'Beta is gone' });
  const page = await openPlaybook(t, backend, id);
  const state = () => page.locator('[role="toolbar"]').getByRole('status');
  const address = (hash) => page.goto(`${backend.url}/#/playbooks/${id}${hash}`);

  await t.test('the distance to the version is right through changes, undo, redo and another way', async () => {
    await state().getByText('Same as version 2').waitFor();
    await select(page, 'a');
    await page.keyboard.press('Alt+ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Alt+ArrowDown');
    await state().getByText('2 changes since version 2').waitFor();
    await page.keyboard.press('Control+z');
    await state().getByText('1 change since version 2').waitFor();
    await page.keyboard.press('Control+z');
    await state().getByText('Same as version 2').waitFor();
    await page.keyboard.press('Control+y');
    await state().getByText('1 change since version 2').waitFor();
    await page.keyboard.press('Control+z');
    await until('an equal document leaves no draft', async () => (await backend.call('playbook.show', { id })).draft === null);
  });

  await t.test('a save is told in the history, and typing on after it is a step of its own', async () => {
    await page.keyboard.press('Control+y');
    await page.keyboard.press('Control+s');
    await page.getByRole('textbox', { name: 'What was changed, and why' }).fill('Moved a little');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Version 3 saved').waitFor();
    await state().getByText('Same as version 3').waitFor();
    await page.keyboard.press('Escape');
    await tool(page, 'Show history').click();
    const current = page.locator('button[aria-current="true"]').filter({ hasText: 'Nudge' });
    await current.getByText('Version 3').waitFor();
    await page.getByRole('button', { name: /^Started from version 2/ }).click();
    await page.keyboard.press('Escape');
    await state().getByText('1 change since version 3').waitFor();
    await overview(page);
    await page.keyboard.press('Control+y');
    await state().getByText('Same as version 3').waitFor();
  });

  await t.test('two versions on one canvas: added, removed, changed, in marks and in words', async () => {
    await address('?compare=1..2');
    for (const [task, mark] of [['Alpha', 'changed'], ['Beta', 'removed'], ['Delta', 'added']]) await page.getByRole('group', { name: `${task}, Wait, ${mark}` }).waitFor();
    await page.getByRole('group', { name: 'Gamma, Wait', exact: true }).waitFor();
    assert.equal(await page.getByRole('img', { name: 'from Gamma to Delta, outcome done, added' }).count(), 1);
    assert.equal(await page.getByRole('img', { name: 'from Alpha to Beta, outcome done, removed' }).count(), 1);
    const words = properties(page);
    await words.getByText('Seconds').waitFor();
    assert.deepEqual(await words.locator('del').allTextContents(), ['1']);
    assert.deepEqual(await words.locator('ins').allTextContents(), ['9', '30s']);
    const colour = (task) => node(page, task).locator('.task').evaluate((element) => getComputedStyle(element).borderTopColor);
    assert.equal(new Set([await colour('a'), await colour('b'), await colour('c'), await colour('d')]).size, 4, 'each mark has its own colour');
    await words.getByRole('button', { name: /^Beta/ }).click();
    assert.deepEqual(await selected(page), ['b']);
  });

  await t.test('any other pair is chosen, and the address says so', async () => {
    await page.getByRole('combobox', { name: 'Compare from' }).click();
    await page.getByRole('option', { name: 'Version 3' }).click();
    await page.waitForURL(/compare=3\.\.2/);
    await page.getByRole('navigation', { name: 'Versions' }).getByRole('button', { name: /^Version 2/ }).click();
    await page.waitForURL(/compare=1\.\.2/);
    await page.goBack();
    await page.waitForURL(/compare=3\.\.2/);
  });

  await t.test('a link leads to one task of one version', async () => {
    await address('?version=1&task=b');
    await node(page, 'b').waitFor();
    assert.deepEqual(await selected(page), ['b']);
  });

  await t.test('an older version is gone on from, as a step that can be undone', async () => {
    await page.getByRole('button', { name: 'Go on from version 1' }).click();
    await untilKept(backend, id, 'the draft is the old drawing', (each) => arrows(each) === 'start>a a>b b>c');
    assert.equal(await undoes(page), 'To version 1');
    await page.keyboard.press('Control+z');
    await untilKept(backend, id, 'and back', (each) => arrows(each) === 'start>a a>c c>d');
    await page.keyboard.press('Control+y');
    await untilKept(backend, id, 'and again', (each) => arrows(each) === 'start>a a>b b>c');
    await page.keyboard.press('Control+s');
    await page.getByRole('textbox', { name: 'What was changed, and why' }).fill('Back to the first');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Version 4 saved').waitFor();
    const { versions } = await backend.call('playbook.versions', { id });
    assert.deepEqual(versions.map(({ comment }) => comment), ['Back to the first', 'Moved a little', 'Beta is gone', 'The first drawing']);
  });
});

test('the draft is compared with what somebody else saved', async (t) => {
  const backend = await startBackend(t);
  const id = 'both';
  const document = drawing(id, { a: wait('Alpha') }, 'start>a', { a: [0, 0] });
  await backend.call('playbook.save', { document, base: 0, comment: '' });
  const page = await openPlaybook(t, backend, id);
  await page.getByRole('button', { name: 'Formula', exact: true }).click();
  await untilKept(backend, id, 'mine is kept', (each) => 'formula' in each.tasks);
  const theirs = structuredClone(document);
  theirs.tasks.theirs = wait('Theirs');
  await backend.call('playbook.save', { document: theirs, base: 1, comment: 'elsewhere' });
  await page.getByText('Version 2 was saved elsewhere.').waitFor();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Compare on the canvas' }).click();
  await page.getByRole('group', { name: 'Theirs, Wait, removed' }).waitFor();
  await page.getByRole('group', { name: 'Formula, Formula, added' }).waitFor();
  await page.getByRole('button', { name: 'Back to the draft' }).click();
  await untilKept(backend, id, 'my draft is still there', (each) => 'formula' in each.tasks && !('theirs' in each.tasks));
  assert.equal((await backend.call('playbook.show', { id })).version, 2, 'and so is theirs');
});

const CHANGED = {
  before: { type: 'action', name: { ko: '조회', en: 'Look up' }, app: 'virustotal', command: 'ip-report', parameters: { ip: '{{ ticket.src_ip }}', old: '1' }, assign: { score: 'output.malicious' } },
  after: { type: 'action', name: { ko: '조회', en: 'Look up' }, app: 'virustotal', command: 'ip-report', connection: 'second', parameters: { ip: '{{ ticket.external_ip }}' }, assign: { score: 'output.suspicious' }, retry: { attempts: 3 } },
};

for (const [locale, words] of [
  ['en', { nothing: 'nothing', connection: 'Connection', assign: 'Keep of the result · score', retry: 'Attempts', condition: 'Condition', changed: 'changed', links: 'New links', failed: 'failed' }],
  ['ko', { nothing: '없음', connection: '연결 프로파일', assign: '결과 저장 · score', retry: '재시도', condition: '조건', changed: '변경됨', links: '새 연결', failed: '실패' }],
])
  test(`parameters of a command are compared in words, ${locale}`, async (t) => {
    const backend = await startBackend(t);
    const id = 'words';
    const version = (look, condition, links) => drawing(id, { look, check: { type: 'branch', name: { ko: '판정', en: 'Check' }, condition } }, links, { look: [0, 0], check: [320, 0] });
    await backend.call('playbook.save', { document: version(CHANGED.before, 'score >= 5', 'start>look look>check'), base: 0, comment: '' });
    await backend.call('playbook.save', { document: version(CHANGED.after, 'score >= 7', 'start>look look>check look:failed>check'), base: 1, comment: '' });
    const page = await openPlaybook(t, backend, id, { locale });
    await page.goto(`${backend.url}/#/playbooks/${id}?compare=1..2`);
    const rows = properties(page).locator('dl > div');
    await rows.first().waitFor();
    const seen = Object.fromEntries(await rows.evaluateAll((all) => all.map((row) => [row.querySelector('dt').textContent, [...row.querySelectorAll('dd > del, dd > ins, dd > span:not([aria-hidden])')].map((part) => part.textContent)])));
    assert.deepEqual(seen, {
      ip: ['{{ ticket.src_ip }}', '{{ ticket.external_ip }}'],
      old: ['1', words.nothing],
      [words.assign]: ['output.malicious', 'output.suspicious'],
      [words.connection]: [words.nothing, 'second'],
      [words.retry]: [words.nothing, '3'],
      [words.condition]: ['score >= 5', 'score >= 7'],
    });
    for (const task of ['look', 'check']) await node(page, task).and(page.getByRole('group', { name: new RegExp(`, ${words.changed}$`) })).waitFor();
    const links = properties(page).locator('section').filter({ has: page.getByRole('heading', { name: words.links }) });
    await links.getByText(words.failed, { exact: false }).waitFor();
  });
