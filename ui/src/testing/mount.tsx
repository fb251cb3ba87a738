import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { render } from '@testing-library/react'
import { createMemoryRouter, RouterProvider } from 'react-router'
import { i18next } from '../app/i18n'
import { followPushes, queryClient } from '../app/query'
import { routes } from '../app/routes'
import { theme } from '../app/theme'
import { Feedback } from '../kit'
import { door } from '../platform'
import { FakeBackend } from './fake'

/** Shows the whole window at an address over a fresh backend in memory. */
export async function mount(address: string, prepare?: (fake: FakeBackend) => void) {
  const fake = new FakeBackend()
  prepare?.(fake)
  door(fake)
  queryClient.clear()
  window.localStorage.clear()
  await i18next.changeLanguage('en')
  const router = createMemoryRouter(routes, { initialEntries: [address] })
  const stop = followPushes()
  const view = render(
    <QueryClientProvider client={queryClient}>
      <MantineProvider theme={theme} env="test">
        <RouterProvider router={router} />
        <Feedback />
      </MantineProvider>
    </QueryClientProvider>,
  )
  return {
    fake,
    router,
    /** The requests of one operation so far. */
    requests: (operation: string) => fake.calls.filter((call) => call.operation === operation).map((call) => call.request),
    unmount: () => {
      view.unmount()
      stop()
    },
  }
}

/** Presses a key by its place on the keyboard, as a Korean keyboard would with Hangul on. */
export function press(code: string, more: KeyboardEventInit = {}, target: EventTarget = window): void {
  target.dispatchEvent(new KeyboardEvent('keydown', { code, key: 'ㅁ', bubbles: true, cancelable: true, ...more }))
}
