// The pictures of docs/guide/*/designer.md: `HAETAE_PICTURES=1 cargo xtask test --only browser` renews them.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { ROOT, evidence } from '../support.mjs';
import { node, openPlaybook, overview, still } from './designer.mjs';
import { startBackend } from './harness.mjs';

const PICTURES = process.env.HAETAE_PICTURES ? join(ROOT, 'docs/guide/images') : null;

for (const locale of ['ko', 'en'])
  test(`the guide's pictures of the designer, ${locale}`, async (t) => {
    const backend = await startBackend(t, { sample: true });
    const id = 'malware-response';
    const { document } = await backend.call('playbook.show', { id });
    const changed = structuredClone(document);
    changed.tasks.ip_reputation.timeout = '45s';
    delete changed.tasks.host_scan;
    changed.links = changed.links.filter(({ from, to }) => from !== 'host_scan' && to !== 'host_scan');
    changed.tasks.mail = { type: 'email', name: { ko: '보고 메일', en: 'Mail the report' }, to: 'soc@example.org', subject: 'Report', body: 'Done.' };
    changed.links.push({ from: 'report', to: 'mail' });
    changed.layout.tasks.mail = { x: document.layout.tasks.report.x, y: document.layout.tasks.report.y - 120 };
    await backend.call('playbook.save', { document: changed, base: 1, comment: locale === 'ko' ? '호스트 검사 대신 보고 메일' : 'A mail instead of the host scan' });
    const page = await openPlaybook(t, backend, id, { locale });
    const keep = async (name) => {
      const warning = page.getByRole('button', { name: /^(Close|닫기)$/ }).first();
      if (await page.getByText('VAULT-NONE').count()) await warning.click();
      await still(page);
      if (PICTURES) await mkdir(PICTURES, { recursive: true });
      await page.screenshot({ path: PICTURES ? join(PICTURES, `${name}-${locale}.png`) : evidence(`${name}-${locale}`) });
    };
    await overview(page);
    await node(page, 'ip_reputation').click({ position: { x: 60, y: 12 } });
    await page.getByRole('tab').first().waitFor();
    await keep('designer-task');
    await page.keyboard.press('c');
    await page.getByRole('search').waitFor();
    await keep('designer-connect');
    await page.goto(`${backend.url}/#/playbooks/${id}?compare=1..2`);
    await page.getByRole('complementary').locator('ins').first().waitFor();
    await keep('designer-versions');
  });
