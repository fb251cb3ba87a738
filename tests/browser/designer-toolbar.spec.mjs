// What the toolbar does in both languages: every function by its button and by its key, its tooltip, the history list, and what Escape means.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { boxOf, canvas, drawing, node, openDrawing, overview, place, properties, select, selected, still, tool, undoes, untilKept, wait } from './designer.mjs';
import { startBackend } from './harness.mjs';

const WORDS = {
  en: {
    undo: 'Undo', redo: 'Redo', fit: 'Fit to screen', zoomIn: 'Zoom in', zoomOut: 'Zoom out', ratio: /^Zoom ratio/, left: 'Align left', top: 'Align top',
    horizontal: 'Distribute horizontally', vertical: 'Distribute vertically', tidy: 'Tidy (automatic layout)', find: 'Find', note: 'Add a note', frame: 'Add a frame',
    alignedLeft: 'Align left, 3 tasks', alignedTop: 'Align top, 3 tasks', distributed: 'Distribute horizontally, 3 tasks', tidied: 'Tidy, 2 tasks', history: 'Show history', started: 'Started from the draft',
    noteStep: 'Add: Note', undone: 'undone', toolbar: 'Designer tools', type: 'Wait', link: 'from Alpha to Beta, outcome done', start: 'Start', roles: ['task', 'link'],
  },
  ko: {
    undo: '되돌리기', redo: '다시 하기', fit: '화면에 맞춤', zoomIn: '확대', zoomOut: '축소', ratio: /^확대 비율/, left: '왼쪽 맞춤', top: '위쪽 맞춤',
    horizontal: '가로로 고르게 벌리기', vertical: '세로로 고르게 벌리기', tidy: '정돈 (자동 배치)', find: '찾기', note: '메모 넣기', frame: '틀 넣기',
    alignedLeft: '왼쪽 맞춤, 태스크 3개', alignedTop: '위쪽 맞춤, 태스크 3개', distributed: '가로로 고르게 벌리기, 태스크 3개', tidied: '정돈, 태스크 2개', history: '기록 보기', started: '초안에서 시작',
    noteStep: '추가: 메모', undone: '되돌림', toolbar: '디자이너 도구', type: '대기', link: 'Alpha 대기에서 Beta 대기로, 결과 완료', start: '시작', roles: ['태스크', '연결'],
  },
};
const PLACES = { a: [0, 0], b: [220, 130], c: [520, 70], d: [60, 300] };

