import { TextInput, Tooltip } from '@mantine/core'
import { type PointerEvent as ReactPointerEvent, type Ref, useMemo, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { useText, useTranslation } from '../../app/i18n'
import { asksPerson, Glyph, TASK_TYPES, type TaskType } from '../../canvas/public'
import type { Catalog } from '../../generated/api'
import { Icon, Kbd } from '../../kit'
import css from './designer.module.css'
import { Outline } from './Outline'
import { type Ingredient, useGraphPart, useLook, useSession } from './session'

/** A press that moves less than this is a click. */
const DRAG_PX = 4

/** What can be added: the nine task types, then the apps with their commands. */
export function Palette({ catalog, search }: { catalog: Catalog | undefined; search: Ref<HTMLInputElement> }) {
  const { t } = useTranslation()
  const text = useText()
  const [wanted, setWanted] = useState('')
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const outline = useLook((look) => look.outline)
  const query = wanted.trim().toLowerCase()
  const matches = (...words: Array<string | undefined>) => query === '' || words.some((word) => word?.toLowerCase().includes(query))
  const types = TASK_TYPES.filter((type) => matches(type, t(`canvas.type.${type}`)))
  const apps = useMemo(() => Object.values(catalog?.apps ?? {}), [catalog])
  const found = apps.flatMap((app) => {
    const whole = matches(app.id, text(app.name), app.vendor)
    const commands = Object.values(app.commands).filter((command) => whole || matches(command.id, text(command.name)))
    return commands.length > 0 ? [{ app, commands }] : []
  })
  const toggle = (set: ReadonlySet<string>, key: string) => {
    const next = new Set(set)
    if (!next.delete(key)) next.add(key)
    return next
  }
  return (
    <section className={css.palette} aria-label={t('designer.palette.label')}>
      {outline ? (
        <Outline />
      ) : (
        <>
          <div className={css.paletteHead}>
            <TextInput
              ref={search}
              className="grow"
              aria-label={t('designer.palette.search')}
              placeholder={t('designer.palette.search')}
              leftSection={<Icon name="search" size={14} />}
              rightSection={wanted === '' ? <Kbd keys="/" /> : undefined}
              value={wanted}
              onChange={(event) => setWanted(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.nativeEvent.isComposing) return
                if (event.code === 'Escape') {
                  event.stopPropagation()
                  setWanted('')
                  event.currentTarget.blur()
                }
              }}
            />
          </div>
          <div className={css.paletteList}>
            {types.length > 0 && (
              <Group
                name={t('designer.palette.types')}
                count={types.length}
                open={!folded.has('types')}
                onToggle={() => setFolded(toggle(folded, 'types'))}
              >
                {types.map((type) => (
                  <Item key={type} ingredient={{ type }} className={css.paletteType}>
                    <Tile type={type} />
                    <span className="grow">{t(`canvas.type.${type}`)}</span>
                  </Item>
                ))}
              </Group>
            )}
            {found.length > 0 && (
              <Group
                name={t('designer.palette.apps')}
                count={found.length}
                open={!folded.has('apps')}
                onToggle={() => setFolded(toggle(folded, 'apps'))}
              >
                {found.map(({ app, commands }) => {
                  const isOpen = query !== '' || open.has(app.id)
                  return (
                    <div key={app.id}>
                      <button type="button" className={css.paletteApp} aria-expanded={isOpen} onClick={() => setOpen(toggle(open, app.id))}>
                        <Icon name={isOpen ? 'chevronDown' : 'chevronRight'} size={12} />
                        <span className="grow">{text(app.name)}</span>
                        <span className="s12 t3">{commands.length}</span>
                      </button>
                      {isOpen &&
                        commands.map((command) => (
                          <Item
                            key={command.id}
                            ingredient={{ type: 'action', app: app.id, command: command.id }}
                            className={css.paletteCommand}
                            hint={text(command.description)}
                          >
                            <span className="grow">{text(command.name)}</span>
                            {command.destructive && (
                              <span className={css.destructive} title={t('designer.palette.destructive')}>
                                <Icon name="warning" size={12} />
                                <span className="visually-hidden">{t('designer.palette.destructive')}</span>
                              </span>
                            )}
                          </Item>
                        ))}
                    </div>
                  )
                })}
              </Group>
            )}
            {types.length + found.length === 0 && <p className={css.nothing}>{t('designer.palette.none')}</p>}
          </div>
        </>
      )}
      <OutlineToggle />
    </section>
  )
}

