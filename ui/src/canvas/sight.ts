import type { Outcome } from '../generated/api'
import type { Box } from './walk'

/** A task on the canvas. */
export interface PlacedTask extends Box {
  id: string
}

/** A link on the canvas: the box that its curve stays in. */
export interface PlacedLink extends Box {
  id: string
  from: string
  to: string
  outcome: Outcome
  /** Its place in the document, which the fates of links go by. */
  place: number
}

/** Where every task and link of a document stands. */
export interface Plan {
  tasks: readonly PlacedTask[]
  links: readonly PlacedLink[]
  /** The tasks and the start, by id. */
  at: ReadonlyMap<string, PlacedTask>
}

/** What of a large drawing is in the page. */
export interface Sight {
  tasks: ReadonlySet<string>
  links: ReadonlySet<string>
  /** More is in view than the page should hold: a picture shows it, and only what is touched becomes a node. */
  crowded: boolean
  /** Whether everything in view is in the page. */
  whole: boolean
}

/** Nothing is in the page yet. */
export const NO_SIGHT: Sight = { tasks: new Set(), links: new Set(), crowded: false, whole: false }

/** Of a drawing with more tasks than this the first picture does not wait for all to be planned, and shows the start. */
export const VERY_MANY = 400

/** So many tasks in view become a picture, and so few of them nodes again. */
const CROWD = 160
const COMPANY = 120
/** So many links in view become a picture. */
const TANGLE = 600
/** On the screen: what is nearer to the view than this is put into the page before it is seen. */
const NEAR_PX = 220
/** And what is farther than this is taken out. */
const FAR_PX = 700
/** A frame has time for so many nodes that are missing, that are only near, and that are not needed any more. */
const MISSING = 48
const EARLY = 6
const LEAVING = 6
/** So many nodes that are out of sight cost less than taking them out while the view moves. */
const SPARE = 60

/** Tells whether two boxes overlap. */
export function touches(one: Box, other: Box): boolean {
  return one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height
}

const around = (box: Box, by: number): Box => ({ x: box.x - by, y: box.y - by, width: box.width + 2 * by, height: box.height + 2 * by })

/**
 * Returns what should be in the page next, and whether that is all. What is in view comes first; what is near follows a few at a time,
 * so that no frame of a moving view is spent on a whole column of tasks.
 */
export function follow(last: Sight, plan: Plan, view: Box, zoom: number, always: ReadonlySet<string>): { sight: Sight; settled: boolean } {
  const most = last.crowded ? COMPANY : CROWD
  const crowded = countIn(plan.tasks, view, most) > most || countIn(plan.links, view, TANGLE) > TANGLE
  if (crowded) {
    const tasks = new Set([...always].filter((id) => plan.at.has(id)))
    const same = last.crowded && tasks.size === last.tasks.size && [...tasks].every((id) => last.tasks.has(id))
    return { sight: same ? last : { tasks, links: new Set(), crowded, whole: false }, settled: true }
  }
  const near = around(view, NEAR_PX / zoom)
  const far = around(view, FAR_PX / zoom)
  const tasks = chosen(last.tasks, plan.tasks, view, near, far, always)
  const links = chosen(last.links, plan.links, view, near, far, NOBODY)
  const whole = tasks.whole && links.whole
  const same = tasks.ids === last.tasks && links.ids === last.links && !last.crowded && whole === last.whole
  return { sight: same ? last : { tasks: tasks.ids, links: links.ids, crowded, whole }, settled: tasks.settled && links.settled }
}

const NOBODY: ReadonlySet<string> = new Set()

/** Returns how many boxes are in view; nobody counts on after `enough`. */
export function countIn(all: readonly Box[], view: Box, enough: number): number {
  let count = 0
  for (const item of all) if (touches(item, view) && ++count > enough) break
  return count
}

function chosen(
  last: ReadonlySet<string>,
  all: ReadonlyArray<Box & { id: string }>,
  view: Box,
  near: Box,
  far: Box,
  always: ReadonlySet<string>,
): { ids: ReadonlySet<string>; whole: boolean; settled: boolean } {
  const missing: string[] = []
  const early: string[] = []
  const leaving: string[] = []
  let kept = 0
  for (const item of all) {
    if (last.has(item.id)) {
      kept += 1
      if (!touches(item, far) && !always.has(item.id)) leaving.push(item.id)
    } else if (always.has(item.id) || touches(item, view)) missing.push(item.id)
    else if (touches(item, near)) early.push(item.id)
  }
  const come = missing.length > 0 ? missing.slice(0, MISSING) : early.slice(0, EARLY)
  const go = leaving.length > SPARE ? leaving.slice(0, LEAVING) : []
  const settled = missing.length + early.length === come.length && go.length === 0
  const whole = missing.length <= MISSING
  if (come.length + go.length === 0 && kept === last.size) return { ids: last, whole, settled }
  // What the document does not hold any more is left behind here too.
  const ids = new Set<string>()
  const gone = new Set(go)
  for (const { id } of all) if (last.has(id) && !gone.has(id)) ids.add(id)
  for (const id of come) ids.add(id)
  return { ids, whole, settled }
}
