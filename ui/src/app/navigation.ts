import type { IconName } from '../kit'

export type Place = { key: string; to: string; icon: IconName; count?: 'work' | 'tickets' | 'running' }

/** The rail, in order; only what works stands here. */
export const PLACES: readonly Place[] = [
  { key: 'work', to: '/work', icon: 'work', count: 'work' },
  { key: 'tickets', to: '/tickets', icon: 'ticket', count: 'tickets' },
  { key: 'executions', to: '/executions', icon: 'executions', count: 'running' },
  { key: 'playbooks', to: '/playbooks', icon: 'playbook' },
  { key: 'blocklist', to: '/blocklist', icon: 'block_list' },
  { key: 'assets', to: '/assets', icon: 'assets' },
  { key: 'apps', to: '/apps', icon: 'apps' },
  { key: 'settings', to: '/settings', icon: 'settings' },
]
