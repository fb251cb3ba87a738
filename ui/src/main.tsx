import '@mantine/core/styles.css'
import './app/tokens.css'
import './app/global.css'
import './app/mantine.css'
import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import { makeRouter, restoreRoute } from './app/routes'
import { door } from './platform'

// The door takes its token out of the address before the router reads the address.
door()
restoreRoute()
const root = document.getElementById('root')
if (root) createRoot(root).render(<App router={makeRouter()} />)
