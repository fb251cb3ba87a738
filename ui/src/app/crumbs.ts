import { useEffect } from 'react'
import { create } from 'zustand'

export type Crumb = { label: string; to?: string }

export const useCrumbTrail = create<{ crumbs: Crumb[] }>(() => ({ crumbs: [] }))

/** Says where the screen is, for the top bar and the window's title. */
export function useCrumbs(...crumbs: Crumb[]): void {
  const key = JSON.stringify(crumbs)
  useEffect(() => {
    const trail = JSON.parse(key) as Crumb[]
    useCrumbTrail.setState({ crumbs: trail })
    document.title = `${trail
      .map((crumb) => crumb.label)
      .reverse()
      .join(' · ')} · Haetae`
  }, [key])
}
