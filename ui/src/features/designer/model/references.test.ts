import { describe, expect, test } from 'vitest'
import { linksOf, readGraph } from '../../../canvas/model'
import { followed, renameTask } from './references'

function check_rename(task: Record<string, unknown>, after: Record<string, unknown>, count: number) {
  expect(followed(task, new Map([['old', 'fresh']]))).toEqual({ task: after, count })
}

describe('renaming a task', () => {
  test('REN-1 its links and place follow, and it keeps its place in the document', () => {
    const graph = readGraph({
      tasks: { a: { type: 'wait' }, old: { type: 'wait' }, c: { type: 'wait' } },
      links: [{ from: 'start', to: 'old' }, { from: 'old', outcome: 'failed', to: 'c', weight: 2 }, 'nonsense'],
      layout: { tasks: { old: { x: 4, y: 5 } } },
    })
    expect(renameTask(graph, 'old', 'fresh')).toBe(0)
    expect(graph.order).toEqual(['a', 'fresh', 'c'])
    expect(linksOf(graph).map(({ from, to }) => `${from}>${to}`)).toEqual(['start>fresh', 'fresh>c'])
    expect(graph.positions).toEqual({ fresh: { x: 4, y: 5 } })
    expect(graph.links.l2).toEqual({ from: 'fresh', outcome: 'failed', to: 'c', weight: 2 })
  })
  test('REN-2 expressions read the new id', () =>
    check_rename(
      { condition: 'tasks.old.output.x > tasks.old2.output.x', assign: { a: 'tasks["old"].error' }, each: { in: 'tasks.old.output' } },
      {
        condition: 'tasks.fresh.output.x > tasks.old2.output.x',
        assign: { a: 'tasks["fresh"].error' },
        each: { in: 'tasks.fresh.output' },
      },
      3,
    ))
  test('REN-2 placeholders in texts and deep parameters read the new id', () =>
    check_rename(
      { question: { ko: '{{ tasks.old.output }} 인가', en: 'x' }, parameters: { list: [{ deep: '{{tasks.old.output}}' }] } },
      { question: { ko: '{{ tasks.fresh.output }} 인가', en: 'x' }, parameters: { list: [{ deep: '{{tasks.fresh.output}}' }] } },
      2,
    ))
  test('REN-3 what is only text stays: outside of braces, in quotes, in names, behind another path', () => {
    const same = {
      name: 'tasks.old',
      question: 'tasks.old {{ "tasks.old" }} {{ ticket.tasks.old }}',
      condition: '"tasks.old" == tasks.older.output',
    }
    check_rename(same, same, 0)
  })
  test('REN-2 a closing brace in a quoted text does not end the expression', () =>
    check_rename({ body: '{{ "}}" + tasks.old.output }}' }, { body: '{{ "}}" + tasks.fresh.output }}' }, 1))
})
