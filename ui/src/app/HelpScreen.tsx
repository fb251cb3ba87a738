import { useEffect, useState } from 'react'
import { useParams } from 'react-router'
import { EmptyState, Loading, Markdown } from '../kit'
import { useCrumbs } from './crumbs'
import { useTranslation } from './i18n'

/** The pages of the error codes, shipped with the window. */
const PAGES = import.meta.glob<string>('../../../docs/errors/*.md', { query: '?raw', import: 'default' })

/** Returns the page of a code; null when it has none. */
export async function helpPage(code: string): Promise<string | null> {
  const load = PAGES[`../../../docs/errors/${code}.md`]
  return load ? load() : null
}

/** The page of one error code. */
export function HelpScreen() {
  const { code = '' } = useParams()
  const { t } = useTranslation()
  const [page, setPage] = useState<string | null | undefined>(undefined)
  useCrumbs({ label: t('help.title') }, { label: code })
  useEffect(() => {
    let current = true
    setPage(undefined)
    void helpPage(code).then((text) => {
      if (current) setPage(text)
    })
    return () => {
      current = false
    }
  }, [code])
  if (page === undefined) return <Loading />
  if (page === null) return <EmptyState icon="help" title={code} text={t('help.none')} />
  return (
    <article style={{ overflow: 'auto', padding: 24, flex: 1, background: 'var(--surface)' }}>
      <Markdown text={page} />
    </article>
  )
}