function OutlineToggle() {
  const { t } = useTranslation()
  const { look } = useSession()
  const tasks = useGraphPart((graph) => graph.order.length)
  const links = useGraphPart((graph) => graph.linkOrder.length)
  const outline = useLook((state) => state.outline)
  return (
    <button type="button" className={css.outlineToggle} aria-pressed={outline} onClick={() => look.setState({ outline: !outline })}>
      <Icon name={outline ? 'chevronLeft' : 'outline'} size={14} />
      <span className="grow">{t(outline ? 'designer.palette.back' : 'designer.palette.outline')}</span>
      <span className="s12 t3">{t('designer.palette.outlineCounts', { tasks, links })}</span>
    </button>
  )
}

function Group(props: { name: string; count: number; open: boolean; onToggle: () => void; children: React.ReactNode }) {
  return (
    <div>
      <button type="button" className={css.paletteGroup} aria-expanded={props.open} onClick={props.onToggle}>
        <Icon name={props.open ? 'chevronDown' : 'chevronRight'} size={12} />
        <span className="grow">{props.name}</span>
        <span className="t3">{props.count}</span>
      </button>
      {props.open && props.children}
    </div>
  )
}

/** The tile of a task type: round where a person answers. */
export function Tile({ type, large }: { type: TaskType | undefined; large?: boolean }) {
  return (
    <span className={`${css.tile} ${asksPerson(type) ? css.tilePerson : ''} ${large ? css.tileLarge : ''}`}>
      <Glyph name={type ?? 'unknown'} size={large ? 16 : 14} />
    </span>
  )
}

/** One thing to add: a click adds it, a drag with the pointer puts it where it is dropped. */
function Item({
  ingredient,
  className,
  hint,
  children,
}: {
  ingredient: Ingredient
  className?: string
  hint?: string
  children: React.ReactNode
}) {
  const { t } = useTranslation()
  const session = useSession()
  const [ghost, setGhost] = useState<{ x: number; y: number }>()
  const pressed = useRef<{ x: number; y: number; dragging: boolean } | undefined>(undefined)
  const text = useText()

  const onPointerDown = (event: ReactPointerEvent<HTMLButtonElement>) => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    pressed.current = { x: event.clientX, y: event.clientY, dragging: false }
  }
  const onPointerMove = (event: ReactPointerEvent) => {
    const { current } = pressed
    if (!current) return
    current.dragging ||= Math.hypot(event.clientX - current.x, event.clientY - current.y) >= DRAG_PX
    if (current.dragging) setGhost({ x: event.clientX, y: event.clientY })
  }
  const onPointerUp = (event: ReactPointerEvent) => {
    const { current } = pressed
    pressed.current = undefined
    setGhost(undefined)
    if (!current?.dragging) return
    const screen = { x: event.clientX, y: event.clientY }
    const over = document.elementsFromPoint(screen.x, screen.y).some((element) => element.classList.contains('react-flow'))
    const { view } = session
    if (over && view) session.add(ingredient, view.at(screen), view.linkAt(screen))
    dropped.current = true
  }
  // The click that follows a drag adds nothing; the one of the keyboard or of a still pointer does.
  const dropped = useRef(false)
  const onClick = () => {
    if (dropped.current) dropped.current = false
    else session.add(ingredient)
  }
  const onPointerCancel = () => {
    pressed.current = undefined
    setGhost(undefined)
  }
  const name = ingredient.command ? text(commandName(session.catalog(), ingredient)) : t(`canvas.type.${ingredient.type}`)
  return (
    <>
      <Tooltip label={hint || t('designer.palette.add')} position="right" openDelay={600} disabled={ghost !== undefined}>
        <button
          type="button"
          className={className}
          data-ingredient={ingredient.command ? `${ingredient.app}.${ingredient.command}` : ingredient.type}
          onPointerDown={onPointerDown}
          onPointerMove={onPointerMove}
          onPointerUp={onPointerUp}
          onPointerCancel={onPointerCancel}
          onClick={onClick}
        >
          {children}
        </button>
      </Tooltip>
      {ghost &&
        createPortal(
          <div className={css.ghost} style={{ left: ghost.x, top: ghost.y }}>
            <Tile type={ingredient.type} large />
            <span className="b">{name}</span>
          </div>,
          document.body,
        )}
    </>
  )
}

function commandName(catalog: Catalog | undefined, { app, command }: Ingredient) {
  return catalog?.apps[app ?? '']?.commands[command ?? '']?.name ?? command
}
