import '@xyflow/react/dist/base.css'
import './canvas.css'
import {
  type AriaLabelConfig,
  Background,
  BackgroundVariant,
  type Connection,
  type ConnectionLineComponentProps,
  type EdgeChange,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useConnection,
  useReactFlow,
  useStore,
  useStoreApi,
  ViewportPortal,
} from '@xyflow/react'
import {
  type MouseEvent as ReactMouseEvent,
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useTranslation } from 'react-i18next'
import type { Catalog, LinkState, Outcome, Position, TaskRun } from '../generated/api'
import { Canvas, type CanvasContext } from './context'
import { Glyph } from './glyphs'
import type { Graph } from './graph'
import { type Guide, guidesFor } from './guides'
import { LinkEdge, linkPath } from './LinkEdge'
import { LinkLayer } from './LinkLayer'
import { Minimap } from './Minimap'
import type { Marks } from './marks'
import { NoteNode } from './NoteNode'
import {
  type CanvasLink,
  type CanvasNode,
  NO_SELECTION,
  NOTE_PREFIX,
  type ProblemCount,
  Projection,
  type Scene,
  type Selection,
} from './projection'
import { StartNode } from './StartNode'
import { forgetMeasures, type Size } from './size'
import { TaskNode } from './TaskNode'
import { START } from './tasks'
import { languageOf } from './text'

const NODE_TYPES = { task: TaskNode, start: StartNode, note: NoteNode, frame: NoteNode }
const LINK_TYPES = { link: LinkEdge }

/** Under this zoom a node shows only its glyph and status. */
const FAR = 0.5
/** Under this zoom it is no more than a box, and the grid would be a grey ground. */
const SPECK = 0.25
/** Above this many nodes only those in view are in the page. */
const MANY = 300
const SNAP: [number, number] = [8, 8]
/** A press that moves less than this is a click. */
const DRAG_PX = 3
const ADDITIVE = ['Shift', 'Control', 'Meta']

/** What the canvas asks of whoever edits the document. */
export interface CanvasEditor {
  /** Returns why a link is impossible, as a word of `canvas.refused`. */
  refusal(from: string, outcome: Outcome, to: string, moving?: string): string | undefined
  connect(from: string, outcome: Outcome, to: string): void
  reconnect(link: string, from: string, outcome: Outcome, to: string): void
  /** A drag has ended. `dropped` is the link under a single task that was dropped. */
  move(tasks: ReadonlyMap<string, Position>, notes: ReadonlyMap<string, Position>, dropped: string | undefined): void
  noteText(key: string, text: string): void
  noteResize(key: string, box: { x: number; y: number; width: number; height: number }): void
  problems(task: string): void
  /** A connection was dropped on the empty canvas. */
  connectToNew?(from: string, outcome: Outcome, at: Position, screen: { x: number; y: number }): void
}

/** What can be asked of a canvas that is on the screen. */
export interface CanvasView {
  fit(tasks?: readonly string[]): void
  zoomIn(): void
  zoomOut(): void
  zoomTo(zoom: number): void
  zoom(): number
  /** Scrolls so that a task is in sight, without changing the zoom unless the task would be unreadable. */
  reveal(task: string): void
  focus(task: string): void
  /** Returns the place on the canvas under a point of the screen. */
  at(screen: { x: number; y: number }): Position
  /** Returns the middle of what is in view. */
  middle(): Position
  /** Returns the box of every task, as it stands. */
  boxes(): Map<string, Position & Size>
  /** Returns the key of the link under a point of the screen. */
  linkAt(screen: { x: number; y: number }): string | undefined
}

/** The canvas of a normalised document. */
export interface GraphCanvasProps {
  graph: Graph
  catalog?: Catalog
  runs?: ReadonlyMap<string, TaskRun>
  linkStates?: readonly LinkState[]
  problems?: ReadonlyMap<string, ProblemCount>
  /** What differs from another version. */
  marks?: Marks
  /** The tasks before which a tried run halts. */
  breakpoints?: ReadonlySet<string>
  selection?: Selection
  onSelectionChange?: (change: (selection: Selection) => Selection) => void
  onTaskContextMenu?: (task: string, event: ReactMouseEvent) => void
  onTaskOpen?: (task: string) => void
  onZoom?: (zoom: number) => void
  editor?: CanvasEditor
  grid?: boolean
  minimap?: boolean
  view?: Ref<CanvasView>
  children?: ReactNode
}

