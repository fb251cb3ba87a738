import type { Outcome, TaskStatus } from '../generated/api'

/** The nine task types, in the order of the palette. */
export const TASK_TYPES = ['action', 'branch', 'formula', 'input', 'approval', 'wait', 'email', 'call', 'query'] as const

/** The word of a task type, as in documents. */
export type TaskType = (typeof TASK_TYPES)[number]

/** The reserved id of the implicit first node. */
export const START = 'start'

const INNER: Partial<Record<TaskType, readonly Outcome[]>> = {
  branch: ['true', 'false'],
  input: ['done', 'expired'],
  approval: ['approved', 'rejected', 'expired'],
}

/** Tells whether a word from a document names one of the nine task types. */
export function isTaskType(word: unknown): word is TaskType {
  return (TASK_TYPES as readonly unknown[]).includes(word)
}

/** Returns the outcomes that are named inside the node; empty for the types whose only usual outcome is `done`. */
export function innerOutcomes(type: TaskType | undefined): readonly Outcome[] {
  return (type && INNER[type]) ?? []
}

/** Returns every outcome of a type, the usual one first and `failed` last; an unknown type has `done` and `failed`. */
export function outcomesOf(type: TaskType | undefined): readonly Outcome[] {
  const inner = innerOutcomes(type)
  return inner.length > 0 ? [...inner, 'failed'] : ['done', 'failed']
}

/** Returns the outcome that a new link takes when none was named. */
export function usualOutcome(type: TaskType | undefined): Outcome {
  return outcomesOf(type)[0] ?? 'done'
}

/** Tells whether a person answers tasks of this type; their tile is round. */
export function asksPerson(type: TaskType | undefined): boolean {
  return type === 'input' || type === 'approval'
}

/** The status word of the design's tokens, which say `review` for `needs_review`. */
export type StatusToken = Exclude<TaskStatus, 'needs_review'> | 'review'

/** Returns the design token of a status. */
export function statusToken(status: TaskStatus): StatusToken {
  return status === 'needs_review' ? 'review' : status
}
