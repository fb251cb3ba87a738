import type { QuestionGroup, QuestionGroups, ReviewItem, Severity, TicketSummary } from '../../generated/api'

/** One line of the queue. */
export type Entry =
  | { kind: 'question'; key: string; address: string; group: QuestionGroup }
  | { kind: 'review'; key: string; address: string; review: ReviewItem }
  | { kind: 'ticket'; key: string; address: string; ticket: TicketSummary }

export type Section = { name: 'approval' | 'gate' | 'input' | 'review' | 'ticket'; count: number; entries: Entry[] }

const RANK: Record<Severity, number> = { critical: 0, high: 1, medium: 2, low: 3, info: 4 }

function byUrgency(a: QuestionGroup, b: QuestionGroup): number {
  const deadline = (group: QuestionGroup) => (group.deadline ? Date.parse(group.deadline) : Number.POSITIVE_INFINITY)
  const severity = (group: QuestionGroup) => (group.severity ? RANK[group.severity] : 5)
  const [first, second] = [deadline(a), deadline(b)]
  return first === second ? severity(a) - severity(b) : first - second
}

/** Returns the queue by what is wanted of me: sections in a fixed order, each most urgent first; empty sections are left out. */
export function sectionsOf(groups: QuestionGroups): Section[] {
  const questions = (kind: string): Entry[] =>
    groups.groups
      .filter((group) => group.kind === kind && group.questions.length > 0)
      .sort(byUrgency)
      .map((group) => {
        const first = group.questions[0]?.id ?? 0
        return { kind: 'question', key: `q${first}`, address: `/work/question/${first}`, group }
      })
  const total = (entries: Entry[]) => entries.reduce((sum, entry) => sum + (entry.kind === 'question' ? entry.group.count : 1), 0)
  const sections: Section[] = (['approval', 'gate', 'input'] as const).map((name) => {
    const entries = questions(name)
    return { name, count: total(entries), entries }
  })
  sections.push({
    name: 'review',
    count: groups.reviews.length,
    entries: groups.reviews.map((review) => ({
      kind: 'review',
      key: `r${review.execution}/${review.task}`,
      address: `/work/review/${review.execution}/${encodeURIComponent(review.task)}`,
      review,
    })),
  })
  sections.push({
    name: 'ticket',
    count: groups.new_tickets,
    entries: groups.tickets.map((ticket) => ({ kind: 'ticket', key: `t${ticket.id}`, address: `/work/ticket/${ticket.id}`, ticket })),
  })
  return sections.filter((section) => section.entries.length > 0)
}

/** Returns the entry that an address opens: a question inside a group opens its group. */
export function entryAt(
  sections: Section[],
  kind: string | undefined,
  id: string | undefined,
  task: string | undefined,
): Entry | undefined {
  const entries = sections.flatMap((section) => section.entries)
  const number = Number(id)
  return entries.find((entry) => {
    if (entry.kind !== kind) return false
    if (entry.kind === 'question') return entry.group.questions.some((question) => question.id === number)
    if (entry.kind === 'review') return entry.review.execution === number && entry.review.task === task
    return entry.ticket.id === number
  })
}