/** Draws a playbook; with an `editor` it can be changed, without one it is read only. */
export function GraphCanvas(props: GraphCanvasProps) {
  return (
    <ReactFlowProvider>
      <Inner {...props} />
    </ReactFlowProvider>
  )
}

const NO_LINKS: CanvasLink[] = []
const NOTHING: ReadonlyMap<string, Position> = new Map()

function Inner({
  graph,
  catalog,
  runs,
  linkStates,
  problems,
  marks,
  breakpoints,
  selection = NO_SELECTION,
  onSelectionChange,
  onTaskContextMenu,
  onTaskOpen,
  onZoom,
  editor,
  grid = true,
  minimap = true,
  view,
  children,
}: GraphCanvasProps) {
  const { t, i18n } = useTranslation()
  const language = languageOf(i18n.language)
  const [projection] = useState(() => new Projection())
  const [overlay, setOverlay] = useState(NOTHING)
  const overlayNow = useRef(NOTHING)
  const [guides, setGuides] = useState<readonly Guide[]>([])
  const far = useStore((state) => state.transform[2] < FAR)
  const speck = useStore((state) => state.transform[2] < SPECK)
  const [fonts, setFonts] = useState(0)
  const flow = useReactFlow<CanvasNode, CanvasLink>()
  const store = useStoreApi()
  const frame = useRef<HTMLDivElement>(null)
  const carried = useRef<{ frame: string; from: Position; starts: Map<string, Position> } | undefined>(undefined)
  const moving = useRef<string | undefined>(undefined)
  const drew = useRef(false)
  const press = useRef({ x: 0, y: 0, moved: false })
  const editable = editor !== undefined
  const linking = useConnection((connection) => (connection.inProgress ? connection.fromHandle.type : undefined))

  useEffect(() => {
    let live = true
    // Names are measured to size the nodes; the bundled font may arrive after the first paint.
    void document.fonts?.load('700 13px "Pretendard Variable"', '가A').then(() => {
      if (!live) return
      forgetMeasures()
      setFonts((count) => count + 1)
    })
    return () => {
      live = false
    }
  }, [])

  const tabStop = useMemo(() => {
    for (const id of selection.tasks) if (id in graph.tasks) return id
    return graph.order[0]
  }, [selection.tasks, graph.tasks, graph.order])

  const scene: Scene = {
    graph,
    catalog,
    language,
    t,
    runs,
    linkStates,
    problems,
    marks,
    breakpoints,
    selection,
    overlay,
    editable,
    tabStop,
    fonts,
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scene is made of exactly these
  const nodes = useMemo(
    () => projection.nodes(scene),
    [graph, catalog, language, runs, problems, marks, breakpoints, selection, overlay, editable, tabStop, fonts, projection],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scene is made of exactly these
  const links = useMemo(() => projection.links(scene), [graph, language, linkStates, marks, selection.links, editable, projection])

  // A drawing that would be specks when it is fitted opens at its start, where it can be read.
  const [opening] = useState(() => {
    const { start } = projection.places(graph)
    return { x: 64 - start.x * OPENING, y: window.innerHeight * 0.4 - start.y * OPENING, zoom: OPENING }
  })
  const massed = speck && links.length > MANY

  const moveOverlay = useCallback((next: ReadonlyMap<string, Position>) => {
    overlayNow.current = next
    setOverlay(next)
  }, [])

  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      const picked = changes.filter((change) => change.type === 'select')
      if (picked.length > 0) {
        onSelectionChange?.((old) => {
          const tasks = new Set(old.tasks)
          const notes = new Set(old.notes)
          for (const { id, selected } of picked) {
            const [set, key] = id.startsWith(NOTE_PREFIX) ? [notes, id.slice(NOTE_PREFIX.length)] : [tasks, id]
            if (selected) set.add(key)
            else set.delete(key)
          }
          return { ...old, tasks, notes }
        })
      }
      const moves = changes.filter((change) => change.type === 'position' && change.dragging === true && change.position !== undefined)
      // A hand that clicks trembles; React Flow's own threshold would leave the task behind by the distance that it swallows.
      if (moves.length === 0 || !press.current.moved) return
      const next = new Map(overlayNow.current)
      for (const move of moves) if (move.type === 'position' && move.position) next.set(move.id, move.position)
      const single = moves[0]
      if (moves.length === 1 && single?.type === 'position' && single.position && !carried.current) {
        const snapped = guidesFor(single.id, single.position, flow.getNodes(), 6 / flow.getZoom())
        next.set(single.id, snapped.position)
        setGuides(snapped.guides)
      }
      const { current } = carried
      const at = current && next.get(current.frame)
      if (current && at) {
        for (const [id, start] of current.starts) next.set(id, { x: start.x + at.x - current.from.x, y: start.y + at.y - current.from.y })
      }
      moveOverlay(next)
    },
    [flow, moveOverlay, onSelectionChange],
  )

  const onEdgesChange = useCallback(
    (changes: EdgeChange<CanvasLink>[]) => {
      const picked = changes.filter((change) => change.type === 'select')
      if (picked.length === 0) return
      onSelectionChange?.((old) => {
        const set = new Set(old.links)
        for (const { id, selected } of picked) {
          if (selected) set.add(id)
          else set.delete(id)
        }
        return { ...old, links: set }
      })
    },
    [onSelectionChange],
  )

  const onDragStart = useCallback(
    (_: unknown, node: CanvasNode) => {
      carried.current = undefined
      if (node.type !== 'frame' || node.selected) return
      const inside = flow
        .getNodes()
        .filter((other) => other.id !== node.id && other.id !== START && !other.selected && isInside(other, node))
      carried.current = { frame: node.id, from: node.position, starts: new Map(inside.map((other) => [other.id, other.position])) }
    },
    [flow],
  )

  const linkAt = useCallback((screen: { x: number; y: number }) => {
    // The parts that can be hit are wide and lie over one another where links meet: the nearest curve is meant.
    const under = new Set(document.elementsFromPoint(screen.x, screen.y).map((element) => element.closest('.react-flow__edge')))
    let nearest: { link: Element; distance: number } | undefined
    for (const link of under) {
      const line = link?.querySelector<SVGPathElement>('.link-line')
      if (!link || !line) continue
      const distance = distanceTo(line, screen)
      if (!nearest || distance < nearest.distance) nearest = { link, distance }
    }
    return nearest?.link.getAttribute('data-id') ?? undefined
  }, [])

  const onDragStop = useCallback(
    (event: MouseEvent | TouchEvent | ReactMouseEvent, _: CanvasNode, dragged: CanvasNode[]) => {
      const moved = overlayNow.current
      carried.current = undefined
      setGuides([])
      if (moved.size === 0) return
      const tasks = new Map<string, Position>()
      const notes = new Map<string, Position>()
      for (const [id, position] of moved) {
        const rounded = { x: Math.round(position.x), y: Math.round(position.y) }
        if (id.startsWith(NOTE_PREFIX)) notes.set(id.slice(NOTE_PREFIX.length), rounded)
        else tasks.set(id, rounded)
      }
      const single = dragged.length === 1 && dragged[0]?.type === 'task' && 'clientX' in event
      editor?.move(tasks, notes, single ? linkAt({ x: event.clientX, y: event.clientY }) : undefined)
      moveOverlay(NOTHING)
    },
    [editor, linkAt, moveOverlay],
  )

  const allowed = useCallback(
    (connection: Connection | CanvasLink) =>
      editor?.refusal(connection.source, (connection.sourceHandle ?? 'done') as Outcome, connection.target, moving.current) === undefined,
    [editor],
  )

  useImperativeHandle(view, (): CanvasView => {
    const middleOfScreen = () => {
      const box = frame.current?.getBoundingClientRect()
      return box ? { x: box.left + box.width / 2, y: box.top + box.height / 2 } : { x: 0, y: 0 }
    }
    return {
      fit: (tasks) => void flow.fitView({ padding: 0.12, maxZoom: 1, duration: quick(), nodes: tasks?.map((id) => ({ id })) }),
      zoomIn: () => void flow.zoomIn({ duration: quick() }),
      zoomOut: () => void flow.zoomOut({ duration: quick() }),
      zoomTo: (zoom) => void flow.zoomTo(zoom, { duration: quick() }),
      zoom: () => flow.getZoom(),
      reveal: (task) =>
        // A task that was just added is drawn in the next frame.
        afterDrawing(() => {
          const node = flow.getNode(task)
          const box = frame.current?.getBoundingClientRect()
          if (!node || !box) return
          const corner = flow.flowToScreenPosition(node.position)
          const zoom = flow.getZoom()
          const inSight =
            zoom >= FAR &&
            corner.x >= box.left + 24 &&
            corner.y >= box.top + 24 &&
            corner.x + (node.width ?? 0) * zoom <= box.right - 24 &&
            corner.y + (node.height ?? 0) * zoom <= box.bottom - 24
          if (inSight) return
          void flow.setCenter(node.position.x + (node.width ?? 0) / 2, node.position.y + (node.height ?? 0) / 2, {
            zoom: Math.max(zoom, 0.8),
            duration: quick(),
          })
        }),
      focus: (task) => {
        // The node's tab stop follows the selection, which is drawn in the next frame.
        afterDrawing(() =>
          frame.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(task)}"]`)?.focus({ preventScroll: true }),
        )
      },
      at: (screen) => flow.screenToFlowPosition(screen),
      middle: () => flow.screenToFlowPosition(middleOfScreen()),
      boxes: () => {
        const { tasks } = projection.places(graph)
        return new Map([...tasks].map(([id, position]) => [id, { ...position, ...projection.size({ graph, language, fonts }, id) }]))
      },
      linkAt,
    }
  }, [flow, graph, language, fonts, projection, linkAt])

  const context = useMemo<CanvasContext>(
    () => ({ far, speck, editable, onProblems: editor?.problems, onNoteText: editor?.noteText, onNoteResize: editor?.noteResize }),
    [far, speck, editable, editor],
  )
  const labels = useMemo(() => ariaLabels(t, editable), [t, editable])

  return (
    <Canvas value={context}>
      <div
        ref={frame}
        onPointerDownCapture={(event) => {
          drew.current = false
          press.current = { x: event.clientX, y: event.clientY, moved: false }
        }}
        onPointerMoveCapture={(event) => {
          const { x, y } = press.current
          press.current.moved ||= Math.hypot(event.clientX - x, event.clientY - y) >= DRAG_PX
        }}
        // A link that was drawn back to its own task ends there with a click, which is not meant for the task.
        onClickCapture={(event) => {
          if (drew.current) event.stopPropagation()
        }}
        className={`canvas ${editable ? 'canvas-edits' : 'canvas-reads'} ${runs ? 'canvas-runs' : ''} ${linking ? (linking === 'source' ? 'canvas-linking' : 'canvas-linking-back') : ''}`}
      >
        <ReactFlow<CanvasNode, CanvasLink>
          nodes={nodes}
          edges={massed ? NO_LINKS : links}
          nodeTypes={NODE_TYPES}
          edgeTypes={LINK_TYPES}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          onNodeDragStart={onDragStart}
          onNodeDragStop={onDragStop}
          onSelectionDragStop={(event, dragged) => dragged[0] && onDragStop(event, dragged[0], dragged)}
          onNodeContextMenu={(event, node) => {
            if (node.type !== 'task' || !onTaskContextMenu) return
            event.preventDefault()
            onTaskContextMenu(node.id, event)
          }}
          onNodeClick={(event, node) => {
            // A plain click on one of several that are selected means that one alone.
            if (!node.selected || event.shiftKey || event.ctrlKey || event.metaKey) return
            onSelectionChange?.((old) => {
              if (old.tasks.size + old.notes.size + old.links.size < 2) return old
              const note = node.id.startsWith(NOTE_PREFIX)
              return note
                ? { ...NO_SELECTION, notes: new Set([node.id.slice(NOTE_PREFIX.length)]) }
                : { ...NO_SELECTION, tasks: new Set([node.id]) }
            })
          }}
          onEdgeClick={(event, { id }) => {
            const meant = linkAt({ x: event.clientX, y: event.clientY })
            if (meant === undefined || meant === id) return
            onSelectionChange?.((old) => ({ ...old, links: new Set([...old.links].filter((link) => link !== id).concat(meant)) }))
          }}
          onNodeDoubleClick={(_, node) => node.type === 'task' && onTaskOpen?.(node.id)}
          onConnect={(connection) => editor?.connect(connection.source, (connection.sourceHandle ?? 'done') as Outcome, connection.target)}
          onConnectEnd={(event, state) => {
            drew.current = true
            if (state.toHandle || !state.fromHandle || state.fromHandle.type !== 'source' || moving.current) return
            const point = 'changedTouches' in event ? event.changedTouches[0] : event
            const overEmpty = point && document.elementFromPoint(point.clientX, point.clientY)?.classList.contains('react-flow__pane')
            if (!point || !overEmpty) return
            const screen = { x: point.clientX, y: point.clientY }
            editor?.connectToNew?.(
              state.fromHandle.nodeId,
              (state.fromHandle.id ?? 'done') as Outcome,
              flow.screenToFlowPosition(screen),
              screen,
            )
          }}
          onReconnectStart={(_, link) => {
            moving.current = link.id
          }}
          onReconnect={(link, connection) =>
            editor?.reconnect(link.id, connection.source, (connection.sourceHandle ?? 'done') as Outcome, connection.target)
          }
          onReconnectEnd={() => {
            moving.current = undefined
          }}
          isValidConnection={allowed}
          onPaneClick={() => store.getState().domNode?.focus?.({ preventScroll: true })}
          connectionLineComponent={ConnectionLine}
          ariaLabelConfig={labels}
          nodesDraggable={editable}
          nodesConnectable={editable}
          edgesReconnectable={editable}
          elementsSelectable={onSelectionChange !== undefined}
          deleteKeyCode={null}
          // A drag must not open the inspector under the hand that drags.
          selectNodesOnDrag={false}
          selectionKeyCode="Shift"
          multiSelectionKeyCode={ADDITIVE}
          selectionMode={SelectionMode.Partial}
          disableKeyboardA11y
          snapToGrid={editable && grid}
          snapGrid={SNAP}
          minZoom={0.05}
          maxZoom={4}
          zoomOnDoubleClick={false}
          nodeDragThreshold={0}
          connectionRadius={18}
          onlyRenderVisibleElements={nodes.length > MANY}
          elevateNodesOnSelect={false}
          fitView={nodes.length <= MANY}
          fitViewOptions={FIT}
          defaultViewport={opening}
          proOptions={PRO}
        >
          {massed && <LinkLayer nodes={nodes} links={links} />}
          {grid && !speck && <Background variant={BackgroundVariant.Dots} gap={16} size={2} />}
          {minimap && <Minimap nodes={nodes} />}
          {guides.length > 0 && <Guides guides={guides} />}
          {editor && <RefusalHint editor={editor} moving={moving} />}
          {onZoom && <ZoomReport onZoom={onZoom} />}
          {children}
        </ReactFlow>
      </div>
    </Canvas>
  )
}

