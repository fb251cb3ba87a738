import { josa } from 'es-hangul'

/** The digits whose Korean reading ends in a consonant. */
const CLOSED_DIGITS = new Set(['0', '1', '3', '6', '7', '8'])

/** Returns a name with the particle that its last sound wants; both forms where the sound cannot be known. */
export function withParticle(name: string, pair: '이/가' | '을/를' | '은/는' | '와/과'): string {
  const last = name.at(-1) ?? ''
  if (/[가-힣]/.test(last)) return josa(name, pair)
  const [closed, open] = pair === '와/과' ? ['과', '와'] : (pair.split('/') as [string, string])
  if (/\d/.test(last)) return name + (CLOSED_DIGITS.has(last) ? closed : open)
  return `${name}${closed}(${open})`
}
