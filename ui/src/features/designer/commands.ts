import type { GlyphName } from '../../canvas/public'
import type { Alignment } from './model/edits'
import type { Session } from './session'

/** One function of the designer: its place in the toolbar, its word, its keys. */
export interface Command {
  key: string
  /** Its word, as `designer.KEY`. */
  word: string
  icon: GlyphName
  /** As people read it. */
  keys: string
  /** Key presses that do it, by place on the keyboard. */
  chords: readonly string[]
  run: (session: Session) => void
  /** Why it cannot be done now, as `designer.KEY`; undefined when it can. */
  unable?: (session: Session) => string | undefined
  /** Whether a thing that is switched on and off is on. */
  on?: (session: Session) => boolean
}

const align = (alignment: Alignment, word: string, icon: GlyphName, letter: string): Command => ({
  key: word,
  word,
  icon,
  keys: `Alt ${letter}`,
  chords: [`Alt+Key${letter}`],
  run: (session) => session.align(alignment),
  unable: (session) => (session.selection.tasks.size < 2 ? 'needTwo' : undefined),
})

const needThree = (session: Session) => (session.selection.tasks.size < 3 ? 'needThree' : undefined)

/** The fourteen numbered functions, in their order and groups (history, grid, align, view). The fourteenth, the ratio, is a menu. */
export const NUMBERED: readonly (readonly Command[])[] = [
  [
    { key: 'undo', word: 'undo', icon: 'undo', keys: 'Ctrl Z', chords: ['Ctrl+KeyZ'], run: ({ design }) => void design.undo() },
    {
      key: 'redo',
      word: 'redo',
      icon: 'redo',
      keys: 'Ctrl Y',
      chords: ['Ctrl+KeyY', 'Ctrl+Shift+KeyZ'],
      run: ({ design }) => void design.redo(),
    },
  ],
  [
    {
      key: 'grid',
      word: 'grid',
      icon: 'grid',
      keys: "Ctrl '",
      chords: ['Ctrl+Quote'],
      run: ({ look }) => look.setState(({ grid }) => ({ grid: !grid })),
      on: ({ look }) => look.getState().grid,
    },
  ],
  [
    align('left', 'alignLeft', 'alignLeft', 'A'),
    align('centre', 'alignCentre', 'alignCentre', 'H'),
    align('right', 'alignRight', 'alignRight', 'D'),
    align('top', 'alignTop', 'alignTop', 'W'),
    align('middle', 'alignMiddle', 'alignMiddle', 'V'),
    align('bottom', 'alignBottom', 'alignBottom', 'S'),
  ],
  [
    {
      key: 'minimap',
      word: 'minimap',
      icon: 'minimap',
      keys: 'Ctrl M',
      chords: ['Ctrl+KeyM'],
      run: ({ look }) => look.setState(({ minimap }) => ({ minimap: !minimap })),
      on: ({ look }) => look.getState().minimap,
    },
    { key: 'fit', word: 'fit', icon: 'fit', keys: '1', chords: ['Digit1', 'Numpad1'], run: ({ view }) => view?.fit() },
    {
      key: 'zoomIn',
      word: 'zoomIn',
      icon: 'zoomIn',
      keys: '+',
      chords: ['Equal', 'Shift+Equal', 'NumpadAdd', 'Ctrl+Equal'],
      run: ({ view }) => view?.zoomIn(),
    },
    {
      key: 'zoomOut',
      word: 'zoomOut',
      icon: 'zoomOut',
      keys: '-',
      chords: ['Minus', 'NumpadSubtract', 'Ctrl+Minus'],
      run: ({ view }) => view?.zoomOut(),
    },
  ],
]

