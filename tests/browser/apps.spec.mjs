// Apps: connections are made and tested, and a secret does not pass through a browser.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';

import { atEnd, until } from '../support.mjs';
import { openPage, startBackend } from './harness.mjs';

const SECRET = 'only-for-the-keyring-7b31';

/** A firewall that knows one group and writes down what it was asked. */
async function firewall(t) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const known = request.url === '/api/v1/groups/haetae-block';
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(known ? { name: 'haetae-block', addresses: [] } : { error: 'no such group' }));
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  atEnd(t, () => { server.closeAllConnections(); server.close(); });
  return { url: `http://127.0.0.1:${server.address().port}`, asked };
}

test('apps', async (t) => {
  const backend = await startBackend(t, { sample: true });
  const page = await openPage(t, backend);
  const app = page.getByRole('region', { name: 'Firewall' });
  const connection = (name) => app.getByRole('article').filter({ hasText: name });
  const dialog = page.getByRole('dialog', { name: 'Add a connection to Firewall' });

  await t.test('the sample connection works', async () => {
    await page.getByRole('link', { name: 'Apps' }).click();
    await page.getByRole('option', { name: /^Firewall/ }).click();
    await connection('default').getByRole('button', { name: 'Test' }).click();
    await connection('default').getByText(/^It works \(\d+ ms\)/).waitFor();
    await page.getByRole('option', { name: /^Firewall works/ }).waitFor();
  });

  await t.test('a connection is made, and its test tells what is wrong', async () => {
    await app.getByRole('button', { name: 'Add connection' }).click();
    await dialog.getByRole('textbox', { name: /^Name/ }).fill('default');
    await dialog.getByText('This name exists already').waitFor();
    assert.equal(await dialog.getByRole('button', { name: 'Save' }).isEnabled(), false);
    const { url, asked } = await firewall(t);
    await dialog.getByRole('textbox', { name: /^Name/ }).fill('branch-office');
    await dialog.getByRole('textbox', { name: /^Address\b(?! group)/ }).fill(url);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The connection is saved').waitFor();
    await connection('branch-office').getByText('Credential missing: API token').waitFor();
    const saved = (await backend.call('connection.list')).connections.find((each) => each.name === 'branch-office');
    assert.deepEqual([saved.app, saved.options.url, saved.options.group, saved.sample], ['firewall', url, 'haetae-block', false]);

    await connection('branch-office').getByRole('button', { name: 'Test' }).click();
    const alert = connection('branch-office').getByRole('alert');
    await alert.waitFor();
    const { error } = (await backend.call('connection.list')).connections.find((each) => each.name === 'branch-office').health;
    await alert.getByText(error.code).waitFor();
    await alert.getByText(error.message.en ?? error.message).waitFor();
    assert.deepEqual(asked, [], 'nothing goes out without its credential');
  });

  await t.test('a credential does not pass through a browser', async () => {
    // Where no keyring runs the field is shut; this test is about the door behind it.
    await page.route('**/api/workspace.show', async (route) => {
      const response = await route.fetch();
      const body = await response.json();
      body.ok.keyring_problem = null;
      await route.fulfill({ response, json: body });
    });
    await page.reload();
    await app.getByRole('button', { name: 'Add connection' }).click();
    await dialog.getByRole('textbox', { name: /^Name/ }).fill('head-office');
    await dialog.getByRole('textbox', { name: /^Address\b(?! group)/ }).fill('https://firewall.example');
    const secret = dialog.getByLabel('API token');
    assert.equal(await secret.getAttribute('type'), 'password');
    await secret.fill(SECRET);
    await dialog.getByRole('button', { name: 'Save' }).click();
    const alert = dialog.getByRole('alert');
    await alert.getByText('API-SECRET').waitFor();
    assert.ok(!(await alert.innerText()).includes(SECRET));
    assert.deepEqual(page.errors.splice(0), ['Failed to load resource: the server responded with a status of 403 (Forbidden)']);
    const listed = (await backend.call('connection.list')).connections.find((each) => each.name === 'head-office');
    assert.deepEqual(listed?.credential_fields_set ?? [], []);
  });

  await t.test('a connection is deleted after a question', async () => {
    await page.reload();
    await connection('branch-office').getByRole('button', { name: 'Delete: branch-office' }).click();
    await page.getByRole('dialog', { name: 'Delete the connection branch-office?' }).getByRole('button', { name: 'Delete' }).click();
    await connection('branch-office').waitFor({ state: 'detached' });
    await until('the backend has forgotten it', async () => (await backend.call('connection.list')).connections.every((each) => each.name !== 'branch-office'));
  });
});
