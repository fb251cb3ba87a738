// Starts the real backend and opens the UI that it serves in Chromium.
//
//   test('a playbook can be saved', async (t) => {
//     const backend = await startBackend(t, { sample: true });
//     const page = await openPage(t, backend, { path: '/playbooks' });
//     ...
//   });
import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after } from 'node:test';
import { chromium } from 'playwright-core';

import { BINARY, Process, atEnd, evidence, haetae, temporaryFolder } from '../support.mjs';

/** Starts `haetae serve` on a data directory of its own; it ends with the test. */
export async function startBackend(t, { sample = false, data, env = {} } = {}) {
  const folder = data ?? join(await temporaryFolder(t), 'data');
  if (sample) {
    const loaded = await haetae(['sample', 'load'], { data: folder, env });
    assert.equal(loaded.code, 0, `haetae sample load: ${loaded.stderr}`);
  }
  const server = new Process(BINARY, ['serve', '--listen', '127.0.0.1:0', '--data', folder, '--json'], { env: { ...process.env, ...env } });
  atEnd(t, () => server.stop());
  const { address: url, token_file: tokenFile } = await server.ready('haetae serve names its address', () => {
    assert.ok(server.running, 'haetae serve ended');
    return server.stdout.trimEnd().endsWith('}') && JSON.parse(server.stdout);
  });
  const token = (await readFile(tokenFile, 'utf8')).trim();
  return {
    data: folder,
    url,
    token,
    process: server,
    /** Runs one operation; an error of the backend is thrown with its code. */
    async call(operation, request = {}) {
      const response = await fetch(`${url}/api/${operation}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(request),
      });
      const { ok, error } = await response.json();
      if (error) throw Object.assign(new Error(`${operation}: ${error.code} ${error.message?.en}`), { code: error.code, status: response.status });
      return ok;
    },
  };
}

let running;

/** One browser for the tests of a file, since its start takes longer than most of them; each test has a profile of its own in it. */
async function browser() {
  if (!running?.isConnected()) running = await chromium.launch({ executablePath: process.env.HAETAE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  return running;
}
after(() => running?.close());

/**
 * Opens the UI on a backend. The test fails when the page throws or logs an error, other than one that `allowed` matches; a picture is
 * kept when the test fails.
 */
export async function openPage(t, backend, { path = '/', locale = 'en', colorScheme = 'light', viewport = { width: 1440, height: 900 }, allowed } = {}) {
  const context = await (await browser()).newContext({ locale: locale === 'ko' ? 'ko-KR' : 'en-US', colorScheme, viewport, reducedMotion: 'reduce' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: backend.url });
  const page = await context.newPage();
  const errors = [];
  // Asked when an error arrives: the browser may tell of one long after what caused it.
  const keep = (text) => { if (!allowed?.test(text)) errors.push(text); };
  page.on('pageerror', (error) => keep(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') keep(message.text()); });
  page.errors = errors;
  atEnd(t, async () => {
    await page.screenshot({ path: evidence(t.name) }).catch(() => {}); // The page may be gone already.
    await context.close();
    assert.deepEqual(errors, [], 'the page logged errors');
  });
  // The page takes the token out of the address before it shows anything.
  await page.goto(`${backend.url}/#token=${backend.token}`);
  await page.waitForFunction(() => !location.hash.includes('token='));
  if (path !== '/') await page.goto(`${backend.url}/#${path}`);
  return page;
}

/** Fails when axe finds something that WCAG 2.2 AA forbids. */
export async function assertAccessible(page, { exclude = [] } = {}) {
  let axe = new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
  for (const selector of exclude) axe = axe.exclude(selector);
  const { violations } = await axe.analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((node) => node.target.join(' ')).join('\n  ')}`);
  assert.deepEqual(found, []);
}
