import { useEffect } from 'react'
import { create } from 'zustand'

export type Crumb = { label: string; to?: string }

export const useCrumbTrail = create<{ crumbs: Crumb[]; waiting: number }>(() => ({ crumbs: [], waiting: 0 }))

/** The title says where the screen is and, before that, how much work waits: what a tab or a taskbar shows of a hidden window. */
useCrumbTrail.subscribe(({ crumbs, waiting }) => {
  const where = crumbs
    .map((crumb) => crumb.label)
    .reverse()
    .join(' · ')
  document.title = `${waiting > 0 ? `(${waiting > 99 ? '99+' : waiting}) ` : ''}${where} · Haetae`
})

/** Says where the screen is, for the top bar and the window's title. */
export function useCrumbs(...crumbs: Crumb[]): void {
  const key = JSON.stringify(crumbs)
  useEffect(() => {
    const trail = JSON.parse(key) as Crumb[]
    useCrumbTrail.setState({ crumbs: trail })
  }, [key])
}
