import type { TFunction } from 'i18next'
import { useEffect, useRef } from 'react'
import { useCrumbTrail } from '../../app/crumbs'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation } from '../../app/query'
import { useChoices } from '../../app/workspace'
import { visible } from '../../kit'
import { notifyDesktop, showBadge } from '../../platform'
import { type Entry, sectionsOf } from './queue'

/** More new items than this at once are told in one notice. */
const APART = 3

/** Tells the desktop of new work, and how much waits. It draws nothing. */
export function WorkNotices() {
  const { t } = useTranslation()
  const text = useText()
  const notices = useChoices((state) => state.notices)
  const queue = useOperation('question.list', { mine: true })
  const known = useRef<Set<string> | null>(null)
  const data = queue.data

  const sections = data ? sectionsOf(data) : []
  const count = sections.reduce((sum, section) => sum + section.count, 0)
  useEffect(() => {
    useCrumbTrail.setState({ waiting: count })
    void showBadge(count)
  }, [count])

  useEffect(() => {
    if (!data) return
    const entries = sectionsOf(data).flatMap((section) => section.entries)
    const before = known.current
    known.current = new Set(entries.flatMap(keysOf))
    // What was there when the window opened is no news.
    if (before === null || notices === 'off') return
    const fresh = entries.filter((entry) => keysOf(entry).some((key) => !before.has(key)))
    if (fresh.length === 0 || isSeen()) return
    if (fresh.length > APART) {
      void notifyDesktop(t('viewer.notice.many', { count: fresh.length }), t('viewer.notice.open'), '/work')
      return
    }
    for (const entry of fresh) {
      const [title, body] = wordsOf(entry, t, text)
      void notifyDesktop(title, body, entry.address)
    }
  }, [data, notices, t, text])
  return null
}

/** Somebody who looks at the queue needs no notice of it. */
function isSeen(): boolean {
  return document.hasFocus() && /^#?\/work/.test(window.location.hash)
}

/** Each question of a group is news of its own. */
function keysOf(entry: Entry): string[] {
  return entry.kind === 'question' ? entry.group.questions.map((question) => `q${question.id}`) : [entry.key]
}

/** Says what waits in the words of playbooks and numbers only: desktops read markup in notices, and others write questions and titles. */
function wordsOf(entry: Entry, t: TFunction, text: ReturnType<typeof useText>): [string, string] {
  if (entry.kind === 'ticket')
    return [t('viewer.notice.ticket', { severity: t(`severity.${entry.ticket.severity}`) }), `T-${entry.ticket.id}`]
  if (entry.kind === 'review')
    return [t('viewer.notice.review'), plain(`#${entry.review.execution} ${text(entry.review.playbook)} · ${text(entry.review.task_name)}`)]
  const { group } = entry
  const ticket = group.questions[0]?.ticket
  return [
    t(`viewer.notice.${group.kind === 'input' ? 'question' : 'approval'}`),
    plain(`${ticket ? `T-${ticket} ` : ''}${text(group.playbook)} · ${text(group.task)}`),
  ]
}

/** Takes away what a desktop could read as markup. */
function plain(words: string): string {
  return visible(words).replace(/[<>&]/g, ' ').slice(0, 160)
}
