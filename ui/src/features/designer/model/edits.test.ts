import { describe, expect, test } from 'vitest'
import { type Box, linksOf, neighbour, readGraph } from '../../../canvas/model'
import { copyText, LONGEST_PASTE, paste, readPart, uniqueName } from './clipboard'
import {
  type Alignment,
  addApproval,
  aligned,
  connect,
  distributed,
  downstream,
  freshId,
  insertOnLink,
  newTask,
  notesAfter,
  possibleTargets,
  reconnect,
  refusal,
  remove,
  removeVariable,
  renameParameter,
} from './edits'
import { tidy } from './tidy'

/** Makes a graph from arrows: `a>b a:true>c start>a`; a task whose name starts with `if` is a branch. */
function drawn(arrows: string) {
  const links = arrows.split(' ').map((arrow) => {
    const [, from, outcome, to] = /^(\w+)(?::(\w+))?>(\w+)$/.exec(arrow) ?? []
    return outcome ? { from, outcome, to } : { from, to }
  })
  const ids = new Set(links.flatMap((link) => [link.from, link.to]).filter((id) => id !== 'start'))
  return readGraph({
    format: 1,
    id: 'x',
    tasks: Object.fromEntries([...ids].map((id) => [id, newTask(id?.startsWith('if') ? 'branch' : 'wait', id)])),
    links,
  })
}

const arrows = (graph: ReturnType<typeof drawn>) =>
  linksOf(graph)
    .map((link) => `${link.from}${link.outcome === 'done' ? '' : `:${link.outcome}`}>${link.to}`)
    .join(' ')

function check_delete(before: string, tasks: string, after: string) {
  const graph = drawn(before)
  remove(graph, { tasks: tasks.split(' '), links: [], notes: [] })
  expect(arrows(graph)).toBe(after)
}

describe('links', () => {
  const graph = drawn('start>a a>b b>c')
  test('LNK-1 to itself', () => expect(refusal(graph, 'a', 'done', 'a')).toBe('itself'))
  test('LNK-1 to the start', () => expect(refusal(graph, 'a', 'done', 'start')).toBe('start'))
  test('LNK-1 twice', () => expect(refusal(graph, 'a', 'done', 'b')).toBe('duplicate'))
  test('LNK-1 back to a task before it', () => expect(refusal(graph, 'c', 'failed', 'a')).toBe('cycle'))
  test('LNK-1 to nothing', () => expect(refusal(graph, 'a', 'done', 'z')).toBe('missing'))
  test('LNK-1 another outcome to the same task is possible', () => expect(refusal(graph, 'a', 'failed', 'b')).toBeUndefined())
  test('LNK-1 a link may be dropped where it already is', () => expect(refusal(graph, 'a', 'done', 'b', 'l2')).toBeUndefined())
  test('LNK-2 done is not written', () => {
    const own = drawn('a>b')
    expect([own.links[connect(own, 'a', 'done', 'b')], own.links[connect(own, 'a', 'failed', 'b')]]).toEqual([
      { from: 'a', to: 'b' },
      { from: 'a', outcome: 'failed', to: 'b' },
    ])
  })
  test('LNK-3 what else stands in a link is kept', () => {
    const own = readGraph({ tasks: { a: {}, b: {}, c: {} }, links: [{ from: 'a', outcome: 'failed', to: 'b', weight: 3 }] })
    reconnect(own, 'l1', 'a', 'done', 'c')
    expect(own.links.l1).toEqual({ from: 'a', to: 'c', weight: 3 })
  })
  test('LNK-4 a task put into a link', () => {
    const own = drawn('ifa:true>b x>y')
    expect(insertOnLink(own, 'l1', 'x')).toBe(true)
    expect(arrows(own)).toBe('ifa:true>x x>y x>b')
  })
  test('LNK-4 a task that comes later cannot be put before itself', () => {
    const own = drawn('a>b b>c')
    expect(insertOnLink(own, 'l1', 'c')).toBe(false)
    expect(arrows(own)).toBe('a>b b>c')
  })
  test('LNK-1 the possible targets are those that are not refused', () => {
    const tangled = drawn('start>a a>b b>ifc ifc:true>d ifc:false>e e>f a:failed>f g>h')
    for (const from of [...tangled.order, 'start'])
      for (const outcome of ['done', 'true', 'failed'] as const)
        expect(possibleTargets(tangled, from, outcome)).toEqual(tangled.order.filter((to) => !refusal(tangled, from, outcome, to)))
  })
  test('LNK-1 what can be reached', () => expect([...downstream(graph, 'a')].sort()).toEqual(['b', 'c']))
})

