// What the window shows outside of the page: notices of the desktop, the number beside the tray icon, the dialog that saves a file.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { Process, atEnd, evidence, temporaryFolder } from '../support.mjs';
import { By, call, goTo, openWindow, until } from './harness.mjs';

const run = promisify(execFile);

const ASK = {
  format: 1,
  id: 'night-watch',
  name: { en: 'Night watch', ko: '야간 감시' },
  variables: [{ name: 'yes', type: 'boolean' }],
  tasks: { ask: { type: 'input', name: { en: 'Go on', ko: '계속' }, question: { en: 'Go on?', ko: '계속할까요?' }, kind: 'boolean', variable: 'yes' } },
  links: [{ from: 'start', to: 'ask' }],
};

/** Listens to what goes over the session's bus to whoever shows notices. */
async function notices(t) {
  const bus = new Process('dbus-monitor', ["interface='org.freedesktop.Notifications',member='Notify'"], {});
  atEnd(t, () => bus.stop());
  await bus.ready('the bus is listened to', () => bus.stdout.includes('NameAcquired') || bus.stdout.includes('signal'));
  return () => bus.stdout;
}

/** The text beside the tray icon, as a panel would read it. */
async function trayTitle() {
  const ask = async (...args) => (await run('gdbus', ['call', '--session', ...args])).stdout;
  const names = (await ask('--dest', 'org.freedesktop.DBus', '--object-path', '/org/freedesktop/DBus', '--method', 'org.freedesktop.DBus.ListNames')).match(/:\d+\.\d+/g) ?? [];
  for (const dest of names) {
    const path = await run('gdbus', ['introspect', '--session', '--only-properties', '--recurse', '--dest', dest, '--object-path', '/org/ayatana/NotificationItem'], { timeout: 2_000 }).then(({ stdout }) => stdout, () => '');
    const found = /XAyatanaLabel = '([^']*)'/.exec(path);
    if (found) return found[1];
  }
  return null;
}

test('the desktop beside the window', async (t) => {
  const heard = await notices(t);
  const window = await openWindow(t, { name: 'work-desktop' });
  await window.see('nav');
  await call(window, 'settings.save', { language: 'en', theme: 'light' });
  await call(window, 'playbook.save', { document: ASK, base: 0, comment: '' });
  await goTo(window, '/tickets', By.css('main'));

  await t.test('new work is told as a notice without buttons', async () => {
    await call(window, 'execution.start', { playbook: 'night-watch' });
    await until('a notice goes to the desktop', async () => heard().includes('A question waits'));
    const told = heard().slice(heard().indexOf('A question waits'));
    assert.ok(told.includes('Night watch · Go on'), told);
    // The list after the words is that of the buttons.
    assert.match(told, /Night watch · Go on"\s+array \[\s+\]/);
  });
  await t.test('the tray and the title say how much waits', async () => {
    await until('the title of the page has the number', async () => (await window.driver.getTitle()).startsWith('(1) '));
    await until('the tray has the number', async () => (await trayTitle()) === '1');
    await call(window, 'execution.start', { playbook: 'night-watch' });
    await until('the tray has the next number', async () => (await trayTitle()) === '2');
    const { groups } = await call(window, 'question.list');
    for (const { id } of groups.flatMap((group) => group.questions)) await call(window, 'question.answer', { ids: [id], answer: { value: true } });
    await until('the tray is empty again', async () => (await trayTitle()) === '');
  });
  await t.test('a report goes where the dialog of the desktop says', async () => {
    const folder = await temporaryFolder(t);
    const file = join(folder, 'night.pdf');
    await goTo(window, '/executions/1', By.css('.react-flow__node'));
    await (await window.see(By.xpath("//button[@aria-label='More']"))).click();
    await (await window.see(By.xpath("//*[@role='menuitem'][contains(., 'Report')]"))).click();
    await (await window.see(By.xpath("//*[@role='dialog']//button[normalize-space(.)='Save']"))).click();
    const dialog = await until('the dialog of the desktop is there', async () => (await run('xdotool', ['search', '--onlyvisible', '--name', '^(Save|Save File|저장)'])).stdout.trim().split('\n')[0]);
    await run('xdotool', ['windowactivate', '--sync', dialog]);
    await window.picture(evidence('work-desktop-save'));
    await run('xdotool', ['key', '--clearmodifiers', 'ctrl+a']);
    await run('xdotool', ['type', '--clearmodifiers', file]);
    await run('xdotool', ['key', '--clearmodifiers', 'Return']);
    await until('the report is there', async () => (await readFile(file)).subarray(0, 5).toString() === '%PDF-');
    await window.see(By.xpath("//*[contains(normalize-space(text()), 'Report saved: ')]"));
  });
});
