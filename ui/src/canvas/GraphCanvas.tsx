import '@xyflow/react/dist/base.css'
import './canvas.css'
import {
  type AriaLabelConfig,
  type Connection,
  type ConnectionLineComponentProps,
  type EdgeChange,
  type FinalConnectionState,
  getViewportForBounds,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useConnection,
  useReactFlow,
  useStoreApi,
  type Viewport,
  ViewportPortal,
} from '@xyflow/react'
import {
  type MouseEvent as ReactMouseEvent,
  type ReactNode,
  type Ref,
  useCallback,
  useDeferredValue,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useTranslation } from 'react-i18next'
import type { Catalog, LinkState, Outcome, Position } from '../generated/api'
import { Ahead, onlyMoves } from './ahead'
import { Canvas, type CanvasContext } from './context'
import type { DrawnRuns } from './describe'
import { FarLayer } from './FarLayer'
import { Grid } from './Grid'
import { Glyph } from './glyphs'
import { type Graph, noteOf } from './graph'
import { type Guide, guidesFor } from './guides'
import type { Colouring } from './ink'
import { frameLink, LinkEdge, type LinkEnds, linkPath } from './LinkEdge'
import { LivePoints } from './livePoints'
import { Minimap } from './Minimap'
import { MovingLayer } from './MovingLayer'
import type { Marks } from './marks'
import { NoteNode } from './NoteNode'
import { afterFrame, betweenFrames } from './picture'
import {
  type CanvasLink,
  type CanvasNode,
  NO_SELECTION,
  NOTE_PREFIX,
  type ProblemCount,
  projectionOf,
  type Scene,
  type Selection,
} from './projection'
import { StartNode } from './StartNode'
import { touches, VERY_MANY } from './sight'
import { forgetMeasures, type Size } from './size'
import { TaskNode } from './TaskNode'
import { languageOf, quickly } from './text'
import { useSight } from './useSight'
import { useUnder, viewsOf } from './views'
import type { Box } from './walk'

const NODE_TYPES = { task: TaskNode, start: StartNode, note: NoteNode, frame: NoteNode }
const LINK_TYPES = { link: LinkEdge }

const NAME_FONT = '700 13px "Pretendard Variable"'
/** Under this zoom a node shows only its glyph and status. */
const FAR = 0.5
/** Under this zoom it is no more than a box, and the grid would be a grey ground. */
const SPECK = 0.25
/** Above this many tasks only those in view are in the page. */
const MANY = 200
/** So many selected tasks stay in the page wherever they are. */
const KEPT = 64
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
  /** Scrolls so that a task is in sight; goes closer when the task would be unreadable, unless the zoom is to stay. */
  reveal(task: string, zoom?: 'stays'): void
  focus(task: string): void
  /** Returns the place on the canvas under a point of the screen. */
  at(screen: { x: number; y: number }): Position
  /** Returns the middle of what is in view. */
  middle(): Position
  /** Returns the box of every task, as it stands. */
  boxes(): Map<string, Position & Size>
  /** Returns the key of the link under a point of the screen. */
  linkAt(screen: { x: number; y: number }): string | undefined
  /** Shows a document before it is handed over, where its tasks only stand elsewhere; returns whether nothing else is to be shown. */
  showAhead(graph: Graph): boolean
}

