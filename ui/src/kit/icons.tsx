import type { ReactNode } from 'react'

/** What shows through the cut-out of a solid icon: the ground it stands on. */
const GROUND = 'var(--ground, var(--surface))'

/** The icons of the frame and the lists; the canvas owns those of tasks, statuses and its toolbar. 16 px grid, 1.5 px stroke. */
export const ICONS = {
  work: (
    <>
      <path d="M2 9.5h3.2l1 2h3.6l1-2H14" />
      <path d="M2 9.5v3a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1v-3l-2-6a1 1 0 0 0-1-.7H5a1 1 0 0 0-1 .7z" />
    </>
  ),
  ticket: (
    <>
      <path d="M2 4.2h12v2.3a1.6 1.6 0 0 0 0 3v2.3H2V9.5a1.6 1.6 0 0 0 0-3z" />
      <path d="M9.8 4.5v1.3M9.8 8v1M9.8 11v.6" />
    </>
  ),
  executions: (
    <>
      <path d="M2.7 7.2a5.4 5.4 0 1 1-.1 1.9" />
      <path d="M2.3 4.2v3h3" />
      <path d="M8 5.2V8l2 1.4" />
    </>
  ),
  playbook: (
    <>
      <rect x="2" y="2.6" width="4.4" height="3.8" rx="1" />
      <rect x="9.6" y="2.6" width="4.4" height="3.8" rx="1" />
      <rect x="9.6" y="9.6" width="4.4" height="3.8" rx="1" />
      <path d="M6.4 4.5h3.2M11.8 6.4v3.2" />
    </>
  ),
  events: <path d="M1.6 8h2.7l1.8-4.6 3.3 9.2L11.2 8h3.2" />,
  verify: (
    <>
      <path d="M8 1.7l5.2 1.9v4c0 3.2-2.2 5.5-5.2 6.7-3-1.2-5.2-3.5-5.2-6.7v-4z" />
      <path d="M5.7 7.9l1.7 1.7 3-3.3" />
    </>
  ),
  block_list: (
    <>
      <circle cx="8" cy="8" r="5.6" />
      <path d="M4.1 4.1l7.8 7.8" />
    </>
  ),
  assets: (
    <>
      <rect x="2" y="2.5" width="12" height="4.5" rx="1" />
      <rect x="2" y="9" width="12" height="4.5" rx="1" />
      <path d="M4.7 4.75h.1M4.7 11.25h.1M8 4.75h3.3M8 11.25h3.3" />
    </>
  ),
  apps: (
    <>
      <rect x="2.2" y="2.2" width="4.8" height="4.8" rx="1" />
      <rect x="9" y="2.2" width="4.8" height="4.8" rx="1" />
      <rect x="2.2" y="9" width="4.8" height="4.8" rx="1" />
      <path d="M11.4 9v4.8M9 11.4h4.8" />
    </>
  ),
  settings: (
    <>
      <path d="M2 4.6h5.8M11.4 4.6H14M2 11.4h2.6M8.2 11.4H14" />
      <circle cx="9.6" cy="4.6" r="1.8" />
      <circle cx="6.4" cy="11.4" r="1.8" />
    </>
  ),
  critical: (
    <>
      <path d="M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4z" fill="currentColor" stroke="none" />
      <path d="M8 4.8v3.6M8 11h.01" stroke={GROUND} />
    </>
  ),
  high: <path d="M3.8 7.8L8 3.8l4.2 4M3.8 12.4L8 8.4l4.2 4" />,
  medium: <path d="M3.4 6h9.2M3.4 10h9.2" />,
  low: <path d="M3.8 6.2L8 10.2l4.2-4" />,
  info: (
    <>
      <circle cx="8" cy="8" r="5.4" />
      <path d="M8 7.6v3M8 5.2h.01" />
    </>
  ),
  true_positive: <path d="M3.6 14V2.4h8.6l-2 3.1 2 3.1H3.6" fill="currentColor" />,
  false_positive: (
    <>
      <circle cx="8" cy="8" r="5.4" />
      <path d="M4.4 11.6l7.2-7.2" />
    </>
  ),
  excepted: (
    <>
      <path d="M8 1.7l5.2 1.9v4c0 3.2-2.2 5.5-5.2 6.7-3-1.2-5.2-3.5-5.2-6.7v-4z" />
      <path d="M5.6 8h4.8" />
    </>
  ),
  open: (
    <>
      <path d="M9 2.4h4.6V7M13.4 2.6L7.6 8.4" />
      <path d="M11.6 9.6v3a1 1 0 0 1-1 1H3.4a1 1 0 0 1-1-1V5.4a1 1 0 0 1 1-1h3" />
    </>
  ),
  moon: <path d="M13.4 9.6A5.8 5.8 0 0 1 6.4 2.6a5.8 5.8 0 1 0 7 7z" />,
  sun: (
    <>
      <circle cx="8" cy="8" r="2.8" />
      <path d="M8 1.4v1.2M8 13.4v1.2M1.4 8h1.2M13.4 8h1.2M3.3 3.3l.9.9M11.8 11.8l.9.9M12.7 3.3l-.9.9M4.2 11.8l-.9.9" />
    </>
  ),
  globe: (
    <>
      <circle cx="8" cy="8" r="5.8" />
      <path d="M2.2 8h11.6M8 2.2c3.4 3.6 3.4 8 0 11.6-3.4-3.6-3.4-8 0-11.6z" />
    </>
  ),
  user: (
    <>
      <circle cx="8" cy="5.2" r="2.8" />
      <path d="M2.8 13.8c.4-3 2.4-4.4 5.2-4.4s4.8 1.4 5.2 4.4" />
    </>
  ),
  pause: <path d="M5.4 3v10M10.6 3v10" />,
  stop: <rect x="3.6" y="3.6" width="8.8" height="8.8" rx="1" />,
  filter: <path d="M2 3.4h12L9.6 8.6v4.6l-3.2-1.6v-3z" />,
  columns: (
    <>
      <rect x="2" y="2.6" width="12" height="10.8" rx="1" />
      <path d="M6 2.6v10.8M10 2.6v10.8" />
    </>
  ),
  csv: <path d="M8 2v7.4M4.8 6.6L8 9.8l3.2-3.2M2.6 13.4h10.8" />,
  rerun: (
    <>
      <path d="M13.3 7.2a5.4 5.4 0 1 0 .1 1.9" />
      <path d="M13.7 4.2v3h-3" />
    </>
  ),
  pin: <path d="M5.6 2.2h4.8M6.4 2.4l-.4 4.4-2 2.4h8l-2-2.4-.4-4.4M8 9.4v4.4" />,
  rail: (
    <>
      <rect x="2" y="2.6" width="12" height="10.8" rx="1" />
      <path d="M6 2.6v10.8" />
    </>
  ),
  host: (
    <>
      <rect x="2" y="2.8" width="12" height="8.2" rx="1" />
      <path d="M5.6 13.6h4.8M8 11v2.4" />
    </>
  ),
  key: <path d="M9.4 9.4a3.4 3.4 0 1 0-2.8-2.8L2.2 11v2.8H5v-1.6h1.6v-1.6z" />,
  hash: <path d="M3 6h10.4M2.6 10H13M6.6 2.6L5.4 13.4M10.6 2.6L9.4 13.4" />,
} satisfies Record<string, ReactNode>
