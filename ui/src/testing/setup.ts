import { cleanup, configure } from '@testing-library/react'
import { afterEach } from 'vitest'

// A lost element is told by its query; the whole document would bury it.
configure({ getElementError: (message) => new Error(message ?? 'not found'), asyncUtilTimeout: 4000 })
afterEach(() => cleanup())

// The DOM of the tests lays nothing out: virtual lists need a height to show rows in.
for (const [name, size] of [
  ['offsetHeight', 800],
  ['offsetWidth', 1200],
  ['clientHeight', 800],
] as const) {
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => size })
}

// Text boxes that grow listen to the document's fonts.
Object.defineProperty(document, 'fonts', { configurable: true, value: new EventTarget() })
