import { useParams } from 'react-router'
import { EmptyState, Loading, Markdown } from '../kit'
import { useCrumbs } from './crumbs'
import { useHelp } from './help'
import { useTranslation } from './i18n'

/** The page of one error code. */
export function HelpScreen() {
  const { code = '' } = useParams()
  const { t } = useTranslation()
  const page = useHelp(code)
  useCrumbs({ label: t('help.title') }, { label: code })
  if (page === undefined) return <Loading />
  if (page === null) return <EmptyState icon="help" title={code} text={t('help.none')} />
  return (
    <article style={{ overflow: 'auto', padding: 24, flex: 1, background: 'var(--surface)' }}>
      <h1 className="mono" style={{ fontSize: 16, lineHeight: '24px', marginBottom: 12 }}>
        {code}
      </h1>
      <Markdown text={page.text} />
    </article>
  )
}
