// The designer without a mouse, with the Korean layout on, and for screen readers.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { arrows, canvas, drawing, node, openDrawing, place, selected, undoes, untilKept, wait } from './designer.mjs';
import { startBackend } from './harness.mjs';

const focused = (page, id) => page.waitForFunction((each) => document.activeElement?.dataset.id === each, id);

test('everything is done by keyboard', async (t) => {
  const backend = await startBackend(t);
  const id = 'keys';
  const page = await openDrawing(t, backend, drawing(id, { a: wait('Alpha'), ask: { type: 'approval', name: 'Ask', question: 'Go?', deadline: '30m' }, b: wait('Beta'), c: wait('Gamma') }, 'start>a a>ask ask:approved>b', { a: [0, 0], ask: [280, 0], b: [600, 0], c: [600, 160] }));
  const holds = (what, check) => untilKept(backend, id, what, check);

  await t.test('Tab reaches the canvas by one stop, the first task', async () => {
    // From the palette's last stop on; the drawing is one stop, whatever its size.
    await page.getByRole('button', { name: /^Outline/ }).focus();
    await page.keyboard.press('Tab');
    await focused(page, 'a');
    await page.keyboard.press('Shift+Tab');
    await page.waitForFunction(() => document.activeElement?.textContent?.startsWith('Outline'));
    await page.keyboard.press('Tab');
    await focused(page, 'a');
    // The next stop is behind the drawing, not its next task.
    await page.keyboard.press('Tab');
    await page.waitForFunction(() => document.activeElement !== document.body && !document.activeElement?.closest('.react-flow__node, .react-flow__edge'));
    await page.keyboard.press('Shift+Tab');
    await focused(page, 'a');
  });

  await t.test('arrows walk along links and through space, with Shift they extend', async () => {
    // The first arrow takes the task that has the focus; the next ones follow the links.
    for (const task of ['a', 'ask', 'b']) {
      await page.keyboard.press('ArrowRight');
      await focused(page, task);
      assert.deepEqual(await selected(page), [task]);
    }
    await page.keyboard.press('ArrowDown');
    await focused(page, 'c');
    await page.keyboard.press('ArrowUp');
    await focused(page, 'b');
    await page.keyboard.press('ArrowLeft');
    await focused(page, 'ask');
    await page.keyboard.press('Shift+ArrowRight');
    assert.deepEqual(await selected(page), ['ask', 'b']);
    await page.keyboard.press('Shift+ArrowDown');
    assert.deepEqual(await selected(page), ['ask', 'b', 'c']);
    await page.keyboard.press('ArrowUp');
  });

  await t.test('Alt with arrows nudges, and a burst is one step', async () => {
    await page.keyboard.press('ArrowDown');
    await focused(page, 'c');
    for (let press = 0; press < 5; press++) await page.keyboard.press('Alt+ArrowDown');
    await page.keyboard.press('Alt+Shift+ArrowRight');
    await holds('the task has moved', (each) => place(each, 'c')[0] === 632 && place(each, 'c')[1] === 200);
    assert.match(await undoes(page), /^Nudge/);
    await page.keyboard.press('Control+z');
    await holds('one undo takes the burst back', (each) => place(each, 'c')[0] === 600 && place(each, 'c')[1] === 160);
  });

  await t.test('C connects: the outcome, a word of the name, Enter', async () => {
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowLeft');
    await focused(page, 'ask');
    await page.keyboard.press('c');
    const box = page.getByRole('search', { name: 'Connect from Ask' });
    await box.waitFor();
    // "approved" is taken, so the first free outcome is offered; a task before it is no target.
    assert.equal(await box.getByRole('radio', { name: 'rejected' }).isChecked(), true);
    assert.deepEqual(await box.getByRole('option').allTextContents(), ['Betab', 'Gammac']);
    await page.keyboard.type('gam');
    assert.deepEqual(await box.getByRole('option').allTextContents(), ['Gammac']);
    await page.keyboard.press('Enter');
    await holds('the link is drawn', (each) => arrows(each) === 'start>a a>ask ask:approved>b ask:rejected>c');
    await focused(page, 'ask');
    // Another outcome is chosen by keys alone.
    await page.keyboard.press('c');
    await box.waitFor();
    assert.equal(await box.getByRole('radio', { name: 'expired' }).isChecked(), true);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('ArrowRight');
    assert.equal(await box.getByRole('radio', { name: 'failed' }).isChecked(), true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await holds('the failed outcome is linked', (each) => arrows(each).endsWith('ask:failed>c'));
    await page.keyboard.press('c');
    await page.keyboard.press('Escape');
    await box.waitFor({ state: 'detached' });
    await focused(page, 'ask');
  });

  await t.test('Enter opens the task, Escape leads back, Delete deletes', async () => {
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.closest('aside') !== null && /INPUT|TEXTAREA|DIV/.test(document.activeElement?.tagName ?? ''));
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.activeElement?.dataset.id !== undefined);
    const gone = await page.evaluate(() => document.activeElement.dataset.id);
    await page.keyboard.press('Delete');
    await holds('it is deleted', (each) => !(gone in each.tasks));
    await page.keyboard.press('Control+z');
    await holds('and back', (each) => gone in each.tasks);
  });

  await t.test('the menu key opens the menu of the task', async () => {
    await node(page, 'a').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    await focused(page, 'a');
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Select what comes after' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menuitem', { name: 'Select what comes after' }).waitFor({ state: 'detached' });
  });

  await t.test('a task is added from the palette by keys', async () => {
    await canvas(page).focus();
    await page.keyboard.press('/');
    await page.keyboard.type('form');
    await page.keyboard.press('Tab');
    while (!(await page.evaluate(() => document.activeElement?.dataset.ingredient === 'formula'))) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await holds('the formula is there', (each) => 'formula' in each.tasks);
    await focused(page, 'formula');
  });

  await t.test('a task is given another id, and what reads it follows', async () => {
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Name and note' }).click();
    const field = page.getByRole('textbox', { name: 'Task id' });
    await field.fill('a');
    await page.getByText('This id is taken').waitFor();
    await field.fill('sum');
    await page.keyboard.press('Enter');
    await holds('the id is new', (each) => 'sum' in each.tasks && !('formula' in each.tasks));
    assert.equal(await undoes(page), 'Rename: formula → sum');
  });
});

