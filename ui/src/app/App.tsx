import { MantineProvider, useMantineColorScheme } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { useEffect } from 'react'
import { RouterProvider } from 'react-router'
import { Feedback, useZone } from '../kit'
import { i18next, systemLanguage } from './i18n'
import { followPushes, queryClient } from './query'
import type { makeRouter } from './routes'
import { cssVariables, theme } from './theme'
import { useWorkspace } from './workspace'

/** Lets the workspace's settings take effect: language, colours, time zone. */
function Preferences() {
  const settings = useWorkspace()?.settings
  const { setColorScheme } = useMantineColorScheme()
  const language = settings ? (settings.language ?? systemLanguage()) : undefined
  const colours = settings?.theme
  const zone = settings?.time_zone ?? undefined
  useEffect(() => {
    if (language && language !== i18next.language) void i18next.changeLanguage(language)
  }, [language])
  useEffect(() => {
    if (colours) setColorScheme(colours === 'system' ? 'auto' : colours)
  }, [colours, setColorScheme])
  useEffect(() => {
    useZone.getState().setZone(zone)
  }, [zone])
  useEffect(() => followPushes(), [])
  return null
}

export function App({ router }: { router: ReturnType<typeof makeRouter> }) {
  return (
    <QueryClientProvider client={queryClient}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <Preferences />
        <RouterProvider router={router} />
        <Feedback />
      </MantineProvider>
    </QueryClientProvider>
  )
}
