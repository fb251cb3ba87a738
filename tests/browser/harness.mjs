// Starts the real backend and shows it the built UI in Chromium.
//
//   test('a playbook can be saved', async (t) => {
//     const backend = await startBackend(t, { sample: true });
//     const page = await openPage(t, backend, { path: '/playbooks' });
//     ...
//   });
import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright-core';

import { BINARY, Process, ROOT, atEnd, evidence, haetae, temporaryFolder } from '../support.mjs';

const UI = join(ROOT, 'ui/dist');

/** Starts `haetae serve` on a data directory of its own; it ends with the test. */
export async function startBackend(t, { sample = false, data, env = {} } = {}) {
  const folder = data ?? join(await temporaryFolder(t), 'data');
  if (sample) {
    const loaded = await haetae(['sample', 'load'], { data: folder, env });
    assert.equal(loaded.code, 0, `haetae sample load: ${loaded.stderr}`);
  }
  const server = new Process(BINARY, ['serve', '--listen', '127.0.0.1:0', '--data', folder, '--json'], { env: { ...process.env, ...env } });
  atEnd(t, () => server.stop());
  const { address, token_file: tokenFile } = await server.ready('haetae serve names its address', () => {
    assert.ok(server.running, 'haetae serve ended');
    const line = server.output.split('\n').slice(0, -1).find((text) => text.startsWith('{') && text.includes('"address"'));
    return line && JSON.parse(line);
  });
  const url = address.startsWith('http') ? address : `http://${address}`;
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

/** Opens the UI on a backend. The test fails when the page throws or logs an error; a picture is kept when the test fails. */
export async function openPage(t, backend, { path = '/', locale = 'en', colorScheme = 'light', viewport = { width: 1440, height: 900 } } = {}) {
  const origin = await serveUi(t, backend);
  const browser = await chromium.launch({ executablePath: process.env.HAETAE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  const context = await browser.newContext({ locale: locale === 'ko' ? 'ko-KR' : 'en-US', colorScheme, viewport, reducedMotion: 'reduce' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
  page.errors = errors;
  atEnd(t, async () => {
    await page.screenshot({ path: evidence(t.name) }).catch(() => {}); // The page may be gone already.
    await browser.close();
    assert.deepEqual(errors, [], 'the page logged errors');
  });
  // The page takes the token out of the address before it shows anything.
  await page.goto(`${origin}/#token=${backend.token}`);
  await page.waitForFunction(() => !location.hash.includes('token='));
  if (path !== '/') await page.goto(`${origin}/#${path}`);
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

const TYPES = {
  '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2', '.wasm': 'application/wasm',
};

/** Serves the built UI and hands `/api/` on to the backend, so that the page has one origin. */
async function serveUi(t, backend) {
  const target = new URL(backend.url);
  const server = createServer((request, response) => {
    if (request.url.startsWith('/api/')) {
      const { origin, referer, ...headers } = request.headers;
      const forward = httpRequest(
        { host: target.hostname, port: target.port, path: request.url, method: request.method, headers: { ...headers, host: target.host } },
        (answer) => {
          response.writeHead(answer.statusCode, answer.headers);
          answer.pipe(response);
        },
      );
      forward.on('error', () => response.destroy());
      response.on('close', () => forward.destroy());
      request.pipe(forward);
      return;
    }
    sendFile(request.url, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  await new Promise((done, reject) => server.on('error', reject).listen(0, '127.0.0.1', done));
  atEnd(t, () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

async function sendFile(url, response) {
  const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
  const wanted = join(UI, path);
  const isFile = await stat(wanted).then((found) => found.isFile(), () => false);
  // Every other address is a route of the UI.
  const file = isFile ? wanted : join(UI, 'index.html');
  response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
}
