// Drives the real window: tauri-driver, WebKitWebDriver and selenium-webdriver.
//
//   test('the window opens', async (t) => {
//     const window = await openWindow(t);
//     await window.driver.findElement(By.css('nav'));
//   });
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Builder, By, Capabilities } from 'selenium-webdriver';

import { BINARY, Process, ROOT, atEnd, evidence, freePort, temporaryFolder, until } from '../support.mjs';

const run = promisify(execFile);

/** Opens the window on a data directory of its own; it closes with the test. A picture is kept. */
export async function openWindow(t, { data, env = {}, name = t.name } = {}) {
  const folder = data ?? join(await temporaryFolder(t), 'data');
  const [port, nativePort] = [await freePort(), await freePort()];
  const driverProcess = new Process(
    process.execPath,
    [join(ROOT, 'tests/node_modules/@crabnebula/tauri-driver/cli.js'), '--port', `${port}`, '--native-port', `${nativePort}`, '--native-driver', '/usr/bin/WebKitWebDriver'],
    { env: { ...process.env, HAETAE_DATA: folder, ...env } },
  );
  atEnd(t, () => driverProcess.stop());
  const server = `http://127.0.0.1:${port}`;
  await driverProcess.ready('tauri-driver listens', async () => (await fetch(`${server}/status`)).ok);
  const capabilities = new Capabilities({ browserName: 'wry', 'tauri:options': { application: BINARY } });
  const driver = await new Builder().usingServer(server).withCapabilities(capabilities).build().catch((error) => {
    throw new Error(`the window did not open: ${error.message}\n${driverProcess.output}`, { cause: error });
  });
  /** Takes a picture of the whole screen once the page is painted. */
  const picture = async (file) => {
    await driver.executeAsyncScript('const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()));');
    await run('import', ['-window', 'root', file]);
  };
  atEnd(t, async () => {
    await picture(evidence(name)).catch(() => {}); // The picture is only evidence: the test must not fail for it.
    await driver.quit().catch(() => {}); // The test may have closed the window itself.
  });
  return {
    data: folder,
    driver,
    /** Waits for an element that a person can see; one that is drawn anew meanwhile is looked for again. */
    async see(selector, timeout = 20_000) {
      const by = typeof selector === 'string' ? By.css(selector) : selector;
      return until(`${by} is there to see`, async () => {
        const element = await driver.findElement(by);
        return (await element.isDisplayed()) && element;
      }, { timeout });
    },
    picture,
  };
}

/** Runs an operation the way the window does. */
export async function call(window, operation, request = {}) {
  const reply = await window.driver.executeAsyncScript(
    `const [operation, request, done] = arguments;
     window.__TAURI_INTERNALS__.invoke('call', { operation, request }).then(done, (error) => done({ error: String(error) }));`,
    operation,
    request,
  );
  assert.ok(reply.ok, JSON.stringify(reply));
  return reply.ok;
}

/** Changes language and theme, and waits until the page follows. */
export async function setLook(window, language, theme) {
  await call(window, 'settings.save', { language, theme });
  await until(`the window speaks ${language} in ${theme}`, async () => {
    const found = await window.driver.executeScript('return [document.documentElement.lang, document.documentElement.dataset.mantineColorScheme]');
    return found[0] === language && found[1] === theme;
  });
}

/** Goes to an address and returns what is then there to see. */
export async function goTo(window, path, sign) {
  await window.driver.executeScript('location.hash = arguments[0]', path);
  return window.see(sign);
}

export { By, until };
