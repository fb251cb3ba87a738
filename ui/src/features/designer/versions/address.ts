/** A state of the playbook: a saved version, or the draft on the screen. */
export type State = number | 'draft'

/** What the versions screen shows: one state, or how one differs from another. */
export interface Shown {
  from: State | undefined
  to: State
  /** The task to bring into sight. */
  task: string | undefined
}

function stateOf(word: string | undefined): State | undefined {
  if (word === 'draft') return 'draft'
  const version = Number(word)
  return word !== '' && Number.isSafeInteger(version) && version > 0 ? version : undefined
}

/** Reads `?version=2` or `?compare=1..draft` from an address; undefined where it asks for the designer itself. */
export function readShown(query: URLSearchParams): Shown | undefined {
  const task = query.get('task') ?? undefined
  const both = query.get('compare')?.split('..')
  const [from, to] = [stateOf(both?.[0]), stateOf(both?.[1])]
  if (from !== undefined && to !== undefined) return { from, to, task }
  const version = stateOf(query.get('version') ?? undefined)
  return version === undefined ? undefined : { from: undefined, to: version, task }
}

/** Writes the address of what is shown. */
export function writeShown({ from, to, task }: Shown): URLSearchParams {
  const query = new URLSearchParams(from === undefined ? { version: String(to) } : { compare: `${from}..${to}` })
  if (task !== undefined) query.set('task', task)
  return query
}
