import { type ComponentType, useEffect, useState } from 'react'
import { createHashRouter, Navigate, type RouteObject, useRouteError } from 'react-router'
import { AppsScreen } from '../features/apps/public'
import { AssetsScreen } from '../features/assets/public'
import { BlocklistScreen } from '../features/blocklist/public'
import { PlaybooksScreen } from '../features/playbooks/public'
import { SettingsScreen } from '../features/settings/public'
import { TicketsScreen } from '../features/tickets/public'
import { WorkScreen } from '../features/work/public'
import { ErrorNotice, Loading } from '../kit'
import { asApiError } from '../platform'
import { Frame } from './Frame'
import { HelpScreen } from './HelpScreen'

// The canvas is the heaviest part: screens with one are loaded when they are opened.
const designer = () => import('../features/designer/public')
const executions = () => import('../features/executions/public')
const DesignerScreen = later(async () => (await designer()).DesignerScreen)
const FunctionsScreen = later(async () => (await import('../features/language/public')).FunctionsScreen)
const ExecutionsScreen = later(async () => (await executions()).ExecutionsScreen)

const ROUTE_KEY = 'haetae.route'

/** Returns to where the last visit ended, when the address says nothing else. */
export function restoreRoute(): void {
  const last = window.localStorage.getItem(ROUTE_KEY)
  if (/^#?\/?$/.test(window.location.hash) && last?.startsWith('/')) {
    window.history.replaceState(null, '', `${window.location.pathname}${window.location.search}#${last}`)
  }
}

function Fault() {
  const error = asApiError(useRouteError())
  return (
    <div style={{ padding: 24, maxWidth: 640 }}>
      <ErrorNotice error={error} />
    </div>
  )
}

export const routes: RouteObject[] = [
  {
    element: <Frame />,
    children: [
      {
        errorElement: <Fault />,
        children: [
          { index: true, element: <Navigate to="/work" replace /> },
          { path: 'work', element: <WorkScreen /> },
          { path: 'work/:kind/:id', element: <WorkScreen /> },
          { path: 'work/:kind/:id/:task', element: <WorkScreen /> },
          { path: 'tickets', element: <TicketsScreen /> },
          { path: 'tickets/:id', element: <TicketsScreen /> },
          { path: 'executions', element: <ExecutionsScreen /> },
          { path: 'executions/:id', element: <ExecutionsScreen /> },
          { path: 'playbooks', element: <PlaybooksScreen /> },
          { path: 'playbooks/:id', element: <DesignerScreen /> },
          { path: 'blocklist', element: <BlocklistScreen /> },
          { path: 'assets', element: <AssetsScreen /> },
          { path: 'apps', element: <AppsScreen /> },
          { path: 'apps/:app', element: <AppsScreen /> },
          { path: 'settings', element: <SettingsScreen /> },
          { path: 'functions', element: <FunctionsScreen /> },
          { path: 'functions/:name', element: <FunctionsScreen /> },
          { path: 'help/:code', element: <HelpScreen /> },
          { path: '*', element: <Navigate to="/work" replace /> },
        ],
      },
    ],
  },
]

/**
 * A screen that is loaded when it is opened for the first time. React's own `lazy` would keep the wait for it on the screen for 300 ms,
 * however quickly it has come.
 */
function later(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | undefined
  return function Later() {
    const [Screen, setScreen] = useState(() => loaded)
    const [failure, setFailure] = useState<unknown>()
    useEffect(() => {
      if (Screen) return
      load().then((screen) => {
        loaded = screen
        setScreen(() => screen)
      }, setFailure)
    }, [Screen])
    // The border around the screen says what went wrong.
    if (failure !== undefined) throw failure
    return Screen ? <Screen /> : <Loading />
  }
}

export function makeRouter() {
  const router = createHashRouter(routes)
  let shown = ''
  router.subscribe(({ location }) => {
    if (location.pathname !== shown) {
      shown = location.pathname
      // Who looks at the list of playbooks opens one next; when it cannot be read, its screen says so.
      if (shown === '/playbooks') designer().catch(() => {})
      // A large execution is read while its screen is being drawn, not after.
      const id = /^\/executions\/(\d{1,15})$/.exec(shown)?.[1]
      if (id !== undefined) void executions().then(({ expectExecution }) => expectExecution(Number(id)))
    }
    if (!location.pathname.startsWith('/help/')) window.localStorage.setItem(ROUTE_KEY, `${location.pathname}${location.search}`)
  })
  return router
}
