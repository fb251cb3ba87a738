import { create } from 'zustand'
import type { Workspace } from '../generated/api'
import { useOperation } from './query'

/** The frame's state; fresh by push. */
export function useWorkspace(): Workspace | undefined {
  return useOperation('workspace.show', {}).data
}

/** The operator's display name; the empty text until it is known. */
export function useOperator(): string {
  return useWorkspace()?.settings.operator ?? ''
}

export type Density = 'comfortable' | 'compact' | 'dense'

type Choices = {
  density: Density
  /** Null: slim where a canvas needs the space, else open. */
  rail: 'open' | 'slim' | null
  /** Whether the desktop tells of new work. */
  notices: 'on' | 'off'
  setDensity: (density: Density) => void
  setRail: (rail: 'open' | 'slim') => void
  setNotices: (notices: 'on' | 'off') => void
}

function stored<Value extends string>(key: string, allowed: readonly Value[]): Value | null {
  const value = window.localStorage.getItem(key)
  return allowed.find((each) => each === value) ?? null
}

/** What this window remembers about itself; the workspace's settings are elsewhere. */
export const useChoices = create<Choices>((set) => ({
  density: stored('haetae.density', ['comfortable', 'compact', 'dense']) ?? 'compact',
  rail: stored('haetae.rail', ['open', 'slim']),
  notices: stored('haetae.notices', ['on', 'off']) ?? 'on',
  setNotices: (notices) => {
    window.localStorage.setItem('haetae.notices', notices)
    set({ notices })
  },
  setDensity: (density) => {
    window.localStorage.setItem('haetae.density', density)
    document.documentElement.dataset.density = density
    set({ density })
  },
  setRail: (rail) => {
    window.localStorage.setItem('haetae.rail', rail)
    set({ rail })
  },
}))
document.documentElement.dataset.density = useChoices.getState().density