describe('quick fixes', () => {
  test('FIX-1 an approval is put before a task that several links reach', () => {
    const own = drawn('start>a a>b ifx:true>b b>c')
    const id = addApproval(own, 'b', newTask('approval', 'Ask'), { x: 1, y: 2 })
    expect(arrows(own)).toBe(`start>a a>${id} ifx:true>${id} b>c ${id}:approved>b`)
    expect(own.positions[id]).toEqual({ x: 1, y: 2 })
  })
  test('FIX-2 a parameter keeps its value and place under its new name', () => {
    const own = readGraph({ tasks: { a: { type: 'action', parameters: { one: 1, tow: 2, three: 3 } } }, links: [] })
    renameParameter(own, 'a', 'tow', 'two')
    expect(JSON.stringify(own.tasks.a?.parameters)).toBe('{"one":1,"two":2,"three":3}')
  })
  test('FIX-3 the last variable takes the list with it', () => {
    const own = readGraph({ tasks: {}, links: [], variables: [{ name: 'x' }, { name: 'y' }] })
    removeVariable(own, 'x')
    expect(own.head.variables).toEqual([{ name: 'y' }])
    removeVariable(own, 'y')
    expect('variables' in own.head).toBe(false)
  })
})

describe('deleting', () => {
  test('DEL-1 a straight line heals', () => check_delete('start>a a>b b>c', 'b', 'start>a a>c'))
  test('DEL-1 the outcome that led to it is kept', () => check_delete('ifa:true>b b>c', 'b', 'ifa:true>c'))
  test('DEL-2 a join takes its links with it', () => check_delete('a>c b>c c>d', 'c', ''))
  test('DEL-2 a split takes its links with it', () => check_delete('a>b b>c b>d', 'b', ''))
  test('DEL-3 two in a row', () => check_delete('a>b b>c c>d', 'b c', 'a>d'))
  test('DEL-4 the failed outcome is not healed over', () => check_delete('a>b b:failed>c', 'b', ''))
  test('DEL-1 no second link where there is one', () => check_delete('a>b b>c a>c', 'b', 'a>c'))
})

const boxes = new Map<string, Box>([
  ['a', { x: 0, y: 0, width: 100, height: 50 }],
  ['b', { x: 30, y: 90, width: 200, height: 80 }],
  ['c', { x: 500, y: 300, width: 100, height: 50 }],
])

function check_align(alignment: Alignment, expected: number[]) {
  const axis = ['left', 'centre', 'right'].includes(alignment) ? 'x' : 'y'
  const other = axis === 'x' ? 'y' : 'x'
  const placed = aligned(boxes, alignment)
  expect([...placed.values()].map((position) => position[axis])).toEqual(expected)
  expect([...placed.values()].map((position) => position[other])).toEqual([...boxes.values()].map((box) => box[other]))
}

