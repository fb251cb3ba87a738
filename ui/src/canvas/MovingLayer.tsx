import { useStoreApi } from '@xyflow/react'
import { memo, useEffect, useLayoutEffect, useRef } from 'react'
import type { Position } from '../generated/api'
import { densityOf, fitTo, followView, whole } from './picture'
import { type Places, Prints } from './prints'
import { countIn, type Plan } from './sight'
import { type View, viewsOf } from './views'
import type { Box } from './walk'

/** The picture reaches so far beyond the view that a short pan only shifts it. */
const MARGIN = 160
/** A picture that is larger or smaller than it was painted by more than this is painted anew. */
const STRETCH = 1.3
/** So few tasks in view move as they are. */
const FEW = 12

interface Props {
  plan: Plan
  /** The boxes of notes and frames, by their node ids. */
  notes: ReadonlyMap<string, Box>
  /** Where tasks stand while they are dragged. */
  overlay: ReadonlyMap<string, Position>
  /** The tasks move as they are, because something is going on with them that a print does not show. */
  asTheyAre: boolean
}

/**
 * The nodes and links while the view moves: a page paints fifty tasks anew in each frame of a move, with all their parts, which takes longer
 * than a frame. A picture of them is moved instead. They themselves are in the page all the time, unseen until the view rests, so that what is
 * under the pointer and what is read aloud is theirs.
 */
export const MovingLayer = memo(function MovingLayer(props: Props) {
  const views = viewsOf(useStoreApi())
  const canvas = useRef<HTMLCanvasElement>(null)
  const newest = useRef(props)
  useLayoutEffect(() => {
    newest.current = props
  })
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    const frame = element?.closest<HTMLElement>('.canvas')
    const drawing = frame?.querySelector('.react-flow__viewport')
    if (!element || !context || !frame || !drawing) return
    /** What the picture was painted for; nothing while the view rests. */
    let painted: View['transform'] | undefined
    const prints = new Prints(drawing, views.getState, () => painted === undefined)
    const paint = () => {
      const { transform, width, height } = views.getState()
      const [x, y, zoom] = transform
      const density = densityOf()
      fitTo(element, context, width + 2 * MARGIN, height + 2 * MARGIN)
      context.setTransform(1, 0, 0, 1, 0, 0)
      const [left, top] = [(x + MARGIN) * density, (y + MARGIN) * density]
      prints.paint(context, placesOf(newest.current), seen(views.getState(), MARGIN), left, top, zoom * density)
      element.style.transform = ''
      if (!painted) {
        frame.dataset.moving = 'true'
        views.cover(true)
      }
      painted = transform
    }
    const move = () => {
      const { transform, width, height } = views.getState()
      if (!painted) {
        const { plan, asTheyAre } = newest.current
        if (!asTheyAre && countIn(plan.tasks, seen(views.getState(), 0), FEW) > FEW && !drawing.querySelector('textarea')) paint()
        return
      }
      const [x, y, zoom] = transform
      const [fromX, fromY, fromZoom] = painted
      const stretch = zoom / fromZoom
      // Where the picture begins in the view.
      const [left, top] = [x - stretch * (fromX + MARGIN), y - stretch * (fromY + MARGIN)]
      const [right, bottom] = [left + stretch * (width + 2 * MARGIN), top + stretch * (height + 2 * MARGIN)]
      const fills = left <= 0 && top <= 0 && right >= width && bottom >= height
      if (!fills || stretch > STRETCH || stretch < 1 / STRETCH) paint()
      else if (stretch === 1) element.style.transform = `translate(${whole(left + MARGIN)}px, ${whole(top + MARGIN)}px)`
      else element.style.transform = `translate(${left + MARGIN}px, ${top + MARGIN}px) scale(${stretch})`
    }
    const uncover = () => {
      painted = undefined
      delete frame.dataset.moving
      views.cover(false)
    }
    const rest = () => {
      if (painted) uncover()
      prints.prepare()
    }
    const stops = [
      followView(views, { draw: () => {}, move, rest }),
      prints.follow(() => {
        if (painted) paint()
        else prints.prepare()
      }),
      uncover,
    ]
    prints.prepare()
    return () => {
      for (const stop of stops) stop()
    }
  }, [views])
  return <canvas ref={canvas} className="moving-layer" style={{ left: -MARGIN, top: -MARGIN }} />
})

/** Returns the part of the plane that is in view, with so many pixels of the screen around it. */
function seen({ transform: [x, y, zoom], width, height }: View, margin: number): Box {
  return { x: -(x + margin) / zoom, y: -(y + margin) / zoom, width: (width + 2 * margin) / zoom, height: (height + 2 * margin) / zoom }
}

function placesOf({ plan, notes, overlay }: Props): Places {
  const standing = (id: string, box: Box | undefined) => {
    const carried = overlay.get(id)
    return carried && box ? { ...carried, width: box.width, height: box.height } : box
  }
  const links = linksOf(plan)
  return { node: (id) => standing(id, plan.at.get(id) ?? notes.get(id)), link: (id) => links.get(id) }
}

const known = new WeakMap<Plan, ReadonlyMap<string, Box>>()

function linksOf(plan: Plan): ReadonlyMap<string, Box> {
  let links = known.get(plan)
  if (!links) {
    links = new Map(plan.links.map((link) => [link.id, link]))
    known.set(plan, links)
  }
  return links
}