/** The canvas of a normalised document. */
export interface GraphCanvasProps {
  graph: Graph
  catalog?: Catalog
  runs?: DrawnRuns
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
  // How much room there is decides what the first picture shows, and where: it is asked for before anything is drawn.
  const [room, setRoom] = useState<Size>()
  const measure = useCallback((empty: HTMLDivElement | null) => {
    if (empty) setRoom({ width: empty.clientWidth, height: empty.clientHeight })
  }, [])
  if (!room) return <div ref={measure} className="canvas" />
  return (
    <ReactFlowProvider>
      <Inner {...props} room={room} />
    </ReactFlowProvider>
  )
}

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
  room,
}: GraphCanvasProps & { room: Size }) {
  const { t: slow, i18n } = useTranslation()
  const t = useMemo(() => quickly(slow), [slow])
  const language = languageOf(i18n.language)
  const [projection] = useState(() => projectionOf(graph))
  const [overlay, setOverlay] = useState(NOTHING)
  const overlayNow = useRef(NOTHING)
  const [guides, setGuides] = useState<readonly Guide[]>([])
  const [fonts, setFonts] = useState(0)
  const flow = useReactFlow<CanvasNode, CanvasLink>()
  const store = useStoreApi()
  const views = viewsOf(store)
  // Sizes and connection points are known before anything is drawn (`projection.ts`). React Flow would measure every node that comes into
  // the page, which makes the page lay itself out, and then ask all of them again. A view that is to be fitted waits for one measured node.
  useState(() => {
    const measure = store.getState().updateNodeInternals
    store.getState().updateNodeInternals = (nodes) => {
      if (store.getState().fitViewQueued) measure(new Map([...nodes].slice(0, 1)))
    }
  })
  const far = useUnder(views, FAR)
  const speck = useUnder(views, SPECK)
  const frame = useRef<HTMLDivElement>(null)
  const carried = useRef<{ lead: string; from: Position; starts: Map<string, Position> } | undefined>(undefined)
  const moving = useRef<string | undefined>(undefined)
  const drew = useRef(false)
  const press = useRef({ x: 0, y: 0, moved: false })
  const editable = editor !== undefined
  const linking = useConnection((connection) => (connection.inProgress ? connection.fromHandle.type : undefined))

  useEffect(() => {
    let live = true
    // Names are measured to size the nodes; the bundled font may arrive after the first paint, but is there for every later canvas.
    if (document.fonts?.check?.(NAME_FONT, '가A')) return
    void document.fonts?.load(NAME_FONT, '가A').then(() => {
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

  // Of a large drawing React Flow is given what is in view and what is held; the rest is a picture.
  // A drawing that would be specks when it is fitted opens at its start, where it can be read.
  const [atStart] = useState(() => {
    const { start } = projection.places(graph)
    return { x: 64 - start.x * OPENING, y: (room.height || window.innerHeight) * 0.45 - start.y * OPENING, zoom: OPENING }
  })
  // Of a very large one only what is near that place is planned for the first picture, which is complete with its second frame; the rest
  // follows between the frames after it, so that whoever moves or types meanwhile never waits for all of it. A task that is to be shown
  // may stand anywhere.
  const [all, setAll] = useState(() => graph.order.length <= VERY_MANY || selection.tasks.size > 0)
  useEffect(() => {
    if (all) return
    return betweenFrames(
      () => projection.measure({ graph, language, fonts }, MEASURING_MS),
      () => setAll(true),
    )
  }, [all, projection, graph, language, fonts])
  const plan = useMemo(() => {
    const scene = { graph, language, fonts }
    return all ? projection.plan(scene) : projection.planNear(scene, seenFrom(atStart, room))
  }, [projection, graph, language, fonts, all, atStart, room])
  const large = !all || plan.tasks.length > MANY
  // What is not on the screen yet has no room, and is fitted when it has.
  const isFittedLater = !large && (room.width === 0 || room.height === 0)
  const [opening] = useState(() =>
    large || isFittedLater ? atStart : fittedTo([...plan.at.values(), ...boxesOfNotes(graph).values()], room),
  )
  const [ahead] = useState(() => new Ahead())
  const shown = useRef({ graph, plan })
  useLayoutEffect(() => {
    shown.current = { graph, plan }
    // React Flow is told by an effect of its own, and draws then.
    return afterFrame(() => ahead.drawn(plan))
  }, [ahead, graph, plan])
  const [touched, setTouched] = useState<string>()
  const [held, setHeld] = useState<string>()
  const drawingFrom = useConnection((connection) => (connection.inProgress ? connection.fromNode.id : undefined))
  const drawingTo = useConnection((connection) => (connection.inProgress ? connection.toNode?.id : undefined))
  const [points] = useState(() => new LivePoints())
  useLayoutEffect(() => {
    points.set('from', drawingFrom)
    points.set('to', drawingTo)
  }, [points, drawingFrom, drawingTo])
  const always = useMemo(() => {
    const ids = new Set<string>()
    if (selection.tasks.size <= KEPT) for (const id of selection.tasks) ids.add(id)
    for (const id of [tabStop, touched, held, drawingFrom]) if (id !== undefined) ids.add(id)
    return ids
  }, [selection.tasks, tabStop, touched, held, drawingFrom])
  const sight = useSight(views, large ? plan : undefined, always, opening, room)
  // Set once: a canvas with a view of its own moves without asking everything that is in the page.
  const [ownView] = useState(large ? opening : undefined)
  const inSight = large ? sight : undefined

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
    () => projection.nodes(scene, inSight),
    [graph, catalog, language, runs, problems, marks, breakpoints, selection, overlay, editable, tabStop, fonts, projection, inSight],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scene is made of exactly these
  const links = useMemo(
    () => projection.links(scene, inSight),
    [graph, language, linkStates, marks, selection.links, editable, projection, inSight],
  )
  const notes = useMemo(() => boxesOfNotes(graph), [graph])
  const noteBoxes = useMemo(() => [...notes.values()], [notes])
  const colouring = useMemo<Colouring>(
    () => ({ runs, linkStates, problems, marks, selection, editable }),
    [runs, linkStates, problems, marks, selection, editable],
  )

  // The map in the corner may follow a frame later: neither a key press nor the first picture waits for it.
  const onMap = useMemo(() => ({ plan, notes: noteBoxes, colouring }), [plan, noteBoxes, colouring])
  const mapped = useDeferredValue<typeof onMap | undefined>(all ? onMap : undefined, undefined)

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
        const snapped = guidesFor(single.id, single.position, store.getState().nodes as CanvasNode[], 6 / flow.getZoom())
        next.set(single.id, snapped.position)
        setGuides(snapped.guides)
      }
      const { current } = carried
      const at = current && next.get(current.lead)
      if (current && at) {
        for (const [id, start] of current.starts) next.set(id, { x: start.x + at.x - current.from.x, y: start.y + at.y - current.from.y })
      }
      moveOverlay(next)
    },
    [flow, store, moveOverlay, onSelectionChange],
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

  const onDragStart = (event: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }, node: CanvasNode, dragged: CanvasNode[]) => {
    carried.current = undefined
    setHeld(node.id)
    const starts = new Map<string, Position>()
    if (node.selected) {
      // React Flow moves what it knows; the others that are selected go along.
      const known = new Set(dragged.map((other) => other.id))
      for (const id of selection.tasks) {
        const task = known.has(id) ? undefined : plan.at.get(id)
        if (task) starts.set(id, { x: task.x, y: task.y })
      }
    } else {
      if (large && !isAdditive(event)) onSelectionChange?.(() => NO_SELECTION)
      if (node.type === 'frame') {
        const frame = { ...node.position, width: node.width ?? 0, height: node.height ?? 0 }
        for (const task of plan.tasks)
          if (isInside(task, frame) && !selection.tasks.has(task.id)) starts.set(task.id, { x: task.x, y: task.y })
        for (const [id, note] of notes) if (id !== node.id && isInside(note, frame)) starts.set(id, { x: note.x, y: note.y })
      }
    }
    if (starts.size > 0 || node.type === 'frame') carried.current = { lead: node.id, from: node.position, starts }
  }

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

  const onDragStop = (event: MouseEvent | TouchEvent | ReactMouseEvent, _: CanvasNode, dragged: CanvasNode[]) => {
    const moved = overlayNow.current
    carried.current = undefined
    setHeld(undefined)
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
  }

  const allowed = useCallback(
    (connection: Connection | CanvasLink) =>
      editor?.refusal(connection.source, (connection.sourceHandle ?? 'done') as Outcome, connection.target, moving.current) === undefined,
    [editor],
  )

  const showAhead = useSteady((next: Graph): boolean => {
    const page = frame.current
    if (!page || !all) return false
    const before = shown.current
    const after = projection.plan({ graph: next, language, fonts })
    shown.current = { graph: next, plan: after }
    // What is dragged stands where the hand is, and a picture of what is far away or moving is not drawn anew here.
    const onlyNodes = overlayNow.current === NOTHING && !(large && (views.isCovered || !sight.whole))
    const done = onlyNodes ? ahead.move(page, next, before.plan, after) : ahead.keep(page, next, after)
    return onlyNodes && done && onlyMoves(before.graph, next)
  })

  useImperativeHandle(view, (): CanvasView => {
    const middleOfScreen = () => {
      const box = frame.current?.getBoundingClientRect()
      return box ? { x: box.left + box.width / 2, y: box.top + box.height / 2 } : { x: 0, y: 0 }
    }
    return {
      fit: (tasks) => {
        const chosen = tasks ? tasks.flatMap((id) => plan.at.get(id) ?? []) : [...plan.at.values(), ...notes.values()]
        if (chosen.length === 0) return
        void flow.setViewport(fittedTo(chosen, store.getState()), { duration: quick() })
      },
      zoomIn: () => void flow.zoomIn({ duration: quick() }),
      zoomOut: () => void flow.zoomOut({ duration: quick() }),
      zoomTo: (zoom) => void flow.zoomTo(zoom, { duration: quick() }),
      zoom: () => flow.getZoom(),
      reveal: (task, kept) =>
        // A task that was just added is drawn in the next frame.
        afterDrawing(() => {
          const node = plan.at.get(task)
          const box = frame.current?.getBoundingClientRect()
          if (!node || !box) return
          const corner = flow.flowToScreenPosition(node)
          const zoom = flow.getZoom()
          const inSight =
            (kept === 'stays' || zoom >= FAR) &&
            corner.x >= box.left + 24 &&
            corner.y >= box.top + 24 &&
            corner.x + node.width * zoom <= box.right - 24 &&
            corner.y + node.height * zoom <= box.bottom - 24
          if (inSight) return
          void flow.setCenter(node.x + node.width / 2, node.y + node.height / 2, {
            zoom: kept === 'stays' ? zoom : Math.max(zoom, 0.8),
            duration: quick(),
          })
        }),
      focus: (task) => {
        // The node's tab stop follows the selection, which is drawn in the next frame, and a node that was far away comes into the page then.
        const selector = `.react-flow__node[data-id="${CSS.escape(task)}"]`
        const find = (tries: number) =>
          afterDrawing(() => {
            const node = frame.current?.querySelector<HTMLElement>(selector)
            if (node) node.focus({ preventScroll: true })
            else if (tries > 0) find(tries - 1)
          })
        find(5)
      },
      at: (screen) => flow.screenToFlowPosition(screen),
      middle: () => flow.screenToFlowPosition(middleOfScreen()),
      boxes: () => new Map(plan.tasks.map(({ id, x, y, width, height }) => [id, { x, y, width, height }])),
      linkAt,
      showAhead,
    }
  }, [flow, store, plan, notes, linkAt, showAhead])

  const context = useMemo<CanvasContext>(
    () => ({
      t,
      far,
      speck,
      editable,
      points,
      onProblems: editor?.problems,
      onNoteText: editor?.noteText,
      onNoteResize: editor?.noteResize,
    }),
    [t, far, speck, editable, points, editor],
  )
  const labels = useMemo(() => ariaLabels(t, editable), [t, editable])

  useEffect(() => {
    if (!large || !onSelectionChange) return
    // A marquee knows the nodes in the page only; in a large drawing it means every task under it.
    return store.subscribe((state, before) => {
      const marquee = state.userSelectionRect
      if (!state.userSelectionActive || !marquee || marquee === before.userSelectionRect) return
      const [x, y, zoom] = state.transform
      const under = { x: (marquee.x - x) / zoom, y: (marquee.y - y) / zoom, width: marquee.width / zoom, height: marquee.height / zoom }
      const tasks = new Set(plan.tasks.flatMap((task) => (touches(task, under) ? [task.id] : [])))
      const links = plan.links.flatMap((link) => (tasks.has(link.from) || tasks.has(link.to) ? [link.id] : []))
      const inside = [...notes].flatMap(([id, note]) => (touches(note, under) ? [id.slice(NOTE_PREFIX.length)] : []))
      onSelectionChange(() => ({ tasks, links: new Set(links), notes: new Set(inside) }))
    })
  }, [large, plan, notes, store, onSelectionChange])

  const onTouch = (screen: { x: number; y: number }) => {
    const at = flow.screenToFlowPosition(screen)
    setTouched(plan.tasks.findLast((task) => touches(task, { ...at, width: 0, height: 0 }))?.id)
  }

  const onNodeDragStart = useSteady(onDragStart)
  const onNodeDragStop = useSteady(onDragStop)
  const onSelectionDragStop = useSteady((event: ReactMouseEvent, dragged: CanvasNode[]) => {
    if (dragged[0]) onDragStop(event, dragged[0], dragged)
  })
  const onNodeContextMenu = useSteady((event: ReactMouseEvent, node: CanvasNode) => {
    if (node.type !== 'task' || !onTaskContextMenu) return
    event.preventDefault()
    onTaskContextMenu(node.id, event)
  })
  const onNodeClick = useSteady((event: ReactMouseEvent, node: CanvasNode) => {
    // A plain click on one of several that are selected means that one alone.
    if (isAdditive(event)) return
    onSelectionChange?.((old) => {
      if (old.tasks.size + old.notes.size + old.links.size < 2) return old
      const note = node.id.startsWith(NOTE_PREFIX)
      return note
        ? { ...NO_SELECTION, notes: new Set([node.id.slice(NOTE_PREFIX.length)]) }
        : { ...NO_SELECTION, tasks: new Set([node.id]) }
    })
  })
  const onEdgeClick = useSteady((event: ReactMouseEvent, { id }: CanvasLink) => {
    const meant = linkAt({ x: event.clientX, y: event.clientY }) ?? id
    if (large && !isAdditive(event)) onSelectionChange?.(() => ({ ...NO_SELECTION, links: new Set([meant]) }))
    else if (meant !== id)
      onSelectionChange?.((old) => ({ ...old, links: new Set([...old.links].filter((link) => link !== id).concat(meant)) }))
  })
  const onNodeDoubleClick = useSteady((_: ReactMouseEvent, node: CanvasNode) => {
    if (node.type === 'task') onTaskOpen?.(node.id)
  })
  const onConnect = useSteady((connection: Connection) =>
    editor?.connect(connection.source, (connection.sourceHandle ?? 'done') as Outcome, connection.target),
  )
  const onConnectEnd = useSteady((event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
    drew.current = true
    if (state.toHandle || !state.fromHandle || state.fromHandle.type !== 'source' || moving.current) return
    const point = 'changedTouches' in event ? event.changedTouches[0] : event
    const overEmpty = point && document.elementFromPoint(point.clientX, point.clientY)?.classList.contains('react-flow__pane')
    if (!point || !overEmpty) return
    const screen = { x: point.clientX, y: point.clientY }
    editor?.connectToNew?.(state.fromHandle.nodeId, (state.fromHandle.id ?? 'done') as Outcome, flow.screenToFlowPosition(screen), screen)
  })
  const onReconnectStart = useSteady((_: unknown, link: CanvasLink) => {
    moving.current = link.id
  })
  const onReconnect = useSteady((link: CanvasLink, connection: Connection) =>
    editor?.reconnect(link.id, connection.source, (connection.sourceHandle ?? 'done') as Outcome, connection.target),
  )
  const onReconnectEnd = useSteady(() => {
    moving.current = undefined
  })
  const onPaneClick = useSteady(() => {
    store.getState().domNode?.focus?.({ preventScroll: true })
    // React Flow deselects what it knows.
    if (large) onSelectionChange?.((old) => (old.tasks.size + old.links.size + old.notes.size === 0 ? old : NO_SELECTION))
  })

  return (
    <Canvas value={context}>
      <div
        ref={frame}
        onPointerOverCapture={(event) => {
          points.set('pointer', (event.target as Element).closest<HTMLElement>('.react-flow__node-task')?.dataset.id)
        }}
        onPointerDownCapture={(event) => {
          drew.current = false
          press.current = { x: event.clientX, y: event.clientY, moved: false }
        }}
        onPointerMoveCapture={(event) => {
          const { x, y } = press.current
          press.current.moved ||= Math.hypot(event.clientX - x, event.clientY - y) >= DRAG_PX
          if (sight.crowded && event.buttons === 0) onTouch({ x: event.clientX, y: event.clientY })
        }}
        // A link that was drawn back to its own task ends there with a click, which is not meant for the task.
        onClickCapture={(event) => {
          if (drew.current) event.stopPropagation()
        }}
        className={`canvas ${editable ? 'canvas-edits' : 'canvas-reads'} ${runs ? 'canvas-runs' : ''} ${linking ? (linking === 'source' ? 'canvas-linking' : 'canvas-linking-back') : ''}`}
      >
        <ReactFlow<CanvasNode, CanvasLink>
          nodes={nodes}
          edges={links}
          nodeTypes={NODE_TYPES}
          edgeTypes={LINK_TYPES}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          onNodeDragStart={onNodeDragStart}
          onNodeDragStop={onNodeDragStop}
          onSelectionDragStop={onSelectionDragStop}
          onNodeContextMenu={onNodeContextMenu}
          onNodeClick={onNodeClick}
          onEdgeClick={onEdgeClick}
          onNodeDoubleClick={onNodeDoubleClick}
          onConnect={onConnect}
          onConnectEnd={onConnectEnd}
          onReconnectStart={onReconnectStart}
          onReconnect={onReconnect}
          onReconnectEnd={onReconnectEnd}
          isValidConnection={allowed}
          onPaneClick={onPaneClick}
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
          minZoom={MIN_ZOOM}
          maxZoom={4}
          zoomOnDoubleClick={false}
          nodeDragThreshold={0}
          connectionRadius={18}
          elevateNodesOnSelect={false}
          fitView={isFittedLater}
          fitViewOptions={FIT}
          defaultViewport={opening}
          viewport={ownView}
          onViewportChange={ownView && views.move}
          proOptions={PRO}
        >
          {grid && !speck && <Grid />}
          {large && !sight.whole && <FarLayer plan={plan} overlay={overlay} colouring={colouring} />}
          <MovingLayer plan={plan} notes={notes} overlay={overlay} asTheyAre={linking !== undefined || sight.crowded} />
          {minimap && mapped && <Minimap plan={mapped.plan} notes={mapped.notes} colouring={mapped.colouring} />}
          {guides.length > 0 && <Guides guides={guides} />}
          {editor && <RefusalHint editor={editor} moving={moving} />}
          {onZoom && <ZoomReport onZoom={onZoom} />}
          {children}
        </ReactFlow>
      </div>
    </Canvas>
  )
}

const MIN_ZOOM = 0.05
const FIT = { padding: 0.12, maxZoom: 1 }
/** A zoom that goes on is told this often. */
const TELL_MS = 100
/** The zoom at which a large drawing opens. */
const OPENING = 0.8
const PRO = { hideAttribution: true }

/** For so long after each frame the rest of a very large drawing is measured. */
const MEASURING_MS = 6

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

/** Returns the part of the plane that a view shows. */
function seenFrom({ x, y, zoom }: Viewport, { width, height }: Size): Box {
  return { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom }
}

/** Returns the view that shows all of `boxes`. */
function fittedTo(boxes: readonly Box[], { width, height }: Size): Viewport {
  return getViewportForBounds(boundsOf(boxes), width, height, MIN_ZOOM, FIT.maxZoom, FIT.padding)
}

function isInside(box: Box, frame: Box): boolean {
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  return middle.x >= frame.x && middle.x <= frame.x + frame.width && middle.y >= frame.y && middle.y <= frame.y + frame.height
}

function boundsOf(boxes: readonly Box[]): Box {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + width)
    bottom = Math.max(bottom, y + height)
  }
  return { x: left, y: top, width: right - left, height: bottom - top }
}