const FIT = { padding: 0.12, maxZoom: 1 }
/** The zoom at which a large drawing opens. */
const OPENING = 0.8
const PRO = { hideAttribution: true }

/** Motion stays under 150 ms, and off where the system asks for less. */
function quick(): number {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 120
}

/** Runs when what was changed just now is on the screen. */
function afterDrawing(run: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(run))
}

/** Returns how far a point of the screen is from a curve. */
function distanceTo(line: SVGPathElement, screen: { x: number; y: number }): number {
  const matrix = line.getScreenCTM()?.inverse()
  if (!matrix) return Number.POSITIVE_INFINITY
  const { x, y } = new DOMPoint(screen.x, screen.y).matrixTransform(matrix)
  const length = line.getTotalLength()
  let least = Number.POSITIVE_INFINITY
  for (let part = 0; part <= 64; part++) {
    const at = line.getPointAtLength((length * part) / 64)
    least = Math.min(least, Math.hypot(at.x - x, at.y - y))
  }
  return least
}

function isInside(node: CanvasNode, frame: CanvasNode): boolean {
  const middle = { x: node.position.x + (node.width ?? 0) / 2, y: node.position.y + (node.height ?? 0) / 2 }
  return (
    middle.x >= frame.position.x &&
    middle.x <= frame.position.x + (frame.width ?? 0) &&
    middle.y >= frame.position.y &&
    middle.y <= frame.position.y + (frame.height ?? 0)
  )
}

