// The main job in the real window: from the sample workspace to a finished execution, with pictures in both languages.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { Key } from 'selenium-webdriver';

import { ROOT, evidence, haetae } from '../support.mjs';
import { By, call, goTo, openWindow, setLook, until } from './harness.mjs';

/** The pictures that README and the guide show are taken here: `HAETAE_PICTURES=1 cargo xtask test --only window` renews them. */
const PICTURES = process.env.HAETAE_PICTURES ? join(ROOT, 'docs/guide/images') : null;

const byText = (text) => By.xpath(`//*[self::button or self::a][normalize-space(.)=${JSON.stringify(text)} or starts-with(normalize-space(.), ${JSON.stringify(`${text} `)})]`);
const containing = (text) => By.xpath(`//*[contains(normalize-space(text()), ${JSON.stringify(text)})]`);

/** Keeps a picture, without the notice of what was done before. */
async function keep(window, name) {
  await until('no notice covers the window', async () => {
    const notices = await window.driver.findElements(By.css('[data-toast] button'));
    for (const close of notices) await close.click();
    return notices.length === 0;
  });
  const file = PICTURES ? join(PICTURES, `${name}.png`) : evidence(name);
  if (PICTURES) await mkdir(PICTURES, { recursive: true });
  await window.picture(file);
}

test('the main job from the sample workspace to a finished execution', async (t) => {
  const window = await openWindow(t, { name: 'main-job' });
  await (await window.see(byText('Load the sample workspace'))).click();

  // The alerts opened tickets, a ticket rule started the playbook, and its approval waits.
  // The first sample ticket has a file that three hosts hold, so an approval has something to release.
  const question = await until('the malware response asks about the first ticket', async () => {
    const { groups } = await call(window, 'question.list');
    return groups.flatMap((group) => group.questions).find((one) => one.ticket === 1);
  });
  await goTo(window, `/work/question/${question.id}`, By.xpath("//section[@aria-label='Decision']//h2[contains(., 'Malicious?')]"));
  await window.see(containing('desk-042'));
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
  const approve = await window.see(By.xpath("//section[@aria-label='Decision']//button[starts-with(normalize-space(.), 'Approve')]"));
  await approve.click();

  // The command line asks the window, which owns the data directory.
  const execution = await until('the malware response is done', async () => {
    const { stdout } = await haetae(['execution', 'list', '--json'], { data: window.data });
    return JSON.parse(stdout).executions.find((one) => one.id === question.execution && one.status === 'done');
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

  await goTo(window, `/tickets/${execution.ticket}`, `section[aria-label='T-${execution.ticket}']`);
  await keep(window, 'ticket-ko-light');

  const ticket = JSON.parse((await haetae(['ticket', 'show', String(execution.ticket), '--json'], { data: window.data })).stdout);
  assert.match(ticket.report, /Two sources agree\./, 'the report tells who approved and why');
});
