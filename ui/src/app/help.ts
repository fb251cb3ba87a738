import { useEffect, useState } from 'react'
import type { Language } from '../generated/api'
import { useTranslation } from './i18n'

/** The pages of the error codes, shipped with the window. */
const PAGES = import.meta.glob<string>(['../../../docs/errors/*.md', '!../../../docs/errors/README.md'], {
  query: '?raw',
  import: 'default',
})

export type HelpPage = { /** What happened, one sentence. */ title: string /** Markdown. */; text: string }

/** Returns one language of a page: the part under its heading, and the sentence in bold that opens it. */
export function pageIn(page: string, language: Language): HelpPage {
  const parts = page.split(/^## (?=한국어|English)/m)
  const wanted = parts.find((part) => part.startsWith(language === 'ko' ? '한국어' : 'English'))
  const text = (wanted ?? page).replace(/^(한국어|English)\s*/, '').trim()
  return { title: /^\*\*(.+?)\*\*/.exec(text)?.[1]?.replace(/[.。]$/, '') ?? '', text }
}

/** Returns the page of a code in the window's language; null when it has none, undefined while it is read. */
export function useHelp(code: string | undefined): HelpPage | null | undefined {
  const { i18n } = useTranslation()
  const language: Language = i18n.language === 'ko' ? 'ko' : 'en'
  const [page, setPage] = useState<{ code: string; text: string | null } | undefined>(undefined)
  useEffect(() => {
    if (code === undefined) return
    let current = true
    const load = PAGES[`../../../docs/errors/${code}.md`]
    void (load ? load() : Promise.resolve(null)).then((text) => {
      if (current) setPage({ code, text })
    })
    return () => {
      current = false
    }
  }, [code])
  if (code === undefined || page === undefined || page.code !== code) return undefined
  return page.text === null ? null : pageIn(page.text, language)
}