/** Tells the zoom, the first one too, which no event of React Flow does. */
function ZoomReport({ onZoom }: { onZoom: (zoom: number) => void }) {
  const zoom = useStore((state) => state.transform[2])
  useEffect(() => onZoom(zoom), [zoom, onZoom])
  return null
}

function Guides({ guides }: { guides: readonly Guide[] }) {
  return (
    <ViewportPortal>
      <svg className="guides" aria-hidden="true">
        {guides.map((guide) => (
          <line key={`${guide.x1} ${guide.y1} ${guide.x2} ${guide.y2}`} x1={guide.x1} y1={guide.y1} x2={guide.x2} y2={guide.y2} />
        ))}
      </svg>
    </ViewportPortal>
  )
}

/** The line that follows the cursor while a link is being drawn. */
function ConnectionLine({ fromX, fromY, toX, toY, fromHandle, toHandle, connectionStatus }: ConnectionLineComponentProps<CanvasNode>) {
  const forward = fromHandle.type === 'source'
  const down = fromHandle.position === 'bottom'
  // The status is only set near the point itself, and the whole task is a target.
  const refused = toHandle !== null && toHandle.type !== fromHandle.type && connectionStatus !== 'valid'
  const path = forward ? linkPath(fromX, fromY, toX + 6, toY, down) : linkPath(toX, toY, fromX, fromY, false)
  return (
    <g className={`link link-drawing ${refused ? 'link-refused' : ''}`}>
      <path className="link-line" d={path} />
    </g>
  )
}

