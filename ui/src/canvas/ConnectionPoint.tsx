import { Handle, type Position as Side } from '@xyflow/react'
import type { CSSProperties } from 'react'

interface PointProps {
  task: string
  id: string
  type: 'source' | 'target'
  position: Side
  className: string
  editable: boolean
  /** Whether a link can be drawn from it or to it just now. */
  live: boolean
  style?: CSSProperties
}

/** A touch presses without having come near first. */
const isTouched = typeof window.matchMedia === 'function' && window.matchMedia('(any-pointer: coarse)').matches

/** One connection point: React Flow's own where it is live, elsewhere the same to look at and to hit. */
export function ConnectionPoint({ task, id, type, position, className, editable, live, style }: PointProps) {
  if (live || isTouched)
    return <Handle className={className} type={type} position={position} id={id} isConnectable={editable} style={style} aria-hidden />
  return (
    <div
      className={`react-flow__handle react-flow__handle-${position} nodrag nopan ${className} ${type} connectablestart connectableend${editable ? ' connectable connectionindicator' : ''}`}
      data-handleid={id}
      data-nodeid={task}
      data-handlepos={position}
      data-id={`1-${task}-${id}-${type}`}
      style={style}
      aria-hidden
    />
  )
}
