import { type Graph, linkOf, START } from '../../../canvas/public'

/** Returns the tasks from which links lead to a task, nearest first. */
export function upstream(graph: Graph, task: string): string[] {
  const into = new Map<string, string[]>()
  for (const key of graph.linkOrder) {
    const link = linkOf(graph, key)
    if (link && link.from !== START) into.set(link.to, [...(into.get(link.to) ?? []), link.from])
  }
  const found = new Set<string>()
  let edge = [task]
  while (edge.length > 0) {
    const next = edge.flatMap((each) => into.get(each) ?? []).filter((each) => each !== task && !found.has(each) && each in graph.tasks)
    for (const each of next) found.add(each)
    edge = [...new Set(next)]
  }
  return [...found]
}
