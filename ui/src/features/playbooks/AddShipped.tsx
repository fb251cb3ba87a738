import { Button, Checkbox, Modal } from '@mantine/core'
import { useState } from 'react'
import { useText, useTranslation } from '../../app/i18n'
import { useOperation, useWrite } from '../../app/query'
import { ErrorNotice, notify, Pending, Tag } from '../../kit'
import css from './playbooks.module.css'

/** The playbooks that come with the program; those that are chosen are added to the workspace. */
export function AddShipped({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const text = useText()
  const { data, error } = useOperation('playbook.shipped', {})
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const add = useWrite('playbook.add_shipped', {
    onSuccess: ({ added }) => {
      notify({ kind: 'done', text: t('playbook.shipped.added', { count: added.length }) })
      onClose()
    },
  })
  const toggle = (id: string) =>
    setChosen((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
  const called = new Set(data?.playbooks.flatMap((each) => (chosen.has(each.id) ? each.calls : [])))
  return (
    <Modal opened size="lg" onClose={onClose} title={t('playbook.shipped.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {data ? (
        <div className={css.report}>
          <ul className={css.shipped}>
            {data.playbooks.map((each) => (
              <li key={each.id}>
                <Checkbox
                  checked={each.present || chosen.has(each.id) || called.has(each.id)}
                  disabled={each.present || (called.has(each.id) && !chosen.has(each.id))}
                  onChange={() => toggle(each.id)}
                  label={
                    <>
                      <span className="b">{text(each.name)}</span> {each.present && <Tag>{t('playbook.shipped.present')}</Tag>}
                    </>
                  }
                  description={
                    <>
                      {text(each.description)}
                      <span className={css.shippedFacts}>
                        {[
                          t('playbook.shipped.tasks', { count: each.tasks }),
                          each.apps.join(', '),
                          each.calls.length > 0 ? t('playbook.shipped.calls', { playbooks: each.calls.join(', ') }) : '',
                        ]
                          .filter(Boolean)
                          .join(' · ')}
                      </span>
                    </>
                  }
                />
              </li>
            ))}
          </ul>
          {add.error && <ErrorNotice error={add.error} />}
          <div className="row" style={{ justifyContent: 'flex-end', gap: 8 }}>
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button variant="filled" disabled={chosen.size === 0} loading={add.isPending} onClick={() => add.mutate({ ids: [...chosen] })}>
              {t('playbook.shipped.add', { count: chosen.size })}
            </Button>
          </div>
        </div>
      ) : (
        <Pending error={error} />
      )}
    </Modal>
  )
}
