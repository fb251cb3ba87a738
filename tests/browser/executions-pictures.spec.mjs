// The pictures of the guide's pages about executions and work, in both languages and themes.
// `HAETAE_PICTURES=1 cargo xtask test --only browser` renews them; otherwise they are evidence only.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { ROOT, evidence, until } from '../support.mjs';
import { openPage, startBackend } from './harness.mjs';

const FOLDER = process.env.HAETAE_PICTURES ? join(ROOT, 'docs/guide/images') : null;

test('pictures of executions and work', async (t) => {
  const backend = await startBackend(t, { sample: true });
  const questions = await until('the sample asks its questions', async () => {
    const found = (await backend.call('question.list')).groups;
    return found.reduce((sum, group) => sum + group.count, 0) === 5 && found.flatMap((group) => group.questions);
  });
  const answer = async (number, approved, opinion) => {
    const { question } = await backend.call('question.show', { id: questions[number].id });
    await backend.call('question.answer', { ids: [questions[number].id], answer: { approved, opinion, hash: question.kind.hash } });
  };
  await answer(0, true, 'Two sources agree; the owner was told by phone.');
  await answer(4, false, 'Our own scanner, see the change calendar.');
  await until('the answered ones have ended', async () => (await backend.call('execution.list', { status: ['done', 'failed'], limit: 1 })).total === 4);
  const malware = (await backend.call('execution.list', { playbook: 'malware-response' })).executions;
  const ended = malware.find(({ ended_at: at }) => at !== null) ?? malware[0];
  const other = malware.find(({ id }) => id !== ended.id);
  const page = await openPage(t, backend);
  page.setDefaultTimeout(15_000);

  const keep = async (name, language, path, ready) => {
    await page.goto(`${backend.url}/#${path}`);
    await ready();
    // A machine without a keyring says so above every screen.
    const banner = page.locator('main [role="status"]').getByRole('button');
    if ((await banner.count()) > 0) await banner.first().click();
    await page.evaluate(() => document.fonts.ready);
    const cut = await page.evaluate(() => [...document.querySelectorAll('main button, main [role="tab"]')].filter((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflow === 'hidden' && !each.closest('[role="grid"], [role="listbox"], ul')).map((each) => each.textContent));
    assert.deepEqual(cut, [], `${name} in ${language}: no label is cut`);
    await page.screenshot({ path: FOLDER ? join(FOLDER, `${name}-${language}.png`) : evidence(`${name}-${language}`) });
  };
  for (const [language, theme, word] of [['en', 'light', 'Replay'], ['ko', 'dark', '재생']]) {
    await t.test(language, async () => {
      await backend.call('settings.save', { language, theme });
      await until('the page follows', async () => page.evaluate(([language, theme]) => document.documentElement.lang === language && document.documentElement.dataset.mantineColorScheme === theme, [language, theme]));
      const search = encodeURIComponent(JSON.stringify({ search: 'malicious' }));
      await until('the index holds it', async () => (await backend.call('execution.list', { search: 'malicious', limit: 1 })).executions.length > 0);
      await keep('executions-search', language, `/executions?filter=${search}`, () => page.locator('mark').first().waitFor());
      await keep('executions-replay', language, `/executions/${ended.id}?at=4`, async () => {
        const slider = page.getByRole('slider', { name: word });
        await until('it shows the moment', async () => (await slider.getAttribute('aria-valuenow')) === '4');
      });
      await keep('executions-compare', language, `/executions/${ended.id}?with=${other.id}`, () => page.getByRole('table').getByRole('row').nth(1).waitFor());
      await keep('executions-metrics', language, '/executions?tab=metrics', () => page.getByRole('heading', { level: 2 }).nth(2).waitFor());
      await keep('work-decisions', language, '/work/decisions/all', () => page.getByRole('table').getByRole('row').nth(2).waitFor());
    });
  }
});