for (const [locale, words] of Object.entries(WORDS))
  test(`the toolbar, ${locale}`, async (t) => {
    const backend = await startBackend(t);
    const id = `toolbar-${locale}`;
    const page = await openDrawing(t, backend, drawing(id, { a: wait('Alpha'), b: wait('Beta'), c: wait('Gamma'), d: wait('Delta') }, 'start>a a>b b>c', PLACES), { locale });
    const placed = (what, wanted) => untilKept(backend, id, what, (document) => Object.entries(wanted).every(([task, [x, y]]) => place(document, task)[0] === x && place(document, task)[1] === y));
    const old = (document) => Object.entries(PLACES).every(([task, [x, y]]) => place(document, task)[0] === x && place(document, task)[1] === y);
    const zoom = async () => Number(/scale\(([\d.]+)\)/.exec(await page.locator('.react-flow__viewport').getAttribute('style'))[1]);
    const LEFT = { a: [0, 0], b: [0, 130], c: [0, 70], d: PLACES.d };

    await t.test('undo and redo: buttons, Ctrl-Z, Ctrl-Y, Ctrl-Shift-Z, each naming the step', async () => {
      await overview(page);
      await select(page, 'a', 'b', 'c');
      await tool(page, words.left).click();
      await placed('it is done', LEFT);
      await tool(page, `${words.undo}: ${words.alignedLeft}`).click();
      await placed('the button undoes', PLACES);
      await tool(page, `${words.redo}: ${words.alignedLeft}`).click();
      await placed('the button redoes', LEFT);
      await page.keyboard.press('Control+z');
      await placed('Ctrl-Z undoes', PLACES);
      await page.keyboard.press('Control+y');
      await placed('Ctrl-Y redoes', LEFT);
      await page.keyboard.press('Control+z');
      await placed('Ctrl-Z undoes', PLACES);
      await page.keyboard.press('Control+Shift+z');
      await placed('Ctrl-Shift-Z redoes', LEFT);
    });

    await t.test('the history lists the steps in words; a row leads there, forth and back', async () => {
      await tool(page, words.top).click();
      await placed('two steps are done', { a: [0, 0], b: [0, 0], c: [0, 0] });
      await tool(page, words.history).click();
      const rows = page.locator('.mantine-Popover-dropdown').getByRole('listitem');
      const texts = async () => (await rows.locator('.cut').allTextContents()).map((text) => text.trim());
      const listed = [words.alignedTop, words.alignedLeft, words.started].join('\n');
      await until('the steps are listed', async () => (await texts()).join('\n') === listed);
      await rows.nth(2).getByRole('button').click();
      await placed('back at the start', PLACES);
      await until('both are marked as undone', async () => (await rows.getByText(words.undone, { exact: true }).count()) === 2);
      assert.equal((await texts()).join('\n'), listed, 'what was undone stays in the list');
      await rows.nth(1).getByRole('button').click();
      await placed('forth to the first step', LEFT);
      await page.keyboard.press('Escape');
      await rows.first().waitFor({ state: 'detached' });
      await page.keyboard.press('Control+z');
      await placed('as it was', PLACES);
    });

    await t.test('fit, zoom in and zoom out by button; the ratio shows and sets', async () => {
      await page.keyboard.press('Digit0');
      assert.equal(await zoom(), 1);
      await tool(page, words.zoomIn).click();
      const near = await zoom();
      assert.ok(near > 1);
      await tool(page, words.zoomOut).click();
      await tool(page, words.zoomOut).click();
      assert.ok((await zoom()) < 1);
      await tool(page, words.ratio).click();
      await page.getByRole('menuitem', { name: '400 %' }).click();
      assert.equal(await zoom(), 4);
      await tool(page, words.fit).click();
      await still(page);
      const box = await boxOf(canvas(page));
      for (const task of Object.keys(PLACES)) {
        const at = await boxOf(node(page, task));
        assert.ok(at.x > box.x && at.y > box.y && at.x + at.width < box.x + box.width && at.y + at.height < box.y + box.height, `${task} is in sight`);
      }
    });

    await t.test('distribute by button, tidy of what is selected only', async () => {
      await select(page, 'a', 'b', 'c');
      await tool(page, words.horizontal).click();
      await placed('the gaps are equal', { a: [0, 0], b: [260, 130], c: [520, 70], d: PLACES.d });
      assert.equal(await undoes(page), words.distributed);
      await page.keyboard.press('Control+z');
      await tool(page, words.vertical).click();
      await placed('the gaps are equal downwards', { a: [0, 0], c: [520, 65], b: [220, 130] });
      await page.keyboard.press('Control+z');
      await placed('as it was', PLACES);
      await overview(page);
      await select(page, 'a', 'b');
      await page.keyboard.press('Alt+t');
      const document = await untilKept(backend, id, 'the two are laid out', (each) => place(each, 'b')[0] > 176 && place(each, 'b')[1] === place(each, 'a')[1]);
      assert.deepEqual([place(document, 'c'), place(document, 'd')], [PLACES.c, PLACES.d], 'the others stay');
      assert.equal(await undoes(page), words.tidied);
      await page.keyboard.press('Control+z');
      await placed('as it was', PLACES);
    });

    await t.test('a note by key and by button, find by button', async () => {
      await overview(page);
      await page.keyboard.press('Alt+n');
      await untilKept(backend, id, 'a note is there', (each) => each.layout.notes?.[0]?.kind === 'note');
      assert.equal(await undoes(page), words.noteStep);
      await page.keyboard.press('Control+z');
      await overview(page);
      await tool(page, words.note).click();
      await untilKept(backend, id, 'a note is there', (each) => each.layout.notes?.[0]?.kind === 'note');
      await page.keyboard.press('Control+z');
      await untilKept(backend, id, 'it is gone', (each) => (each.layout.notes ?? []).length === 0 && old(each));
      await overview(page);
      await tool(page, words.find).click();
      await page.keyboard.type('gam');
      await page.keyboard.press('Enter');
      assert.deepEqual(await selected(page), ['c']);
    });

    await t.test('Escape lets go of what is selected, with a tooltip under the pointer too, which goes with it', async () => {
      await overview(page);
      await select(page, 'a', 'b');
      await tool(page, words.left).hover();
      const tip = page.getByRole('tooltip').filter({ hasText: words.left });
      await tip.waitFor();
      await page.keyboard.press('Escape');
      await tip.waitFor({ state: 'hidden' });
      await page.waitForFunction(() => document.querySelectorAll('.react-flow__node-task.selected').length === 0);
      // A tooltip of the inspector's own button closes with it, in one press.
      await select(page, 'c');
      await properties(page).getByRole('heading').first().waitFor();
      await page.keyboard.press('Escape');
      await properties(page).waitFor({ state: 'detached' });
    });

    await t.test('screen readers hear the canvas in the language that is on', async () => {
      const name = (task) => (locale === 'ko' ? `${task} 대기` : task);
      await page.getByRole('toolbar', { name: words.toolbar }).waitFor();
      await page.getByRole('group', { name: `${name('Alpha')}, ${words.type}`, exact: true }).waitFor();
      await page.getByRole('img', { name: words.link, exact: true }).waitFor({ state: 'attached' });
      const labels = await page.locator('.react-flow').evaluate((flow) =>
        ['aria-label', 'aria-roledescription'].flatMap((name) => [...flow.querySelectorAll(`[${name}]`)].map((each) => each.getAttribute(name))),
      );
      assert.ok(labels.length > 8);
      assert.deepEqual([await node(page, 'a').getAttribute('aria-roledescription'), await page.locator('.react-flow__edge').first().getAttribute('aria-roledescription')], words.roles);
      if (locale === 'ko') assert.deepEqual(labels.filter((each) => !/[가-힣]/.test(each)), [], 'every label is Korean');
    });
  });
