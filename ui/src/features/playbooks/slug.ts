import { romanize } from 'es-hangul'

/** Returns an id made of a name: Latin letters and digits joined by hyphens, different from those taken. */
export function idOf(name: string, taken: readonly string[]): string {
  const base =
    romanize(name)
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'playbook'
  let id = base
  for (let number = 2; taken.includes(id); number += 1) id = `${base}-${number}`
  return id
}
