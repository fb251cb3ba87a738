// Every menu of every screen, opened: what screen readers and weak eyes meet in it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support.mjs';
import { assertAccessible, openPage, startBackend } from './harness.mjs';

// How many menus each screen has: language and theme everywhere, then its own (of the rows of a list, one is opened).
const SCREENS = { '/work': 2, '/tickets/1': 3, '/executions': 5, '/executions/1': 4, '/playbooks': 5, '/playbooks/malware-response': 4, '/blocklist': 2, '/apps': 2 };

for (const [locale, colorScheme] of [['ko', 'dark'], ['en', 'light']])
  test(`axe finds nothing in the menus of all screens, ${locale} ${colorScheme}`, async (t) => {
    const backend = await startBackend(t, { sample: true });
    await until('the sample has come to rest', async () => {
      const { executions } = await backend.call('execution.list');
      return executions.length === 7 && executions.every((each) => ['waiting', 'done'].includes(each.status));
    });
    const page = await openPage(t, backend, { locale, colorScheme });
    const opened = new Set();
    const found = [];
    for (const [screen, menus] of Object.entries(SCREENS)) {
      await page.goto(`${backend.url}/#${screen}`);
      const triggers = page.locator('button[aria-haspopup="menu"]:visible:enabled');
      await triggers.nth(menus - 1).waitFor();
      for (let at = 0; at < (await triggers.count()); at += 1) {
        const trigger = triggers.nth(at);
        const label = await trigger.evaluate((button) => button.getAttribute('aria-label') ?? button.textContent);
        // The frame's menus are the same everywhere, and so are those of the rows of a list.
        const name = label.split(':')[0];
        if (opened.has(name)) continue;
        opened.add(name);
        await trigger.click();
        await page.getByRole('menu').waitFor();
        await assertAccessible(page).catch((error) => { found.push(`${screen}: ${name}: ${error.actual}`); });
        await page.keyboard.press('Escape');
        await page.getByRole('menu').waitFor({ state: 'detached' });
      }
    }
    assert.deepEqual(found, []);
    assert.ok(opened.size >= 10, `menus: ${[...opened].join(', ')}`);
  });
