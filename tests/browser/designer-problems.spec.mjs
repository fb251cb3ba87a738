// What is wrong stands on its task and in the strip below: a click goes there, and the one obvious fix is one button.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { arrows, drawing, node, openDrawing, properties, selected, undoes, untilKept, wait } from './designer.mjs';
import { assertAccessible, startBackend } from './harness.mjs';

const WORDS = {
  en: { problems: 'Problems', connect: 'Connect it', removeLink: 'Remove this link', search: 'Connect from Check', linked: 'Link: Check → Alpha', count: /^Errors 1, warnings \d+$/ },
  ko: { problems: '문제', connect: '연결하기', removeLink: '이 연결 지우기', search: '판정에서 연결', linked: '연결: 판정 → Alpha 대기', count: /^오류 1, 경고 \d+$/ },
};

for (const [locale, words] of Object.entries(WORDS))
  test(`problems, ${locale}`, async (t) => {
    const backend = await startBackend(t);
    const id = `problems-${locale}`;
    const tasks = { a: wait('Alpha'), check: { type: 'branch', name: { ko: '판정', en: 'Check' }, condition: 'score >=' } };
    const document = drawing(id, tasks, 'start>check check:true>a', { check: [0, 0], a: [320, 0] }, { inputs: [{ name: 'score', type: 'number' }] });
    document.links.push({ from: 'a', to: 'gone' });
    const page = await openDrawing(t, backend, document, { locale });
    const strip = page.getByRole('region', { name: words.problems });
    const row = (text) => strip.getByRole('listitem').filter({ hasText: text });
    const count = (task) => node(page, task).getByRole('button', { name: words.count });

    await t.test('each task counts its own', async () => {
      await count('check').waitFor();
      await count('a').waitFor();
      await assertAccessible(page);
    });

    await t.test('a click on a problem goes to its task, and one on the count too', async () => {
      await row(/EXP-\d+/).getByRole('button').first().click();
      assert.deepEqual(await selected(page), ['check']);
      await properties(page).getByRole('heading', { name: tasks.check.name[locale] }).waitFor();
      await page.keyboard.press('Escape');
      await count('a').click();
      assert.deepEqual(await selected(page), ['a']);
    });

    await t.test('the strip folds and says what is left', async () => {
      const head = strip.getByRole('button', { expanded: true });
      await head.click();
      await strip.getByRole('listitem').first().waitFor({ state: 'detached' });
      // The count on a task unfolds it.
      await count('a').click();
      await strip.getByRole('listitem').first().waitFor();
    });

    await t.test('a link to nowhere is removed by one button', async () => {
      await row('gone').getByRole('button', { name: words.removeLink }).click();
      await untilKept(backend, id, 'the link is gone', (each) => arrows(each) === 'start>check check:true>a');
      await count('a').waitFor({ state: 'detached' });
    });

    await t.test('an outcome that leads nowhere asks where to, and is connected', async () => {
      await row(words.connect).getByRole('button', { name: words.connect }).first().click();
      await page.getByRole('search', { name: words.search }).waitFor();
      await page.keyboard.press('Enter');
      await untilKept(backend, id, 'it is connected', (each) => arrows(each) === 'start>check check:true>a check:false>a');
      assert.equal(await undoes(page), words.linked);
    });
  });
