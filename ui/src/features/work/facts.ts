export type Fact = { name: string; value: string }

const MOST = 6

function scalar(value: unknown): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value === 'string' && value !== '') return value.length > 80 ? `${value.slice(0, 79)}…` : value
  if (Array.isArray(value)) {
    const items = value.map(scalar)
    if (items.length > 0 && items.every((item) => item !== null)) {
      const shown = items.slice(0, 4).join(', ')
      return items.length > 4 ? `${shown} +${items.length - 4}` : shown
    }
    return value.length === 0 ? null : `[${value.length}]`
  }
  return null
}

/** Returns what an output says at a glance: its plain fields, those inside one level of objects after them. */
export function factsOf(output: unknown): Fact[] {
  if (output === null || output === undefined) return []
  if (typeof output !== 'object' || Array.isArray(output)) {
    const value = scalar(output)
    return value === null ? [] : [{ name: '', value }]
  }
  const facts: Fact[] = []
  const inner: Fact[] = []
  for (const [name, value] of Object.entries(output)) {
    const text = scalar(value)
    if (text !== null) facts.push({ name, value: text })
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [child, grandchild] of Object.entries(value)) {
        const within = scalar(grandchild)
        if (within !== null) inner.push({ name: `${name}.${child}`, value: within })
      }
    }
  }
  return [...facts, ...inner].slice(0, MOST)
}
