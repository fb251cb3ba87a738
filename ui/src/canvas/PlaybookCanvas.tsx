import { type MouseEvent as ReactMouseEvent, type ReactNode, type Ref, useMemo } from 'react'
import type { Catalog, LinkState, Playbook, TaskRun } from '../generated/api'
import { type CanvasView, GraphCanvas } from './GraphCanvas'
import { readGraph } from './graph'
import { NO_SELECTION, type ProblemCount } from './projection'

/** A playbook to look at, as a document or as an execution of it. */
export interface PlaybookCanvasProps {
  document: Playbook
  catalog?: Catalog
  /** The task runs of an execution, in any order. */
  runs?: readonly TaskRun[]
  /** The fates of the links, by their place in the document. */
  links?: readonly LinkState[]
  problems?: ReadonlyMap<string, ProblemCount>
  selected?: string | null
  onSelect?: (task: string | null) => void
  onTaskContextMenu?: (task: string, event: ReactMouseEvent) => void
  /** A double click. */
  onTaskOpen?: (task: string) => void
  minimap?: boolean
  view?: Ref<CanvasView>
  children?: ReactNode
}

/** Draws a playbook document, read only; with runs and links it shows an execution. */
export function PlaybookCanvas({ document, runs, links, selected, onSelect, minimap = true, ...rest }: PlaybookCanvasProps) {
  const graph = useMemo(() => readGraph(document), [document])
  const byTask = useMemo(() => runs && new Map(runs.map((run) => [run.id, run])), [runs])
  const selection = useMemo(() => (selected ? { ...NO_SELECTION, tasks: new Set([selected]) } : NO_SELECTION), [selected])
  return (
    <GraphCanvas
      {...rest}
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
  )
}
