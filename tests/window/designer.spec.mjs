// The designer in the real window: a playbook is drawn, linked, saved and run.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Key, Origin } from 'selenium-webdriver';

import { haetae } from '../support.mjs';
import { By, call, goTo, openWindow, setLook, until } from './harness.mjs';

const ID = 'window-drawing';

const draft = async (window) => (await call(window, 'playbook.show', { id: ID })).draft?.document;

test('a playbook is drawn, linked, saved and run in the real window', async (t) => {
  const window = await openWindow(t, { name: 'designer' });
  const { driver } = window;
  await window.see('nav');
  await call(window, 'sample.load');
  await setLook(window, 'en', 'light');
  await call(window, 'playbook.save_draft', { id: ID, base: 0, document: { format: 1, id: ID, name: { ko: '창에서 그린 것', en: 'Drawn in the window' }, tasks: {}, links: [] } });
  await goTo(window, `/playbooks/${ID}`, 'button[data-ingredient="formula"]');

  // Two tasks from the palette: the first by a click, the second dragged to its place.
  await (await window.see('button[data-ingredient="formula"]')).click();
  await window.see('.react-flow__node[data-id="formula"]');
  await driver.actions().sendKeys(Key.ESCAPE).perform();
  const ingredient = await window.see('button[data-ingredient="wait"]');
  const start = await window.see('.react-flow__node[data-id="formula"]');
  await driver.actions().move({ origin: ingredient }).press().move({ origin: start, x: 120, y: 130, duration: 200 }).move({ origin: start, x: 160, y: 140, duration: 200 }).release().perform();
  await window.see('.react-flow__node[data-id="wait"]');
  await driver.actions().sendKeys(Key.ESCAPE).perform();
  await until('the draft holds both', async () => Object.keys((await draft(window)).tasks).length === 2);

  // A link from the point of the one to the other.
  const [from, to] = [await window.see('.react-flow__node[data-id="formula"]'), await window.see('.react-flow__node[data-id="wait"]')];
  await driver.actions().move({ origin: from }).perform();
  const point = await driver.findElement(By.css('.react-flow__node[data-id="formula"] .react-flow__handle[data-handleid="done"]'));
  await driver.actions().move({ origin: point }).press().move({ origin: to, x: -60, duration: 250 }).move({ origin: to, x: -40, duration: 200 }).release().perform();
  await until('the link is drawn', async () => (await draft(window)).links.some((link) => link.from === 'formula' && link.to === 'wait'));

  // Undo and redo by key, and the fields.
  await driver.actions().move({ origin: Origin.VIEWPORT, x: 400, y: 700 }).click().perform();
  await driver.actions().keyDown(Key.CONTROL).sendKeys('z').keyUp(Key.CONTROL).perform();
  await until('the link is undone', async () => !(await draft(window)).links.some((link) => link.from === 'formula'));
  await driver.actions().keyDown(Key.CONTROL).sendKeys('y').keyUp(Key.CONTROL).perform();
  await until('the link is back', async () => (await draft(window)).links.some((link) => link.from === 'formula'));
  await (await window.see('.react-flow__node[data-id="formula"] .task-name')).click();
  const variable = await window.see(By.xpath("//aside//input[contains(@class, 'mono') or @value='']"));
  await variable.sendKeys('answer');
  const expression = await window.see('aside .cm-content');
  await expression.click();
  await expression.sendKeys('6 * 7');
  await until('the expression is kept', async () => (await draft(window)).tasks.formula.expression === '6 * 7' && (await draft(window)).tasks.formula.variable === 'answer');
  await driver.actions().sendKeys(Key.ESCAPE, Key.ESCAPE).perform();
  await (await window.see('.react-flow__node[data-id="wait"] .task-name')).click();
  const seconds = await window.see('aside .cm-content');
  await seconds.click();
  await driver.actions().keyDown(Key.CONTROL).sendKeys('a').keyUp(Key.CONTROL).sendKeys('0').perform();
  await until('the wait takes no time', async () => String((await draft(window)).tasks.wait.seconds) === '0');

  // Saved with a comment, then run.
  await driver.actions().keyDown(Key.CONTROL).sendKeys('s').keyUp(Key.CONTROL).perform();
  const comment = await window.see('[role="dialog"] textarea');
  await comment.sendKeys('Drawn in the window');
  await driver.actions().keyDown(Key.CONTROL).sendKeys(Key.ENTER).keyUp(Key.CONTROL).perform();
  await until('version 1 is saved', async () => (await call(window, 'playbook.show', { id: ID })).version === 1);
  await driver.executeScript("[...document.querySelectorAll('[role=\"toolbar\"] button')].find((button) => button.textContent.trim() === 'Run').click()");
  const run = await window.see(By.xpath("//*[@role='dialog']//button[@type='submit']"));
  await run.click();
  const execution = await until('the execution is done', async () => {
    const { stdout } = await haetae(['execution', 'list', '--json'], { data: window.data });
    return JSON.parse(stdout).executions.find((one) => one.playbook === ID && one.status === 'done');
  });
  const shown = JSON.parse((await haetae(['execution', 'show', String(execution.id), '--json'], { data: window.data })).stdout);
  assert.equal(shown.variables.answer, 42);
});
