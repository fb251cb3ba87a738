import { test } from 'node:test';
import { drawing, wait, still } from './designer.mjs';
import { openPage, startBackend } from './harness.mjs';
test('x', async (t) => {
  const backend = await startBackend(t);
  const document = drawing('x', { t24: wait('one'), t26: wait('two'), t27: { type: 'branch', condition: 'score >= 5' } }, 'start>t24 t24>t26 t26>t27 t24:failed>t27', { t24: [0, 0], t26: [300, 0], t27: [600, 90] });
  await backend.call('playbook.save_draft', { id: 'x', document, base: 0 });
  const page = await openPage(t, backend, { path: '/playbooks' });
  const log = await page.evaluate(async () => {
    const out = []; let last = '';
    const t0 = performance.now();
    location.hash = '#/playbooks/x';
    while (performance.now() - t0 < 3000) {
      await new Promise((d) => requestAnimationFrame(d));
      const v = document.querySelector('.react-flow__viewport'); const c = document.querySelector('.canvas');
      const now = v ? `${v.style.transform} ${c.clientWidth}x${c.clientHeight}` : 'none';
      if (now !== last) { out.push(`${Math.round(performance.now() - t0)} ${now}`); last = now; }
    }
    return out;
  });
  console.log(log.join('\n'));
});
