// The main job in the real window: from the sample workspace to a finished execution, with pictures in both languages.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { Key } from 'selenium-webdriver';

import { ROOT, evidence, haetae } from '../support.mjs';
import { By, openWindow, until } from './harness.mjs';

/** The pictures that README and the guide show are taken here: `HAETAE_PICTURES=1 cargo xtask test --only window` renews them. */
const PICTURES = process.env.HAETAE_PICTURES ? join(ROOT, 'docs/guide/images') : null;

const byText = (text) => By.xpath(`//*[self::button or self::a][normalize-space(.)=${JSON.stringify(text)} or starts-with(normalize-space(.), ${JSON.stringify(`${text} `)})]`);
const containing = (text) => By.xpath(`//*[contains(normalize-space(text()), ${JSON.stringify(text)})]`);

async function goTo(window, path, sign) {
  await window.driver.executeScript('location.hash = arguments[0]', path);
  await window.see(sign);
}

async function keep(window, name) {
  const file = PICTURES ? join(PICTURES, `${name}.png`) : evidence(name);
  if (PICTURES) await mkdir(PICTURES, { recursive: true });
  await window.picture(file);
}

async function setLook(window, language, theme) {
  const done = await window.driver.executeAsyncScript(
    `const [language, theme, done] = arguments;
     window.__TAURI_INTERNALS__.invoke('call', { operation: 'settings.save', request: { language, theme } }).then(done, (error) => done({ error: String(error) }));`,
    language,
    theme,
  );
  assert.ok(done.ok, JSON.stringify(done));
  await until(`the window speaks ${language} in ${theme}`, async () => {
    const found = await window.driver.executeScript(
      'return [document.documentElement.lang, document.documentElement.dataset.mantineColorScheme]',
    );
    return found[0] === language && found[1] === theme;
  });
}

test('the main job from the sample workspace to a finished execution', async (t) => {
  const window = await openWindow(t, { name: 'main-job' });
  await (await window.see(byText('Load the sample workspace'))).click();

  // The alerts opened tickets, a ticket rule started the playbook, and its approval waits.
  await goTo(window, '/work', containing('Malicious?'));
  await (await window.see(containing('Malicious?'))).click();
  await window.see(containing('If you approve'));
  await setLook(window, 'en', 'light');
  await window.see(containing('If you approve'));
  await keep(window, 'work-en-light');
  await setLook(window, 'ko', 'dark');
  await window.see(containing('승인하면'));
  await keep(window, 'work-ko-dark');
  await setLook(window, 'en', 'light');

  const opinion = await window.see('textarea');
  await opinion.sendKeys('Two sources agree.');
  await opinion.sendKeys(Key.TAB);
  const approve = await window.see(By.xpath("//button[starts-with(normalize-space(.), 'Approve')]"));
  await approve.click();

  const execution = await until('the malware response is done', async () => {
    const { stdout } = await haetae(['execution', 'list', '--json'], { data: window.data });
    return JSON.parse(stdout).executions.find((one) => one.playbook === 'malware-response' && one.status === 'done');
  });
  await goTo(window, `/executions/${execution.id}`, containing('Malware response'));
  await window.see('.react-flow__node');
  await keep(window, 'execution-en-light');
  await setLook(window, 'ko', 'dark');
  await keep(window, 'execution-ko-dark');

  await goTo(window, '/playbooks/malware-response', '.react-flow__node');
  await keep(window, 'designer-ko-dark');
  await setLook(window, 'ko', 'light');
  await keep(window, 'designer-ko-light');

  await goTo(window, `/tickets/${execution.ticket}`, containing(`T-${execution.ticket}`));
  await keep(window, 'ticket-ko-light');

  const ticket = JSON.parse((await haetae(['ticket', 'show', String(execution.ticket), '--json'], { data: window.data })).stdout);
  assert.match(ticket.report, /Two sources agree\./, 'the report tells who approved and why');
});