/** What follows after the numbered functions. */
export const FURTHER: readonly Command[] = [
  {
    key: 'distributeHorizontal',
    word: 'distributeHorizontal',
    icon: 'distributeHorizontal',
    keys: 'Alt Shift H',
    chords: ['Alt+Shift+KeyH'],
    run: (session) => session.distribute('horizontal'),
    unable: needThree,
  },
  {
    key: 'distributeVertical',
    word: 'distributeVertical',
    icon: 'distributeVertical',
    keys: 'Alt Shift V',
    chords: ['Alt+Shift+KeyV'],
    run: (session) => session.distribute('vertical'),
    unable: needThree,
  },
  { key: 'tidy', word: 'tidy', icon: 'tidy', keys: 'Alt T', chords: ['Alt+KeyT'], run: (session) => void session.tidy() },
  {
    key: 'find',
    word: 'find',
    icon: 'search',
    keys: 'Ctrl F',
    chords: ['Ctrl+KeyF'],
    run: ({ look }) => look.setState({ finding: true }),
    on: ({ look }) => look.getState().finding,
  },
  { key: 'note', word: 'note', icon: 'note', keys: 'Alt N', chords: ['Alt+KeyN'], run: (session) => session.addNote('note') },
  { key: 'frame', word: 'frame', icon: 'frame', keys: 'Alt F', chords: ['Alt+KeyF'], run: (session) => session.addNote('frame') },
]

/** The zoom ratios of the menu. */
export const RATIOS = [0.25, 0.5, 0.75, 1, 1.5, 2, 4] as const

/** What the keys do that no button does; they work while the canvas or nothing has the focus. */
const ON_CANVAS: Record<string, (session: Session) => void> = {
  Delete: (session) => session.deleteSelected(),
  Backspace: (session) => session.deleteSelected(),
  'Ctrl+KeyA': (session) => session.selectAll(),
  'Ctrl+KeyD': (session) => session.duplicate(),
  KeyC: (session) => session.startConnecting(),
  Enter: ({ look }) => look.setState({ inspector: true }),
  ArrowLeft: (session) => session.walk('left', false),
  ArrowRight: (session) => session.walk('right', false),
  ArrowUp: (session) => session.walk('up', false),
  ArrowDown: (session) => session.walk('down', false),
  'Shift+ArrowLeft': (session) => session.walk('left', true),
  'Shift+ArrowRight': (session) => session.walk('right', true),
  'Shift+ArrowUp': (session) => session.walk('up', true),
  'Shift+ArrowDown': (session) => session.walk('down', true),
  'Alt+ArrowLeft': (session) => session.nudge('left', false),
  'Alt+ArrowRight': (session) => session.nudge('right', false),
  'Alt+ArrowUp': (session) => session.nudge('up', false),
  'Alt+ArrowDown': (session) => session.nudge('down', false),
  'Alt+Shift+ArrowLeft': (session) => session.nudge('left', true),
  'Alt+Shift+ArrowRight': (session) => session.nudge('right', true),
  'Alt+Shift+ArrowUp': (session) => session.nudge('up', true),
  'Alt+Shift+ArrowDown': (session) => session.nudge('down', true),
}

/** What the keys do wherever nobody types. */
const ELSEWHERE: Record<string, (session: Session) => void> = {
  Digit0: ({ view }) => view?.zoomTo(1),
  Numpad0: ({ view }) => view?.zoomTo(1),
}

/** What may be done while somebody types: the history is that of the document, in fields too. */
const WHILE_TYPING = new Set(['Ctrl+KeyZ', 'Ctrl+KeyY', 'Ctrl+Shift+KeyZ', 'Ctrl+KeyF', 'Ctrl+KeyM', 'Ctrl+Quote'])

const BY_CHORD = new Map([...NUMBERED.flat(), ...FURTHER].flatMap((command) => command.chords.map((chord) => [chord, command] as const)))

/** Where a key press happened. */
export type Place = 'typing' | 'canvas' | 'elsewhere'

/** Does what a key press asks for; returns whether it asked for anything. */
export function press(session: Session, chord: string, place: Place): boolean {
  if (place === 'typing' && !WHILE_TYPING.has(chord)) return false
  const command = BY_CHORD.get(chord)
  if (command) {
    if (command.unable?.(session) === undefined) command.run(session)
    return true
  }
  const action = (place === 'canvas' ? ON_CANVAS[chord] : undefined) ?? ELSEWHERE[chord]
  action?.(session)
  return action !== undefined
}
