import type { Graph, TaskRecord } from '../../../canvas/model'

type Record_ = Record<string, unknown>

const isPlain = (value: unknown): value is Record_ => value !== null && typeof value === 'object' && !Array.isArray(value)

/** Fields whose text is an expression; every other text is a template, in which only what stands in `{{ }}` is one. */
const EXPRESSIONS = new Set(['condition', 'expression'])
/** Fields that people read and the program never evaluates. */
const PLAIN = new Set(['type', 'name', 'note'])

/** A quoted text, which may hold anything, or a path that reads a task: `tasks.ID` or `tasks["ID"]`. */
const PATHS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?<![.\w])tasks\s*(?:\.\s*([a-z][a-z0-9_]*)\b|\[\s*(["'])([a-z][a-z0-9_]*)\2\s*\])/g

/** Follows renamed tasks in one expression; returns the text and how many places changed. */
function inExpression(text: string, ids: ReadonlyMap<string, string>): { text: string; count: number } {
  let count = 0
  const followed = text.replace(PATHS, (whole: string, dotted: string | undefined, _: string | undefined, indexed: string | undefined) => {
    const old = dotted ?? indexed
    const fresh = old === undefined ? undefined : ids.get(old)
    if (fresh === undefined || fresh === old) return whole
    count += 1
    // The id is the last word of the match but for a closing quote and bracket.
    const at = whole.lastIndexOf(old as string)
    return whole.slice(0, at) + fresh + whole.slice(at + (old as string).length)
  })
  return { text: followed, count }
}

/** A placeholder; a brace inside a quoted text does not end it. */
const PLACEHOLDER = /\{\{(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?!\}\}).)*\}\}/gs

/** Follows renamed tasks wherever a task's fields can read one; returns the same object when nothing reads them. */
export function followed(task: TaskRecord, ids: ReadonlyMap<string, string>): { task: TaskRecord; count: number } {
  let count = 0
  const expression = (value: unknown): unknown => {
    if (typeof value !== 'string') return value
    const found = inExpression(value, ids)
    count += found.count
    return found.text
  }
  const template = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(PLACEHOLDER, (whole) => expression(whole) as string)
    if (Array.isArray(value)) return value.map(template)
    if (isPlain(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, template(item)]))
    return value
  }
  const values = (value: unknown): unknown =>
    isPlain(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expression(item)])) : value
  const field = (name: string, value: unknown): unknown => {
    if (PLAIN.has(name)) return value
    if (EXPRESSIONS.has(name)) return expression(value)
    if (name === 'assign') return values(value)
    if (name === 'each' && isPlain(value)) return { ...value, ...('in' in value ? { in: expression(value.in) } : {}) }
    return template(value)
  }
  const next = Object.fromEntries(Object.entries(task).map(([name, value]) => [name, field(name, value)]))
  return count === 0 ? { task, count } : { task: next, count }
}

/**
 * Gives a task another id: its links, its place and every expression that reads it follow. Returns how many places in other tasks
 * and in itself were rewritten. The caller has made sure that the id is free.
 */
export function renameTask(graph: Graph, id: string, to: string): number {
  const rename = (map: Record_): Record_ => Object.fromEntries(Object.entries(map).map(([key, value]) => [key === id ? to : key, value]))
  graph.order = graph.order.map((other) => (other === id ? to : other))
  graph.tasks = rename(graph.tasks) as Graph['tasks']
  graph.positions = rename(graph.positions)
  for (const key of graph.linkOrder) {
    const link = graph.links[key]
    if (!isPlain(link)) continue
    if (link.from === id) link.from = to
    if (link.to === id) link.to = to
  }
  const ids = new Map([[id, to]])
  let count = 0
  for (const other of graph.order) {
    const task = graph.tasks[other]
    if (!isPlain(task)) continue
    const found = followed(task, ids)
    if (found.count === 0) continue
    graph.tasks[other] = found.task
    count += found.count
  }
  return count
}
