import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { Link } from 'react-router'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation } from '../../app/query'
import type { Decision, ListDecisions } from '../../generated/api'
import { EmptyState, Hostile, Icon, Pending, Tag, TimeText } from '../../kit'
import css from './work.module.css'

const PAGE = 100

/** What was decided, newest first; each opens the question as it was. */
export function Decisions() {
  const { t } = useTranslation()
  const [mine, setMine] = useState(true)
  const [search, setSearch] = useState('')
  const [wanted] = useDebouncedValue(search.trim(), 200)
  const [limit, setLimit] = useState(PAGE)
  const request: ListDecisions = { mine, limit }
  if (wanted !== '') request.search = wanted
  const page = useOperation('question.history', request, { placeholderData: (before) => before })
  const rows = page.data?.decisions ?? []
  return (
    <>
      <div className={css.memoHead}>
        <div className={css.memoTitle}>
          <h2>{t('viewer.decisions.title')}</h2>
          <span className="t3">{page.data?.total.toLocaleString()}</span>
          <div className={css.memoActions}>
            <SegmentedControl
              aria-label={t('work.whose')}
              value={mine ? 'mine' : 'team'}
              onChange={(value) => setMine(value === 'mine')}
              data={[
                { value: 'mine', label: t('work.mine') },
                { value: 'team', label: t('work.team') },
              ]}
            />
            <TextInput
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
              placeholder={t('viewer.decisions.search')}
              aria-label={t('viewer.decisions.search')}
              leftSection={<Icon name="search" size={14} />}
            />
          </div>
        </div>
      </div>
      <div className={css.content}>
        {page.data ? (
          rows.length === 0 ? (
            <EmptyState icon="done" title={t('viewer.decisions.none')} text={t('viewer.decisions.none_text')} />
          ) : (
            <div className={css.tableWrap}>
              <table className={css.table} aria-label={t('viewer.decisions.title')}>
                <thead>
                  <tr>
                    <th>{t('viewer.decisions.at')}</th>
                    <th>{t('viewer.decisions.answer')}</th>
                    <th>{t('viewer.decisions.question')}</th>
                    <th>{t('viewer.decisions.where')}</th>
                    <th>{t('viewer.decisions.by')}</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <Row key={`${row.question}-${row.at}`} decision={row} />
                  ))}
                </tbody>
              </table>
            </div>
          )
        ) : (
          <Pending error={page.error} />
        )}
        {page.data && rows.length < page.data.total ? (
          <Button onClick={() => setLimit(Math.min(1000, limit + PAGE))} loading={page.isFetching} disabled={limit >= 1000}>
            {t('viewer.decisions.more', { count: page.data.total - rows.length })}
          </Button>
        ) : null}
      </div>
    </>
  )
}

function Row({ decision }: { decision: Decision }) {
  const { t } = useTranslation()
  const text = useText()
  const { answer } = decision
  return (
    <tr>
      <td className="nowrap">
        <TimeText at={decision.at} />
      </td>
      <td className={css.answer}>
        {'approved' in answer ? (
          <span className={css.verdict} data-approved={answer.approved || undefined}>
            <Icon name={answer.approved ? 'done' : 'cancelled'} size={14} />
            <span>{t(answer.approved ? 'work.approved' : 'work.rejected')}</span>
          </span>
        ) : (
          <b>
            <Hostile text={typeof answer.value === 'string' ? answer.value : JSON.stringify(answer.value)} />
          </b>
        )}
        {'approved' in answer && answer.opinion ? (
          <div className="t2">
            <Hostile text={answer.opinion} />
          </div>
        ) : null}
      </td>
      <td>
        <Link className={css.question} to={`/work/question/${decision.question}`}>
          <Hostile text={text(decision.text)} />
        </Link>
      </td>
      <td>
        {decision.ticket ? (
          <Link className="link" to={`/tickets/${decision.ticket}`}>
            T-{decision.ticket}
          </Link>
        ) : null}{' '}
        <Link className="link" to={`/executions/${decision.execution}?task=${encodeURIComponent(decision.task)}`}>
          <Hostile text={text(decision.playbook_name) || decision.playbook} /> #{decision.execution}
        </Link>
      </td>
      <td>
        <Tag>
          <Hostile text={decision.by} />
        </Tag>
      </td>
    </tr>
  )
}
