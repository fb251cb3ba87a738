import { Loader, Skeleton } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from '../app/i18n'
import type { ApiError } from '../platform'
import { ErrorNotice } from './notices'

/** Tells whether `milliseconds` have passed since it was first asked. */
function useLater(milliseconds: number): boolean {
  const [later, setLater] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLater(true), milliseconds)
    return () => clearTimeout(timer)
  }, [milliseconds])
  return later
}

/** Grey lines where a list will stand; nothing for the first 200 ms. */
export function Loading({ rows = 6 }: { rows?: number }) {
  const { t } = useTranslation()
  const later = useLater(200)
  if (!later) return null
  return (
    <div style={{ padding: 12, display: 'grid', gap: 10 }} role="status" aria-label={t('common.loading')}>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no identity.
        <Skeleton key={index} height={18} radius="sm" />
      ))}
    </div>
  )
}

export function Spinner() {
  return useLater(200) ? <Loader size={14} /> : null
}

/** The first read of a screen: its failure, or the wait for it. */
export function Pending({ error }: { error: ApiError | null }) {
  if (error) {
    return (
      <div style={{ padding: 16 }}>
        <ErrorNotice error={error} />
      </div>
    )
  }
  return <Loading />
}