describe('placing', () => {
  test('PLC-1 left', () => check_align('left', [0, 0, 0]))
  test('PLC-1 centre', () => check_align('centre', [250, 200, 250]))
  test('PLC-1 right', () => check_align('right', [500, 400, 500]))
  test('PLC-1 top', () => check_align('top', [0, 0, 0]))
  test('PLC-1 middle', () => check_align('middle', [150, 135, 150]))
  test('PLC-1 bottom', () => check_align('bottom', [300, 270, 300]))
  test('PLC-2 horizontally: 200 px of gaps in two', () =>
    expect([...distributed(boxes, 'horizontal').values()].map(({ x }) => x)).toEqual([0, 200, 500]))
  test('PLC-2 vertically: 170 px of gaps in two', () =>
    expect([...distributed(boxes, 'vertical').values()].map(({ y }) => y)).toEqual([0, 135, 300]))
  test('PLC-2 two have no gap to make equal', () => expect(distributed(new Map([...boxes].slice(0, 2)), 'horizontal').size).toBe(0))
  test('PLC-4 tidy keeps what was above above', () => {
    for (const turned of [false, true]) {
      const nodes = ['a', 'b', 'c', 'd', 'e'].map((id, index) => ({ id, y: (turned ? -1 : 1) * index * 90, width: 176, height: 56 }))
      const placed = tidy({ nodes, links: ['b', 'c', 'd', 'e'].map((to) => ({ from: 'a', to })) })
      const order = ['b', 'c', 'd', 'e'].sort((one, two) => (placed[one]?.y ?? 0) - (placed[two]?.y ?? 0)).join('')
      expect(order).toBe(turned ? 'edcb' : 'bcde')
    }
  })
  test('PLC-3 tidy', () => {
    const nodes = ['a', 'b', 'c', 'd', 'lone'].map((id) => ({ id, y: 0, width: 176, height: 56 }))
    const links = [
      { from: 'a', to: 'b' },
      { from: 'a', to: 'c' },
      { from: 'b', to: 'd' },
      { from: 'c', to: 'd' },
    ]
    const placed = tidy({ nodes, links })
    for (const { from, to } of links) expect(placed[to]?.x).toBeGreaterThanOrEqual((placed[from]?.x ?? 0) + 176)
    const rectangles = Object.values(placed)
    for (const [index, one] of rectangles.entries())
      for (const two of rectangles.slice(index + 1)) expect(Math.abs(one.x - two.x) >= 176 || Math.abs(one.y - two.y) >= 56).toBe(true)
  })
})

function check_refused(text: string, reason: string) {
  expect(readPart(text).refused).toBe(reason)
}

