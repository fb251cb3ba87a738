import { useMemo } from 'react'
import type { TaskRun } from '../../../generated/api'
import { type Session, useGraph, useLook } from '../session'
import { shownAt, trialOf, useTrial } from './trial'

/** Returns what the canvas shows of the trial: the runs as far as it went, while its panel is open, and the breakpoints. */
export function useTrialOnCanvas(session: Session): { runs: ReadonlyMap<string, TaskRun> | undefined; breakpoints: ReadonlySet<string> } {
  const open = useLook((look) => look.tryout)
  const tried = useTrial(session, (state) => state.tried)
  const at = useTrial(session, (state) => state.at)
  const breakpoints = useTrial(session, (state) => state.breakpoints)
  const graph = useGraph()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a changed draft makes the frames old
  const runs = useMemo(
    () => (open && tried && !trialOf(session).isOld() ? shownAt(tried, at) : undefined),
    [session, open, tried, at, graph],
  )
  return { runs, breakpoints }
}
