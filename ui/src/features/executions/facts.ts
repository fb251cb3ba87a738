import type { ExecutionStatus } from '../../generated/api'

const FINAL: ReadonlySet<ExecutionStatus> = new Set(['done', 'failed', 'cancelled'])

/** Tells whether an execution has ended. */
export function isFinal(status: ExecutionStatus): boolean {
  return FINAL.has(status)
}
