import { type KeyboardEvent, type MouseEvent as ReactMouseEvent, type ReactNode, type Ref, useCallback, useMemo, useRef } from 'react'
import type { Catalog, LinkState } from '../generated/api'
import type { DrawnRun, DrawnRuns } from './describe'
import { type CanvasView, GraphCanvas } from './GraphCanvas'
import type { Graph } from './graph'
import { NO_SELECTION, type ProblemCount } from './projection'
import { type Direction, neighbour } from './walk'

/** A playbook to look at, by itself or as an execution of it. */
export interface PlaybookCanvasProps {
  graph: Graph
  catalog?: Catalog
  /** The task runs of an execution: all of them in any order, or whoever knows them. */
  runs?: readonly DrawnRun[] | DrawnRuns
  /** The fates of the links, by their place in the document. */
  links?: readonly LinkState[]
  problems?: ReadonlyMap<string, ProblemCount>
  selected?: string | null
  onSelect?: (task: string | null) => void
  onTaskContextMenu?: (task: string, event: ReactMouseEvent) => void
  /** A double click, or Enter on a task. */
  onTaskOpen?: (task: string) => void
  minimap?: boolean
  view?: Ref<CanvasView>
  children?: ReactNode
}

const ARROWS: Partial<Record<string, Direction>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' }

/** Draws a playbook, read only; arrows walk from task to task; with runs and links it shows an execution. */
export function PlaybookCanvas({ graph, runs, links, selected, onSelect, minimap = true, view, ...rest }: PlaybookCanvasProps) {
  const byTask = useMemo(() => (runs && 'map' in runs ? new Map(runs.map((run) => [run.id, run])) : runs), [runs])
  const selection = useMemo(() => (selected ? { ...NO_SELECTION, tasks: new Set([selected]) } : NO_SELECTION), [selected])
  const own = useRef<CanvasView>(null)
  const setView = useCallback(
    (value: CanvasView | null) => {
      own.current = value
      if (typeof view === 'function') view(value)
      else if (view) view.current = value
    },
    [view],
  )
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = ARROWS[event.code]
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.code === 'Enter') {
      // The task that has the focus, which Tab gives without selecting it.
      const focused = (event.target as HTMLElement).closest<HTMLElement>('.react-flow__node')?.dataset.id
      const meant = focused !== undefined && focused in graph.tasks ? focused : selected
      if (meant) rest.onTaskOpen?.(meant)
    }
    if (!direction || !onSelect || !own.current) return
    const next = selected ? neighbour(graph, own.current.boxes(), selected, direction) : graph.order[0]
    event.preventDefault()
    if (next === undefined) return
    onSelect(next)
    own.current.reveal(next)
    own.current.focus(next)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys come from the tasks inside, which have the focus
    <div className="canvas-keys" onKeyDown={onKeyDown}>
      <GraphCanvas
        {...rest}
        view={setView}
        graph={graph}
        runs={byTask}
        linkStates={links}
        selection={selection}
        minimap={minimap}
        onSelectionChange={
          onSelect &&
          ((change) => {
            const added = [...change(selection).tasks].filter((task) => task !== selected)
            const kept = change(selection).tasks.has(selected ?? '')
            if (added[0] !== undefined) onSelect(added[0])
            else if (selected && !kept) onSelect(null)
          })
        }
      />
    </div>
  )
}
