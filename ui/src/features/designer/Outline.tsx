import { useTranslation } from '../../app/i18n'
import { languageOf, nameOf, typeOf } from '../../canvas/public'
import css from './designer.module.css'
import { Tile } from './Palette'
import { useLater, useLook, useSession } from './session'

/** Every task as a list beside the canvas. */
export function Outline() {
  const { t, i18n } = useTranslation()
  const session = useSession()
  const graph = useLater(({ design }) => design.graph)
  const selected = useLook((look) => look.selection.tasks)
  return (
    <ul className={css.outline} aria-label={t('designer.palette.outline')}>
      {graph.order.map((id) => (
        <li key={id}>
          <button
            type="button"
            className={css.paletteType}
            aria-current={selected.has(id) || undefined}
            onClick={() => session.goTo(id, false)}
          >
            <Tile type={typeOf(graph.tasks[id])} />
            <span className="grow">{nameOf(graph, id, languageOf(i18n.language))}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
