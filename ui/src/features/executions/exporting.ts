import { useState } from 'react'
import { useTranslation } from '../../app/i18n'
import type { ExportFormat, ListExecutions } from '../../generated/api'
import { notify, notifyError } from '../../kit'
import { asApiError, call, saveText, whereToSave } from '../../platform'

/** Rows of one answer: a page of text that a browser puts together with the others. */
const PAGE = 10_000

/** Exports what a filter finds: straight into a file where the platform can name one, else as a download. */
export function useExport(filter: ListExecutions) {
  const { t, i18n } = useTranslation()
  const [busy, setBusy] = useState(false)
  const run = async (format: ExportFormat) => {
    setBusy(true)
    try {
      const language = i18n.language === 'ko' ? ('ko' as const) : ('en' as const)
      const where = await whereToSave(`haetae-executions.${format}`, format)
      if (where === 'nowhere') return
      let rows = 0
      if (where !== 'download') rows = (await call('execution.export', { filter, format, language, path: where.path })).rows
      else {
        const pages: string[] = []
        let name = `haetae-executions.${format}`
        let offset: number | null = 0
        while (offset !== null) {
          const page: Awaited<ReturnType<typeof call<'execution.export'>>> = await call('execution.export', {
            filter: { ...filter, offset, limit: PAGE },
            format,
            language,
          })
          rows += page.rows
          name = page.file_name
          pages.push(page.text ?? '')
          offset = page.next_offset
        }
        saveText(name, format === 'json' ? joined(pages) : pages.join(''), format === 'json' ? 'application/json' : 'text/csv')
      }
      notify({ kind: 'done', text: t('viewer.list.exported', { count: rows }) })
    } catch (thrown) {
      notifyError(asApiError(thrown))
    } finally {
      setBusy(false)
    }
  }
  return { busy, run }
}

/** Makes one array of several. */
export function joined(pages: readonly string[]): string {
  if (pages.length === 1) return pages[0] ?? ''
  return JSON.stringify(pages.flatMap((page) => JSON.parse(page) as unknown[]))
}
