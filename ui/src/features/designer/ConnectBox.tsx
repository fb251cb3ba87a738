import { ActionIcon, SegmentedControl, TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useTranslation } from '../../app/i18n'
import { languageOf, nameOf, outcomesOf, START, typeOf } from '../../canvas/public'
import type { Outcome } from '../../generated/api'
import { Icon } from '../../kit'
import css from './designer.module.css'
import { freeOutcomes, possibleTargets } from './model/edits'
import { Tile } from './Palette'
import { useGraph, useLook, useSession } from './session'

/** Draws a link by keyboard: the outcome first, then the task it leads to. */
export function ConnectBox() {
  const wanted = useLook((look) => look.connecting)
  return wanted === undefined ? null : <Box key={`${wanted.from} ${wanted.outcome}`} from={wanted.from} first={wanted.outcome} />
}

/** So many are shown; typing finds the others. */
const SHOWN = 12

function Box({ from, first }: { from: string; first: Outcome | undefined }) {
  const { t, i18n } = useTranslation()
  const session = useSession()
  const graph = useGraph()
  const language = languageOf(i18n.language)
  const outcomes: readonly Outcome[] = from === START ? ['done'] : outcomesOf(typeOf(graph.tasks[from]))
  const [outcome, setOutcome] = useState<Outcome>(
    () => first ?? (from === START ? undefined : freeOutcomes(graph, from)[0]) ?? outcomes[0] ?? 'done',
  )
  const [wanted, setWanted] = useState('')
  const [at, setAt] = useState(0)
  const found = useMemo(() => {
    const query = wanted.trim().toLowerCase()
    return possibleTargets(graph, from, outcome).filter(
      (id) => query === '' || `${id} ${nameOf(graph, id, language)}`.toLowerCase().includes(query),
    )
  }, [graph, from, outcome, wanted, language])
  const close = () => {
    session.look.setState({ connecting: undefined })
    if (from !== START) session.view?.focus(from)
  }
  const connect = (to: string | undefined) => {
    if (to === undefined) return
    session.connect(from, outcome, to)
    close()
  }
  const step = (by: number) => setAt((old) => Math.max(0, Math.min(Math.min(found.length, SHOWN) - 1, old + by)))
  return (
    <search
      className={css.find}
      aria-label={t('designer.connect.title', { from: session.nameIn(from) })}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.code === 'Escape') {
          event.stopPropagation()
          close()
        }
      }}
    >
      <div className="row">
        <span className="grow b cut">{t('designer.connect.title', { from: session.nameIn(from) })}</span>
        <ActionIcon aria-label={t('designer.close')} onClick={close}>
          <Icon name="close" size={14} />
        </ActionIcon>
      </div>
      {outcomes.length > 1 && (
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={t('designer.inspector.outcome')}
          value={outcome}
          onChange={(value) => {
            setOutcome(value as Outcome)
            setAt(0)
          }}
          data={outcomes.map((each) => ({ value: each, label: t(`canvas.outcome.${each}`) }))}
        />
      )}
      <TextInput
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls="connect-targets"
        aria-activedescendant={found[at] === undefined ? undefined : `connect-${found[at]}`}
        aria-label={t('designer.connect.to')}
        placeholder={t('designer.connect.to')}
        value={wanted}
        onChange={(event) => {
          setWanted(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          if (event.code === 'ArrowDown') step(1)
          else if (event.code === 'ArrowUp') step(-1)
          else if (event.code === 'Enter') connect(found[at])
          else return
          event.preventDefault()
        }}
      />
      <div id="connect-targets" role="listbox" aria-label={t('designer.connect.to')} className={css.found}>
        {found.slice(0, SHOWN).map((id, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above takes the keys
          <div
            key={id}
            id={`connect-${id}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className={css.paletteType}
            onClick={() => connect(id)}
          >
            <Tile type={typeOf(graph.tasks[id])} />
            <span className="grow cut">{nameOf(graph, id, language)}</span>
            <span className="mono t3">{id}</span>
          </div>
        ))}
        {found.length > SHOWN && <div className={css.nothing}>{t('designer.connect.more', { count: found.length - SHOWN })}</div>}
        {found.length === 0 && <div className={css.nothing}>{t('designer.connect.none')}</div>}
      </div>
    </search>
  )
}
