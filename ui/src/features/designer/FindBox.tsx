import { ActionIcon, TextInput } from '@mantine/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from '../../app/i18n'
import { languageOf, nameOf, typeOf } from '../../canvas/public'
import { Icon } from '../../kit'
import css from './designer.module.css'
import { Tile } from './Palette'
import { useGraph, useLook, useSession } from './session'

/** Finds tasks by anything that stands in them; arrows and Enter go through what was found. */
export function FindBox() {
  const finding = useLook((look) => look.finding)
  return finding ? <Box /> : null
}

function Box() {
  const { t, i18n } = useTranslation()
  const session = useSession()
  const graph = useGraph()
  const language = languageOf(i18n.language)
  const [wanted, setWanted] = useState('')
  const [at, setAt] = useState(0)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.select(), [])
  const found = useMemo(() => {
    const query = wanted.trim().toLowerCase()
    if (query === '') return []
    return graph.order.filter((id) => {
      const type = typeOf(graph.tasks[id])
      const words = `${id} ${type ? t(`canvas.type.${type}`) : ''} ${JSON.stringify(graph.tasks[id])}`
      return words.toLowerCase().includes(query)
    })
  }, [graph, wanted, t])
  const close = () => session.look.setState({ finding: false })
  const goTo = (index: number) => {
    const id = found[(index + found.length) % found.length]
    if (id === undefined) return
    setAt((index + found.length) % found.length)
    session.goTo(id, false)
  }
  return (
    <search className={css.find}>
      <div className="row">
        <TextInput
          ref={field}
          className="grow"
          aria-label={t('designer.findTask')}
          placeholder={t('designer.findTask')}
          value={wanted}
          onChange={(event) => {
            setWanted(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return
            if (event.code === 'Escape') {
              event.stopPropagation()
              close()
            } else if (event.code === 'ArrowDown') goTo(at + 1)
            else if (event.code === 'ArrowUp') goTo(at - 1)
            else if (event.code === 'Enter') {
              goTo(at)
              const id = found[at]
              close()
              if (id !== undefined) session.view?.focus(id)
            }
          }}
        />
        <ActionIcon aria-label={t('designer.close')} onClick={close}>
          <Icon name="close" size={14} />
        </ActionIcon>
      </div>
      {wanted.trim() !== '' && (
        <ul className={css.found}>
          {found.slice(0, 12).map((id, index) => (
            <li key={id}>
              <button type="button" className={css.paletteType} aria-current={index === at || undefined} onClick={() => goTo(index)}>
                <Tile type={typeOf(graph.tasks[id])} />
                <span className="grow">{nameOf(graph, id, language)}</span>
                <span className="mono t3">{id}</span>
              </button>
            </li>
          ))}
          {found.length === 0 && <li className={css.nothing}>{t('designer.findNone')}</li>}
        </ul>
      )}
    </search>
  )
}
