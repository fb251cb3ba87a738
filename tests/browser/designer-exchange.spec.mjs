// CACAO in the designer: a foreign playbook comes in with a report of what was lost, and goes out again as it came.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { ROOT, until } from '../support.mjs';
import { arrows, drawing, node, openDrawing, openPlaybook, tool, wait } from './designer.mjs';
import { assertAccessible, startBackend } from './harness.mjs';

const FOREIGN = join(ROOT, 'tests/fixtures/cacao-host.json');
const IMPORTED = ['ask_the_service', 'is_it_bad', 'isolate_it'];

const WORDS = {
  en: {
    menu: 'File and export',
    choose: 'Import a file',
    dialog: 'Import playbooks',
    losses: /^\d+ things were not taken over as they were$/,
    command: 'Haetae does not run the http-api command; it became a task for a person.',
    secret: 'The secret was not stored; register it as a credential where it is needed.',
    disabled: 'It may not run yet.',
    open: 'Open in the designer',
    export: 'Export version 1 as CACAO',
    exported: 'The exported file',
    exportedText: 'What CACAO cannot say stands in an extension.',
    lossless: 'Everything was taken over as it was.',
    close: 'Close',
  },
  ko: {
    menu: '파일과 내보내기',
    choose: '파일 가져오기',
    dialog: '플레이북 가져오기',
    losses: /^그대로 옮기지 못한 것 \d+개$/,
    command: /http-api/,
    secret: /비밀|자격증명/,
    disabled: '아직 실행할 수 없습니다.',
    open: '디자이너로 열기',
    export: '버전 1을 CACAO로 내보내기',
    exported: '내보낸 파일',
    exportedText: 'CACAO로 나타낼 수 없는 것은 확장 영역에 적었습니다.',
    lossless: '모두 그대로 옮겼습니다.',
    close: '닫기',
  },
};

/** Chooses a file in the designer's own menu. */
async function importFile(page, words, file) {
  await page.getByRole('button', { name: words.menu, exact: true }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: words.choose }).click();
  await (await chooser).setFiles(file);
  return page.getByRole('dialog', { name: words.dialog });
}

/** Exports the saved version and returns the file. */
async function exportCacao(page, words) {
  await page.getByRole('button', { name: words.menu, exact: true }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: words.export }).click();
  const saved = await download;
  return { name: saved.suggestedFilename(), text: await readFile(await saved.path(), 'utf8') };
}

for (const locale of ['en', 'ko'])
  test(`a CACAO playbook comes in and goes out, ${locale}`, async (t) => {
    const words = WORDS[locale];
    const backend = await startBackend(t);
    const page = await openDrawing(t, backend, drawing('here', { a: wait('Alpha') }, 'start>a', { a: [0, 0] }), { locale });
    let id;

    await t.test('the report names what was lost, with its code and its place', async () => {
      const dialog = await importFile(page, words, FOREIGN);
      const report = dialog.getByRole('region', { name: 'cacao-host.json' });
      await report.getByText(words.losses).waitFor();
      const loss = (code) => report.getByRole('listitem').filter({ hasText: code });
      await loss('CACAO-002').getByText(words.command).waitFor();
      await loss('CACAO-002').getByText('workflow.action--1f2a9f0e-7c1b-4d5a-9d58-3e1f5d0c7a04.commands[0]').waitFor();
      await loss('CACAO-007').getByText(words.secret).waitFor();
      await report.getByText(words.disabled).waitFor();
      await assertAccessible(page, { exclude: ['.react-flow'] });
      await dialog.getByRole('button', { name: words.open, exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
      for (const task of IMPORTED) await node(page, task).waitFor();
      id = decodeURIComponent(page.url().split('/playbooks/')[1]);
      const { document, version } = await backend.call('playbook.show', { id });
      assert.equal(version, 1);
      assert.deepEqual(Object.keys(document.tasks), IMPORTED);
      assert.equal(arrows(document), 'start>ask_the_service ask_the_service>is_it_bad is_it_bad:true>isolate_it');
      assert.ok(!JSON.stringify(document).includes('not-for-the-disk'), 'the secret is nowhere');
    });

    await t.test('the drawing that was there is left as it was', async () => {
      const { draft } = await backend.call('playbook.show', { id: 'here' });
      assert.deepEqual(Object.keys(draft.document.tasks), ['a']);
    });

    await t.test('unchanged it goes out as it came, but for the secret', async () => {
      const { name, text } = await exportCacao(page, words);
      assert.match(name, /\.json$/);
      const expected = JSON.parse(await readFile(FOREIGN, 'utf8'));
      const [login] = Object.values(expected.authentication_info_definitions);
      const written = JSON.parse(text);
      const [writtenLogin] = Object.values(written.authentication_info_definitions);
      assert.notEqual(writtenLogin.password, login.password);
      writtenLogin.password = login.password;
      assert.deepEqual(written, expected);
    });
  });

for (const locale of ['en', 'ko'])
  test(`a drawing of Haetae goes out as CACAO with a report, and comes back whole, ${locale}`, async (t) => {
    const words = WORDS[locale];
    const backend = await startBackend(t, { sample: true });
    const { document } = await backend.call('playbook.show', { id: 'ip-triage' });
    const page = await openPlaybook(t, backend, 'ip-triage', { locale });
    const { text } = await exportCacao(page, words);
    assert.equal(JSON.parse(text).spec_version, 'cacao-2.0');
    const report = page.getByRole('dialog', { name: words.exported });
    await report.getByText(words.exportedText).waitFor();
    const losses = report.getByRole('listitem').filter({ hasText: 'CACAO-020' });
    // More than eight are folded away.
    await report.getByText(words.losses).or(report.locator('summary')).first().click();
    await losses.filter({ hasText: 'tasks.approval' }).waitFor();
    await losses.filter({ hasText: 'tasks.firewall_block' }).waitFor();
    await report.getByRole('button', { name: words.close, exact: true }).last().click();
    await report.waitFor({ state: 'detached' });

    const dialog = await importFile(page, words, { name: 'again.json', mimeType: 'application/json', buffer: Buffer.from(text) });
    await dialog.getByText(words.lossless).waitFor();
    await dialog.getByRole('button', { name: words.open, exact: true }).click();
    await until('the copy is open', () => page.url().includes('/playbooks/ip-triage-2'));
    const copy = (await backend.call('playbook.show', { id: 'ip-triage-2' })).document;
    assert.deepEqual({ ...copy, id: 'ip-triage' }, document);
  });

test('only a saved version can go out as CACAO', async (t) => {
  const backend = await startBackend(t);
  const page = await openDrawing(t, backend, drawing('unsaved', { a: wait('Alpha') }, 'start>a', { a: [0, 0] }));
  await page.getByRole('button', { name: 'File and export' }).click();
  assert.equal(await page.getByRole('menuitem', { name: /as CACAO$/ }).isDisabled(), true);
  await page.keyboard.press('Escape');
  await tool(page, 'Fit to screen').click();
});