test('the fourteen functions stand in their order with their keys, in both languages', async (t) => {
  const backend = await startBackend(t);
  const wanted = {
    en: ['Undo Ctrl-Z', 'Redo Ctrl-Y', "Grid Ctrl-'", 'Align left Alt-A', 'Align centre Alt-H', 'Align right Alt-D', 'Align top Alt-W', 'Align middle Alt-V', 'Align bottom Alt-S', 'Minimap Ctrl-M', 'Fit to screen 1', 'Zoom in +, wheel up', 'Zoom out -, wheel down', 'Zoom ratio 0 to 100 %'],
    ko: ['되돌리기 Ctrl-Z', '다시 하기 Ctrl-Y', "격자 Ctrl-'", '왼쪽 맞춤 Alt-A', '가운데 맞춤 Alt-H', '오른쪽 맞춤 Alt-D', '위쪽 맞춤 Alt-W', '중간 맞춤 Alt-V', '아래쪽 맞춤 Alt-S', '미니맵 Ctrl-M', '화면에 맞춤 1', '확대 +, 휠 위로', '축소 -, 휠 아래로', '확대 비율 0 100 %로'],
  };
  for (const locale of ['en', 'ko'])
    await t.test(locale, async (t2) => {
      const page = await openDrawing(t2, backend, drawing(`tools-${locale}`, { a: wait('Alpha') }, 'start>a', { a: [0, 0] }), { locale });
      const buttons = page.locator('[role="toolbar"]').getByRole('button');
      const seen = [];
      for (let index = 0; seen.length < wanted[locale].length; index++) {
        const button = buttons.nth(index);
        const label = await button.getAttribute('aria-label');
        if (label === 'Show history' || label === '기록 보기') continue;
        await button.hover({ force: true });
        const tip = page.getByRole('tooltip').filter({ hasText: wanted[locale][seen.length].split(' ')[0] }).first();
        await tip.waitFor();
        const text = (await tip.innerText()).replace(/\s+/g, ' ').trim();
        seen.push(wanted[locale].find((each) => text.startsWith(each)) ?? text);
      }
      assert.deepEqual(seen, wanted[locale]);
    });
});

test('keys work with the Korean layout on, and Hangul goes into every kind of field', async (t) => {
  const backend = await startBackend(t);
  const id = 'hangul';
  const page = await openDrawing(t, backend, drawing(id, { a: wait('Alpha'), f: { type: 'formula', name: 'F', variable: 'x', expression: '1' } }, 'start>a a>f', { a: [0, 0], f: [280, 0] }), { locale: 'ko' });
  await node(page, 'a').click({ position: { x: 20, y: 12 } });
  await page.keyboard.press('Escape');
  await node(page, 'a').focus();
  // With the layout on, the key is a jamo while the place on the keyboard is the same.
  const hangul = (code, key, more = {}) =>
    page.evaluate(([c, k, m]) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { code: c, key: k, bubbles: true, cancelable: true, ...m })), [code, key, more]);
  await hangul('KeyA', 'ㅁ', { ctrlKey: true });
  assert.deepEqual(await selected(page), ['a', 'f']);
  await hangul('KeyW', 'ㅈ', { altKey: true });
  await hangul('KeyD', 'ㅇ', { ctrlKey: true });
  await untilKept(backend, id, 'duplicated', (each) => Object.keys(each.tasks).length === 4);
  await hangul('KeyZ', 'ㅋ', { ctrlKey: true });
  await untilKept(backend, id, 'undone', (each) => Object.keys(each.tasks).length === 2);
  // While a syllable is put together nothing is a shortcut.
  await hangul('Delete', 'Process', { keyCode: 229, isComposing: true });
  assert.equal(await page.locator('.react-flow__node-task').count(), 2);

  await node(page, 'f').click({ position: { x: 20, y: 12 } });
  await page.getByRole('tab', { name: '이름·메모' }).click();
  const name = page.getByRole('textbox', { name: '이름 (한국어)' });
  await name.fill('');
  await name.focus();
  const cdp = await page.context().newCDPSession(page);
  const compose = async (syllables) => {
    for (const [steps, whole] of syllables) {
      for (const step of steps) await cdp.send('Input.imeSetComposition', { text: step, selectionStart: step.length, selectionEnd: step.length });
      await cdp.send('Input.insertText', { text: whole });
    }
  };
  const words = [[['ㄱ', '가', '감'], '감'], [['ㅇ', '여', '염'], '염']];
  await compose(words);
  await untilKept(backend, id, 'the name is there once', (each) => each.tasks.f.name?.ko === '감염');
  await page.getByRole('tab', { name: '매개변수' }).click();
  const expression = page.getByRole('textbox', { name: '식', exact: true });
  await expression.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('"');
  await compose(words);
  await page.keyboard.press('Control+End');
  await untilKept(backend, id, 'the expression holds it once', (each) => /^"감염"?$/.test(each.tasks.f.expression));
});
