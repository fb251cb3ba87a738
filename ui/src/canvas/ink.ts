import type { DrawnRuns } from './describe'
import type { PlacedLink } from './sight'
import { statusToken } from './tasks'

/** What of a scene colours a task or link that is only drawn. */
export interface Colouring {
  runs: DrawnRuns | undefined
  linkStates: readonly string[] | undefined
  problems: ReadonlyMap<string, { errors: number }> | undefined
  marks: { tasks: ReadonlyMap<string, string>; links: ReadonlyMap<string, string> } | undefined
  selection: { tasks: ReadonlySet<string>; links: ReadonlySet<string> }
  editable: boolean
}

/** The tokens that a task is drawn with: its ground, its border, and its colour where it is a speck. */
export interface Ink {
  ground: string
  border: string
  speck: string
}

const PLAIN: Ink = { ground: '--surface', border: '--border-strong', speck: '--control' }
const SELECTED: Ink = { ground: '--accent-soft', border: '--accent', speck: '--accent' }
const WRONG: Ink = { ground: '--failed-soft', border: '--failed', speck: '--failed' }
const QUIET = new Set(['pending', 'done', 'cancelled'])
const MARKS: Record<string, string> = { added: 'done', removed: 'failed', changed: 'waiting' }
const made = new Map<string, Ink>()

function inkOf(token: string, quiet: boolean): Ink {
  const key = `${token} ${quiet}`
  let ink = made.get(key)
  if (!ink) {
    const plain = token === 'pending' || token === 'done'
    ink = {
      ground: quiet && plain ? '--surface' : `--${token}-soft`,
      border: quiet ? '--border-strong' : token === 'skipped' ? '--control' : `--${token}`,
      speck: token === 'skipped' ? '--border-strong' : `--${token}`,
    }
    made.set(key, ink)
  }
  return ink
}

/** Returns the tokens of a task; tasks that look alike share one object. */
export function taskInk({ runs, problems, marks, selection }: Colouring, id: string): Ink {
  if (selection.tasks.has(id)) return SELECTED
  const run = runs?.get(id)
  if (run) {
    const status = statusToken(run.status)
    return inkOf(status, QUIET.has(status))
  }
  const mark = marks?.tasks.get(id)
  if (mark !== undefined) return inkOf(MARKS[mark] ?? 'pending', false)
  return (problems?.get(id)?.errors ?? 0) > 0 ? WRONG : PLAIN
}

/** Returns the token of a link. */
export function linkInk({ linkStates, marks, selection, editable }: Colouring, link: PlacedLink): string {
  if (selection.links.has(link.id)) return '--accent'
  const mark = marks?.links.get(link.id)
  if (mark !== undefined) return `--${MARKS[mark] ?? 'link'}`
  const state = linkStates?.[link.place]
  if (state === 'dead') return '--control'
  if (link.outcome === 'failed' && (editable || state === 'fired')) return '--failed'
  return state === 'fired' ? '--text-2' : '--link'
}

let known = new Map<string, string>()
let knownOf: string | null = null

/** Returns a reader of the page's tokens; what was read is kept until the theme changes, because reading makes the page compute its styles. */
export function tokensOf(element: Element): (token: string) => string {
  return (token) => {
    const theme = document.documentElement.getAttribute('data-mantine-color-scheme')
    if (knownOf !== theme) {
      knownOf = theme
      known = new Map()
    }
    let value = known.get(token)
    if (value === undefined) {
      value = getComputedStyle(element).getPropertyValue(token)
      known.set(token, value)
    }
    return value
  }
}

/** Calls back when the theme of the page changes; returns how to stop. */
export function onTheme(changed: () => void): () => void {
  const watcher = new MutationObserver(changed)
  watcher.observe(document.documentElement, { attributes: true, attributeFilter: ['data-mantine-color-scheme'] })
  return () => watcher.disconnect()
}
