import type { Input } from '../../generated/api'

export type Read = { ok: true; value: unknown } | { ok: false; key: string } | { ok: 'absent' }

/** Returns what a person typed for an input as its value; `absent` when nothing was typed and nothing is needed. */
export function readInput(input: Input, text: string): Read {
  const typed = text.trim()
  if (typed === '') return input.required && input.default === undefined ? { ok: false, key: 'run.required' } : { ok: 'absent' }
  switch (input.type) {
    case 'number': {
      const value = Number(typed)
      return Number.isFinite(value) ? { ok: true, value } : { ok: false, key: 'run.bad_number' }
    }
    case 'ticket': {
      const value = Number(typed.replace(/^T-/i, ''))
      return Number.isSafeInteger(value) && value > 0 ? { ok: true, value } : { ok: false, key: 'run.bad_ticket' }
    }
    case 'boolean':
      return typed === 'true' || typed === 'false' ? { ok: true, value: typed === 'true' } : { ok: false, key: 'run.bad_boolean' }
    case 'list':
    case 'object':
    case 'event':
    case 'any':
      return readJson(input, typed)
    case 'string':
    case 'ip':
    case 'date':
      return { ok: true, value: typed }
  }
}

function readJson(input: Input, typed: string): Read {
  try {
    const value = JSON.parse(typed) as unknown
    if (input.type === 'list' && !Array.isArray(value)) return { ok: false, key: 'run.bad_list' }
    return { ok: true, value }
  } catch {
    if (input.type === 'list')
      return {
        ok: true,
        value: typed
          .split(/[\n,]/)
          .map((item) => item.trim())
          .filter((item) => item !== ''),
      }
    return input.type === 'any' || input.type === 'event' ? { ok: true, value: typed } : { ok: false, key: 'run.bad_json' }
  }
}