/** Returns where the notes and frames stand, by their node ids. */
function boxesOfNotes(graph: Graph): Map<string, Box> {
  return new Map(
    graph.noteOrder.flatMap((key) => {
      const note = noteOf(graph, key)
      return note ? [[NOTE_PREFIX + key, { x: note.x, y: note.y, width: note.width, height: note.height }] as const] : []
    }),
  )
}

function isAdditive(event: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }): boolean {
  return event.shiftKey || event.ctrlKey || event.metaKey
}

/** Returns a function that stays the same and always does what the newest `run` does: React Flow draws every node again for a new handler. */
function useSteady<A extends unknown[], R>(run: (...args: A) => R): (...args: A) => R {
  const newest = useRef(run)
  useLayoutEffect(() => {
    newest.current = run
  })
  return useCallback((...args: A) => newest.current(...args), [])
}

/** Tells the zoom, the first one too, which no event of React Flow does; a zoom that goes on is told a few times a second. */
function ZoomReport({ onZoom }: { onZoom: (zoom: number) => void }) {
  const views = viewsOf(useStoreApi())
  useEffect(() => {
    let told = Number.NaN
    let timer: ReturnType<typeof setTimeout> | undefined
    const zoom = () => views.getState().transform[2]
    const tell = () => {
      timer = undefined
      if (zoom() === told) return
      told = zoom()
      onZoom(told)
    }
    tell()
    const stop = views.subscribe(() => {
      if (zoom() !== told) timer ??= setTimeout(tell, TELL_MS)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [views, onZoom])
  return null
}

/** The helper lines, each a box of its own: a drawing of all would be painted anew as a whole whenever one comes or goes. */
function Guides({ guides }: { guides: readonly Guide[] }) {
  return (
    <ViewportPortal>
      {guides.map(({ x1, y1, x2, y2 }) => (
        <i
          key={`${x1} ${y1} ${x2} ${y2}`}
          className="guide"
          aria-hidden="true"
          style={{ left: Math.min(x1, x2), top: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) }}
        />
      ))}
    </ViewportPortal>
  )
}

/** The line that follows the cursor while a link is being drawn. */
function ConnectionLine({ fromX, fromY, toX, toY, fromHandle, toHandle, connectionStatus }: ConnectionLineComponentProps<CanvasNode>) {
  const forward = fromHandle.type === 'source'
  const down = fromHandle.position === 'bottom'
  // The status is only set near the point itself, and the whole task is a target.
  const refused = toHandle !== null && toHandle.type !== fromHandle.type && connectionStatus !== 'valid'
  const ends: LinkEnds = forward ? [fromX, fromY, toX + 6, toY, down] : [toX, toY, fromX, fromY, false]
  const link = useRef<SVGGElement>(null)
  useLayoutEffect(() => {
    if (link.current) frameLink(link.current, ...ends)
  })
  return (
    <g ref={link} className={`link link-drawing ${refused ? 'link-refused' : ''}`}>
      <path className="link-line" d={linkPath(...ends)} />
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
