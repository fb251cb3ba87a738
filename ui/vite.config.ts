import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

/**
 * The window freezes Object.prototype (freezePrototype in tauri.conf.json), after which a plain assignment of `constructor` or `toString`
 * to an object throws. d3-color, which React Flow needs, does both: here it defines them instead.
 * To be removed when d3-color does so itself.
 */
function frozenPrototype(): Plugin {
  const assignments: Array<[string, string]> = [
    [
      'prototype.constructor = constructor;',
      "Object.defineProperty(prototype, 'constructor', { value: constructor, writable: true, configurable: true });",
    ],
    [
      'prototype[key] = definition[key];',
      'Object.defineProperty(prototype, key, { value: definition[key], writable: true, configurable: true, enumerable: true });',
    ],
  ]
  return {
    name: 'frozen-prototype',
    transform(code, id) {
      if (!/d3-color\/dist\/d3-color\.mjs/.test(id.replaceAll('\\', '/'))) return null
      let changed = code
      for (const [from, to] of assignments) {
        if (!changed.includes(from))
          throw new Error(`frozen-prototype: d3-color no longer has "${from}"; look whether this plugin is still needed`)
        changed = changed.replaceAll(from, to)
      }
      return { code: changed, map: null }
    },
  }
}

export default defineConfig({
  plugins: [react(), frozenPrototype()],
  base: './',
  server: { port: 5173, strictPort: true, host: '127.0.0.1', fs: { allow: ['..'] } },
  optimizeDeps: { rolldownOptions: { plugins: [frozenPrototype()] } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: ['es2022', 'safari16', 'chrome110'],
    // The content security policy forbids inline scripts.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2500,
  },
  worker: { format: 'es' },
  test: {
    environment: 'happy-dom',
    setupFiles: ['src/testing/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
    // Screens are mounted whole; a busy machine takes its time.
    testTimeout: 30_000,
  },
})