/** Says at the cursor why the task under it cannot be the target. */
function RefusalHint({ editor, moving }: { editor: CanvasEditor; moving: { readonly current: string | undefined } }) {
  const { t } = useTranslation()
  const [cursor, setCursor] = useState<{ x: number; y: number }>()
  const ends = useConnection((connection) => {
    if (!connection.inProgress || !connection.toHandle || connection.fromHandle.type === connection.toHandle.type) return undefined
    const [source, target] =
      connection.fromHandle.type === 'source' ? [connection.fromHandle, connection.toHandle] : [connection.toHandle, connection.fromHandle]
    return `${source.nodeId} ${source.id ?? 'done'} ${target.nodeId}`
  })
  const drawing = useConnection((connection) => connection.inProgress)
  useEffect(() => {
    if (!drawing) return
    const follow = (event: PointerEvent) => setCursor({ x: event.clientX, y: event.clientY })
    window.addEventListener('pointermove', follow)
    return () => {
      window.removeEventListener('pointermove', follow)
      setCursor(undefined)
    }
  }, [drawing])
  if (!ends || !cursor) return null
  const [from = '', outcome = 'done', to = ''] = ends.split(' ')
  const reason = editor.refusal(from, outcome as Outcome, to, moving.current)
  if (!reason) return null
  return (
    <div className="refusal" role="status" style={{ left: cursor.x + 14, top: cursor.y + 18 }}>
      <Glyph name="block" size={14} />
      {t(`canvas.refused.${reason}`)}
    </div>
  )
}

function ariaLabels(t: ReturnType<typeof useTranslation>['t'], editable: boolean): Partial<AriaLabelConfig> {
  const help = t(editable ? 'canvas.aria.nodeHelpMove' : 'canvas.aria.nodeHelp')
  return {
    'node.a11yDescription.default': help,
    'node.a11yDescription.keyboardDisabled': help,
    'node.a11yDescription.ariaLiveMessage': ({ x, y }) => t('canvas.aria.moved', { x, y }),
    'edge.a11yDescription.default': t('canvas.aria.edgeHelp'),
    'controls.ariaLabel': t('canvas.aria.controls'),
    'controls.zoomIn.ariaLabel': t('canvas.aria.zoomIn'),
    'controls.zoomOut.ariaLabel': t('canvas.aria.zoomOut'),
    'controls.fitView.ariaLabel': t('canvas.aria.fit'),
    'controls.interactive.ariaLabel': t('canvas.aria.interactive'),
    'minimap.ariaLabel': t('canvas.aria.minimap'),
    'handle.ariaLabel': t('canvas.aria.in'),
  }
}
