import { useNavigate, useParams } from 'react-router'
import { useCrumbs } from '../../app/crumbs'
import { useTranslation } from '../../app/i18n'
import { Reference } from './Reference'

/** The function reference as a screen of its own, with an address for every function. */
export function FunctionsScreen() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { name } = useParams()
  useCrumbs({ label: t('functions.title'), to: '/functions' }, ...(name ? [{ label: name }] : []))
  return (
    <Reference name={name} onOpen={(wanted) => navigate(`/functions/${encodeURIComponent(wanted)}`, { replace: name !== undefined })} />
  )
}