describe('clipboard', () => {
  const source = readGraph({
    format: 1,
    id: 'x',
    tasks: {
      look: { type: 'action', name: { ko: '조회', en: 'Look' }, app: 'a', command: 'c' },
      judge: { type: 'branch', name: '판정', condition: 'tasks.look.output.score > 5 and tasks.other.output.x' },
      after: { type: 'wait', seconds: 1 },
    },
    links: [
      { from: 'start', to: 'look' },
      { from: 'look', to: 'judge' },
      { from: 'judge', outcome: 'true', to: 'after' },
    ],
    layout: { tasks: { look: { x: 100, y: 100 }, judge: { x: 300, y: 120 } } },
  })
  const part = () => readPart(copyText(source, { tasks: ['look', 'judge'], links: [], notes: [] })).part ?? readGraph({})

  test('CLP-1 ids, links, names, places', () => {
    const graph = structuredClone(source)
    expect(paste(graph, part(), { x: 0, y: 500 }).tasks).toEqual(['look_2', 'judge_2'])
    expect(linksOf(graph).at(-1)).toMatchObject({ from: 'look_2', outcome: 'done', to: 'judge_2' })
    expect([graph.tasks.look_2?.name, graph.tasks.judge_2?.name]).toEqual([{ ko: '조회 2', en: 'Look 2' }, '판정 2'])
    expect([graph.positions.look_2, graph.positions.judge_2]).toEqual([
      { x: 0, y: 500 },
      { x: 200, y: 520 },
    ])
  })
  test('CLP-1 ids are kept where they are free', () =>
    expect(paste(readGraph({}), part(), { x: 0, y: 0 }).tasks).toEqual(['look', 'judge']))
  test('CLP-1 a name counts on', () => expect(uniqueName('Look 2', new Set(['Look', 'Look 2']))).toBe('Look 3'))
  test('CLP-1 an id from any word', () => {
    const graph = readGraph({ tasks: { wait: {} } })
    expect(['IP Report!', '대기', 'start', 'wait', '9 lives'].map((word) => freshId(graph, word))).toEqual([
      'ip_report',
      'task',
      'task',
      'wait_2',
      'lives',
    ])
  })
  test('CLP-2 references follow', () => {
    const graph = structuredClone(source)
    paste(graph, part(), { x: 0, y: 0 })
    expect(graph.tasks.judge_2?.condition).toBe('tasks.look_2.output.score > 5 and tasks.other.output.x')
  })
  test('CLP-3 no JSON', () => check_refused('hello', 'no_json'))
  test('CLP-3 other JSON', () => check_refused('{"a":1}', 'other'))
  test('CLP-3 a list', () => check_refused('[1]', 'other'))
  test('CLP-3 a newer format', () => check_refused('{"haetae":"playbook-part","format":2,"tasks":{"a":{}}}', 'newer'))
  test('CLP-3 an empty part', () => check_refused('{"haetae":"playbook-part","format":1}', 'empty'))
  test('CLP-3 too long a text', () => check_refused(' '.repeat(LONGEST_PASTE + 1), 'too_long'))
  test('CLP-4 a whole playbook', () => {
    const graph = readGraph({})
    paste(
      graph,
      readPart('{"format":1,"id":"p","tasks":{"a":{"type":"wait"}},"links":[{"from":"start","to":"a"}]}').part ?? readGraph({}),
      { x: 0, y: 0 },
    )
    expect([graph.order, graph.linkOrder]).toEqual([['a'], []])
  })
  test('CLP-5 only inner links', () => expect(linksOf(part()).map((link) => `${link.from}>${link.to}`)).toEqual(['look>judge']))
})

describe('walking', () => {
  const graph = drawn('a>c')
  test('WLK-1 right along a link', () => expect(neighbour(graph, boxes, 'a', 'right')).toBe('c'))
  test('WLK-1 left along a link', () => expect(neighbour(graph, boxes, 'c', 'left')).toBe('a'))
  test('WLK-1 down to the nearest', () => expect(neighbour(graph, boxes, 'a', 'down')).toBe('b'))
  test('WLK-1 nothing above', () => expect(neighbour(graph, boxes, 'a', 'up')).toBeUndefined())
})

describe('notes follow their tasks', () => {
  const before = new Map([
    ['a', { x: 0, y: 0, width: 176, height: 56 }],
    ['b', { x: 300, y: 0, width: 176, height: 56 }],
    ['far', { x: 0, y: 2_000, width: 176, height: 56 }],
  ])
  const to = new Map([
    ['a', { x: 100, y: 50 }],
    ['b', { x: 100, y: 250 }],
  ])
  const note = (kind: 'note' | 'frame', x: number, y: number, width: number, height: number) =>
    notesAfter(readGraph({ layout: { notes: [{ id: 'n', kind, text: '', x, y, width, height }] } }), before, to).get('n1')

  test('PLC-5 a frame stays around what stood in it, with the same room', () =>
    expect(note('frame', -16, -32, 508, 104)).toEqual({ x: 84, y: 18, width: 208, height: 304 }))
  test('PLC-5 a note stays beside the nearest task', () =>
    expect(note('note', 300, 80, 176, 40)).toEqual({ x: 100, y: 330, width: 176, height: 40 }))
  test('PLC-5 a frame around nothing that moved, and a note by itself, stay', () => {
    expect(note('frame', -10, 1_990, 300, 100)).toBeUndefined()
    expect(note('note', 3_000, 3_000, 100, 40)).toBeUndefined()
  })
})
