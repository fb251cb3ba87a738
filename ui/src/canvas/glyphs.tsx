import type { CSSProperties, ReactNode } from 'react'

/** What shows through the cut-out of a solid glyph: the ground it stands on. */
const GROUND = 'var(--ground, var(--surface))'

/** Drawn on a 16 px grid with a 1.5 px stroke, round caps and joins. */
const GLYPHS = {
  action: (
    <>
      <path d="M9.2 1.8L3.6 9H8l-1.1 5.2L12.4 7H8z" />
    </>
  ),
  branch: (
    <>
      <path d="M1.8 8h4.4l3.9-4.2h3.7M6.2 8l3.9 4.2h3.7" />
      <path d="M12.2 2.1l1.7 1.7-1.7 1.7M12.2 10.5l1.7 1.7-1.7 1.7" />
    </>
  ),
  formula: (
    <>
      <path d="M9.6 2.6c-1.9-.7-3 .1-3.3 1.9l-1.3 7c-.3 1.5-1.1 2.1-2.6 1.7" />
      <path d="M3.4 6.2h4.8" />
      <path d="M9.4 8.8l4.2 4.6M13.6 8.8l-4.2 4.6" />
    </>
  ),
  input: (
    <>
      <path d="M8.6 4.6H1.8v6.8h6.8" />
      <path d="M9.6 2.2c1 0 1.7.4 1.7 1.2v9.2c0 .8-.7 1.2-1.7 1.2M13.4 2.2c-1 0-1.7.4-1.7 1.2M13.4 13.8c-1 0-1.7-.4-1.7-1.2" />
      <path d="M4.2 8h2.4" />
    </>
  ),
  approval: (
    <>
      <circle cx="6" cy="5" r="2.6" />
      <path d="M1.6 13.6c.2-2.8 2-4.4 4.4-4.4 1 0 1.9.3 2.6.8" />
      <path d="M9.6 12l1.7 1.7 3.1-3.6" />
    </>
  ),
  wait: (
    <>
      <path d="M3.8 1.9h8.4M3.8 14.1h8.4" />
      <path d="M4.7 1.9v2.6L8 8l3.3-3.5V1.9M4.7 14.1v-2.6L8 8l3.3 3.5v2.6" />
    </>
  ),
  email: (
    <>
      <rect x="1.8" y="3.2" width="12.4" height="9.6" rx="1" />
      <path d="M2.2 3.8L8 8.7l5.8-4.9" />
    </>
  ),
  call: (
    <>
      <path d="M3.6 9.6H2.2V2.2h7.4v1.4" />
      <rect x="6" y="6" width="8" height="8" rx="1" />
      <path d="M8.2 10h3.4M10.2 8.4l1.6 1.6-1.6 1.6" />
    </>
  ),
  query: (
    <>
      <ellipse cx="6.8" cy="3.6" rx="4.8" ry="1.8" />
      <path d="M2 3.6v8.6c0 1 2 1.8 4.4 1.8M11.6 3.6v2.6M2 7.9c0 .9 1.8 1.6 3.8 1.7" />
      <circle cx="10.6" cy="10.6" r="2.4" />
      <path d="M12.4 12.4l2 2" />
    </>
  ),
  start: (
    <>
      <path d="M5 3.2l7.4 4.8L5 12.8z" />
    </>
  ),
  pending: (
    <>
      <circle cx="8" cy="8" r="5.4" />
    </>
  ),
  running: (
    <>
      <circle cx="8" cy="8" r="5.4" opacity=".32" />
      <g className="glyph-spin">
        <path d="M8 2.6A5.4 5.4 0 0 1 13.4 8" />
      </g>
      <circle cx="8" cy="8" r="1.4" fill="currentColor" stroke="none" />
    </>
  ),
  waiting: (
    <>
      <path d="M4.9 9V4.1a1 1 0 0 1 2 0v3.4M6.9 7.3V2.8a1 1 0 0 1 2 0v4.5M8.9 7.4V3.6a1 1 0 0 1 2 0v4.2M10.9 8V5.6a1 1 0 0 1 2 0v4c0 2.7-1.7 4.5-4.3 4.5-1.9 0-3.1-.8-4.1-2.4L2.9 9c-.5-.9.6-1.7 1.3-1l.7.8" />
    </>
  ),
  done: (
    <>
      <circle cx="8" cy="8" r="5.4" />
      <path d="M5.5 8.2l1.8 1.8 3.2-3.7" />
    </>
  ),
  failed: (
    <>
      <circle cx="8" cy="8" r="6" fill="currentColor" stroke="none" />
      <path d="M5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2" stroke={GROUND} />
    </>
  ),
  skipped: (
    <>
      <circle cx="8" cy="8" r="5.4" strokeDasharray="2.3 2.54" />
    </>
  ),
  cancelled: (
    <>
      <circle cx="8" cy="8" r="5.4" />
      <path d="M5.6 8h4.8" />
    </>
  ),
  review: (
    <>
      <circle cx="8" cy="8" r="5.4" />
      <path d="M6.5 6.5c.1-.9.7-1.4 1.6-1.4.9 0 1.5.6 1.5 1.4 0 1.1-1.6 1.2-1.6 2.3" />
      <path d="M8 10.9h.01" />
    </>
  ),
  undo: (
    <>
      <path d="M5.6 2.8L2.4 6l3.2 3.2" />
      <path d="M2.8 6h6.4a3.6 3.6 0 0 1 0 7.2H6" />
    </>
  ),
  redo: (
    <>
      <path d="M10.4 2.8L13.6 6l-3.2 3.2" />
      <path d="M13.2 6H6.8a3.6 3.6 0 0 0 0 7.2H10" />
    </>
  ),
  grid: (
    <>
      <rect x="2" y="2" width="12" height="12" rx="1" />
      <path d="M6 2v12M10 2v12M2 6h12M2 10h12" />
    </>
  ),
  alignLeft: (
    <>
      <path d="M2.2 1.8v12.4" />
      <rect x="4.8" y="3.2" width="9" height="3.4" rx="0.8" />
      <rect x="4.8" y="9.4" width="5.4" height="3.4" rx="0.8" />
    </>
  ),
  alignCentre: (
    <>
      <path d="M8 1.8v1.4M8 6.6v2.8M8 12.8v1.4" />
      <rect x="3" y="3.2" width="10" height="3.4" rx="0.8" />
      <rect x="5" y="9.4" width="6" height="3.4" rx="0.8" />
    </>
  ),
  alignRight: (
    <>
      <path d="M13.8 1.8v12.4" />
      <rect x="2.2" y="3.2" width="9" height="3.4" rx="0.8" />
      <rect x="5.8" y="9.4" width="5.4" height="3.4" rx="0.8" />
    </>
  ),
  alignTop: (
    <>
      <path d="M1.8 2.2h12.4" />
      <rect x="3.2" y="4.8" width="3.4" height="9" rx="0.8" />
      <rect x="9.4" y="4.8" width="3.4" height="5.4" rx="0.8" />
    </>
  ),
  alignMiddle: (
    <>
      <path d="M1.8 8h1.4M6.6 8h2.8M12.8 8h1.4" />
      <rect x="3.2" y="3" width="3.4" height="10" rx="0.8" />
      <rect x="9.4" y="5" width="3.4" height="6" rx="0.8" />
    </>
  ),
  alignBottom: (
    <>
      <path d="M1.8 13.8h12.4" />
      <rect x="3.2" y="2.2" width="3.4" height="9" rx="0.8" />
      <rect x="9.4" y="5.8" width="3.4" height="5.4" rx="0.8" />
    </>
  ),
  minimap: (
    <>
      <rect x="1.8" y="2.6" width="12.4" height="10.8" rx="1" />
      <rect x="8.2" y="7.8" width="4" height="3.6" rx="0.6" />
      <path d="M4.2 5.6h3" />
    </>
  ),
  fit: (
    <>
      <path d="M5.4 2H2v3.4M10.6 2H14v3.4M5.4 14H2v-3.4M10.6 14H14v-3.4" />
      <rect x="5.4" y="5.8" width="5.2" height="4.4" rx="0.8" />
    </>
  ),
  zoomIn: (
    <>
      <circle cx="7" cy="7" r="4.6" />
      <path d="M10.4 10.4L14 14M5 7h4M7 5v4" />
    </>
  ),
  zoomOut: (
    <>
      <circle cx="7" cy="7" r="4.6" />
      <path d="M10.4 10.4L14 14M5 7h4" />
    </>
  ),
  distributeHorizontal: (
    <>
      <path d="M2 2v12M14 2v12" />
      <rect x="5.6" y="4.4" width="4.8" height="7.2" rx="0.8" />
    </>
  ),
  tidy: (
    <>
      <rect x="6" y="1.8" width="4" height="3.4" rx="0.8" />
      <rect x="1.8" y="10.8" width="4" height="3.4" rx="0.8" />
      <rect x="10.2" y="10.8" width="4" height="3.4" rx="0.8" />
      <path d="M8 5.2V8M3.8 10.8V8h8.4v2.8" />
    </>
  ),
  outline: (
    <>
      <path d="M2 3.5h12M5.4 8H14M5.4 12.5H14M2 8h.4M2 12.5h.4" />
    </>
  ),
  history: (
    <>
      <path d="M2.7 7.2a5.4 5.4 0 1 1-.1 1.9" />
      <path d="M2.3 4.2v3h3" />
      <path d="M8 5.2V8l2 1.4" />
    </>
  ),
  chevronDown: (
    <>
      <path d="M4 6.2l4 4 4-4" />
    </>
  ),
  chevronRight: (
    <>
      <path d="M6.2 4l4 4-4 4" />
    </>
  ),
  chevronLeft: (
    <>
      <path d="M9.8 4l-4 4 4 4" />
    </>
  ),
  chevronUp: (
    <>
      <path d="M4 9.8l4-4 4 4" />
    </>
  ),
  close: (
    <>
      <path d="M4 4l8 8M12 4l-8 8" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4.6" />
      <path d="M10.4 10.4L14 14" />
    </>
  ),
  minus: <path d="M3 8h10" />,
  tilde: <path d="M2.6 9.2c1.4-3 3.4-3 5.4-1.2s4 1.8 5.4-1.2" />,
  versions: (
    <>
      <rect x="2.2" y="5.6" width="8.6" height="8.2" rx="1.2" />
      <path d="M5 5.4V3.6a1.2 1.2 0 0 1 1.2-1.2h6.2a1.2 1.2 0 0 1 1.2 1.2v6a1.2 1.2 0 0 1-1.2 1.2H11" />
    </>
  ),
  link: (
    <path d="M6.6 9.4a2.6 2.6 0 0 0 3.7 0l2.4-2.4A2.6 2.6 0 0 0 9 3.3l-1 1M9.4 6.6a2.6 2.6 0 0 0-3.7 0L3.3 9A2.6 2.6 0 0 0 7 12.7l1-1" />
  ),
  plus: (
    <>
      <path d="M8 3v10M3 8h10" />
    </>
  ),
  check: (
    <>
      <path d="M3 8.4l3.4 3.4L13 4.8" />
    </>
  ),
  copy: (
    <>
      <rect x="5.4" y="5.4" width="8.4" height="8.4" rx="1" />
      <path d="M10.6 5.4V3.2a1 1 0 0 0-1-1H3.2a1 1 0 0 0-1 1v6.4a1 1 0 0 0 1 1h2.2" />
    </>
  ),
  dots: (
    <>
      <circle cx="3.2" cy="8" r="0.9" fill="currentColor" />
      <circle cx="8" cy="8" r="0.9" fill="currentColor" />
      <circle cx="12.8" cy="8" r="0.9" fill="currentColor" />
    </>
  ),
  warning: (
    <>
      <path d="M8 2.2l6.2 11H1.8z" />
      <path d="M8 6.4v3M8 11.4h.01" />
    </>
  ),
  error: (
    <>
      <circle cx="8" cy="8" r="6" fill="currentColor" stroke="none" />
      <path d="M8 4.8v3.6M8 11h.01" stroke={GROUND} />
    </>
  ),
  step: (
    <>
      <path d="M4 3.4l6 4.6-6 4.6zM12.4 3.4v9.2" />
    </>
  ),
  save: (
    <>
      <path d="M2.4 3.4a1 1 0 0 1 1-1h7.2l3 3v7.2a1 1 0 0 1-1 1H3.4a1 1 0 0 1-1-1z" />
      <path d="M5 2.6v3.2h5V2.6M5 13.4V9.6h6v3.8" />
    </>
  ),
  drag: (
    <>
      <path d="M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01" />
    </>
  ),
  variable: (
    <>
      <path d="M5 2.4c-1.6 0-2 .8-2 2v1.8c0 1-.4 1.6-1.4 1.8 1 .2 1.4.8 1.4 1.8v1.8c0 1.2.4 2 2 2M11 2.4c1.6 0 2 .8 2 2v1.8c0 1 .4 1.6 1.4 1.8-1 .2-1.4.8-1.4 1.8v1.8c0 1.2-.4 2-2 2" />
    </>
  ),
  note: (
    <>
      <path d="M2.6 2.6h10.8v7.2l-3.6 3.6H2.6z" />
      <path d="M13.2 9.8H9.8v3.4" />
    </>
  ),
  join: (
    <>
      <path d="M2 3.6h3.4L9 8h5M2 12.4h3.4L9 8" />
    </>
  ),
  block: (
    <>
      <circle cx="8" cy="8" r="5.6" />
      <path d="M4.1 4.1l7.8 7.8" />
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="5.6" />
      <path d="M8 4.8V8l2.2 1.4" />
    </>
  ),
  help: (
    <>
      <circle cx="8" cy="8" r="5.6" />
      <path d="M6.5 6.5c.1-.9.7-1.4 1.6-1.4.9 0 1.5.6 1.5 1.4 0 1.1-1.6 1.2-1.6 2.3" />
      <path d="M8 10.9h.01" />
    </>
  ),
  distributeVertical: (
    <>
      <path d="M2 2h12M2 14h12" />
      <rect x="4.4" y="5.6" width="7.2" height="4.8" rx=".8" />
    </>
  ),
  frame: (
    <>
      <rect x="2" y="2.6" width="12" height="10.8" rx="1" />
      <path d="M4.2 5.4h3.4" />
    </>
  ),
  trash: (
    <>
      <path d="M2.8 4.4h10.4M6.2 4.2V2.6h3.6v1.6M4.2 4.6l.6 8.8h6.4l.6-8.8" />
    </>
  ),
  unknown: (
    <>
      <rect x="2.4" y="2.4" width="11.2" height="11.2" rx="1" />
      <path d="M6.5 6.4c.1-.9.7-1.4 1.6-1.4.9 0 1.5.6 1.5 1.4 0 1.1-1.6 1.2-1.6 2.3M8 11h.01" />
    </>
  ),
  run: (
    <>
      <path d="M5 3.2l7.4 4.8L5 12.8z" />
    </>
  ),
} satisfies Record<string, ReactNode>

/** The name of a glyph. */
export type GlyphName = keyof typeof GLYPHS

/** Draws one glyph in the colour of the text; it says nothing to a screen reader, so a word stands beside it. */
export function Glyph({ name, size = 16, style }: { name: GlyphName; size?: number; style?: CSSProperties }) {
  return (
    <svg className="glyph" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" style={style}>
      {GLYPHS[name]}
    </svg>
  )
}
