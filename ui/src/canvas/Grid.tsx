import { useStoreApi } from '@xyflow/react'
import { memo, useEffect, useRef } from 'react'
import { tokensOf } from './ink'
import { fitTo, followView, whole } from './picture'
import { viewsOf } from './views'

/** The pause between two dots at 100 %. */
const PAUSE = 16
/** On the screen dots never stand closer than this. */
const CLOSEST = 12
/** And never farther apart than this, at the largest zoom. */
const MARGIN = 4 * PAUSE

/**
 * The dots behind everything: drawn once for a zoom, and shifted by less than a pause while the view is panned. As long as the view moves
 * they stand on whole pixels: a picture that is shifted by part of a pixel has to be mixed anew, which takes longer than all the tasks.
 */
export const Grid = memo(function Grid() {
  const views = viewsOf(useStoreApi())
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    const strip = document.createElement('canvas')
    const row = strip.getContext('2d')
    if (!element || !context || !row) return
    const token = tokensOf(element)
    let pause = PAUSE
    /** The zoom of what is drawn, and whether it was drawn in passing. */
    let drawn = { zoom: 0, passing: false }
    const shift = (fit: (value: number) => number) => {
      const [x, y] = views.getState().transform
      element.style.transform = `translate(${fit(rest(x, pause))}px, ${fit(rest(y, pause))}px)`
    }
    const paint = (passing: boolean) => {
      const { transform, width, height } = views.getState()
      const zoom = transform[2]
      drawn = { zoom, passing }
      pause = PAUSE * zoom
      while (pause < CLOSEST) pause *= 2
      const [across, down] = [width + MARGIN, height + MARGIN]
      fitTo(element, context, across, down)
      const radius = Math.max(0.75, zoom)
      // The dots begin left of the view, so that a shift to the right leaves no gap.
      const first = MARGIN - Math.floor(MARGIN / pause) * pause
      if (!passing) {
        context.fillStyle = token('--dot')
        for (let y = first; y < down; y += pause) dots(context, first, across, y, pause, radius)
        return
      }
      // One row is drawn and repeated, which a zoom has time for in every frame.
      const tall = Math.ceil(2 * radius) + 2
      fitTo(strip, row, across, tall)
      row.fillStyle = token('--dot')
      dots(row, first, across, tall / 2, pause, radius)
      for (let y = first; y < down; y += pause) context.drawImage(strip, 0, whole(y - tall / 2), across, tall)
    }
    const draw = () => {
      paint(false)
      shift(exactly)
    }
    const move = () => {
      if (views.getState().transform[2] !== drawn.zoom) paint(true)
      shift(whole)
    }
    const settle = () => {
      if (drawn.passing) paint(false)
      shift(exactly)
    }
    return followView(views, { draw, move, rest: settle })
  }, [views])
  return <canvas ref={canvas} className="grid-dots" style={{ left: -MARGIN, top: -MARGIN }} />
})

/** Draws one row of dots. */
function dots(context: CanvasRenderingContext2D, first: number, across: number, y: number, pause: number, radius: number): void {
  for (let x = first; x < across; x += pause) {
    if (radius < 1.5) context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius)
    else {
      context.beginPath()
      context.arc(x, y, radius, 0, 2 * Math.PI)
      context.fill()
    }
  }
}

const exactly = (value: number) => value

function rest(value: number, pause: number): number {
  return ((value % pause) + pause) % pause
}
