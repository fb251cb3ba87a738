// The draft is kept while somebody draws: a write that fails is told and tried again, and leaving the designer writes at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { drawing, openDrawing, place, select, untilKept, wait } from './designer.mjs';
import { startBackend } from './harness.mjs';

for (const [locale, failed, saved, playbooks] of [
  ['en', /^Draft not saved \(\S+\), trying again$/, /^Draft saved/, 'Playbooks'],
  ['ko', /^초안을 저장하지 못함 \(\S+\)/, /^초안 저장됨/, '플레이북'],
])
  test(`the draft, ${locale}`, async (t) => {
    const backend = await startBackend(t);
    const id = 'draft';
    // The browser's own word for a request that did not come through.
    const page = await openDrawing(t, backend, drawing(id, { a: wait('Alpha') }, 'start>a', { a: [0, 0] }), { locale, allowed: /net::ERR_/ });
    const state = page.locator('[role="toolbar"]').getByRole('status');
    const down = (document) => place(document, 'a')[1];
    const nudge = async () => page.keyboard.press('Alt+ArrowDown');

    await t.test('a write that fails is told with its code, and tried again until it is kept', async () => {
      await select(page, 'a');
      let refused = 0;
      await page.route('**/api/playbook.save_draft', (route) => {
        refused += 1;
        return route.abort();
      });
      await nudge();
      await state.getByText(failed).waitFor();
      const before = await backend.call('playbook.show', { id });
      assert.equal(down(before.draft.document), 0);
      await page.unroute('**/api/playbook.save_draft');
      await untilKept(backend, id, 'nobody touched anything, and it is kept', (document) => down(document) === 8);
      await state.getByText(saved).waitFor();
      assert.ok(refused > 0);
    });

    await t.test('leaving the designer writes what was just drawn', async () => {
      await nudge();
      await page.getByRole('link', { name: playbooks, exact: true }).first().click();
      await page.locator('.react-flow').waitFor({ state: 'detached' });
      await untilKept(backend, id, 'it is kept', (document) => down(document) === 16);
    });
  });
