import { useStoreApi } from '@xyflow/react'
import { memo, useEffect, useRef } from 'react'
import { fitTo } from './FarLayer'
import { onTheme, tokensOf } from './ink'

/** The pause between two dots at 100 %. */
const PAUSE = 16
/** On the screen dots never stand closer than this. */
const CLOSEST = 12
/** And never farther apart than this, at the largest zoom. */
const MARGIN = 4 * PAUSE

/** The dots behind everything: drawn once for a zoom, and shifted by less than a pause while the view is panned. */
export const Grid = memo(function Grid() {
  const store = useStoreApi()
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context) return
    const token = tokensOf(element)
    let pause = PAUSE
    const shift = () => {
      const [x, y] = store.getState().transform
      element.style.transform = `translate(${rest(x, pause)}px, ${rest(y, pause)}px)`
    }
    const draw = () => {
      const { transform, width, height } = store.getState()
      const zoom = transform[2]
      pause = PAUSE * zoom
      while (pause < CLOSEST) pause *= 2
      fitTo(element, context, width + MARGIN, height + MARGIN)
      const radius = Math.max(0.75, zoom)
      context.fillStyle = token('--dot')
      // The dots begin left of the view, so that a shift to the right leaves no gap.
      const first = MARGIN - Math.floor(MARGIN / pause) * pause
      for (let y = first; y < height + MARGIN; y += pause)
        for (let x = first; x < width + MARGIN; x += pause) {
          if (radius < 1.5) context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius)
          else {
            context.beginPath()
            context.arc(x, y, radius, 0, 2 * Math.PI)
            context.fill()
          }
        }
      shift()
    }
    draw()
    const stops = [
      store.subscribe((state, before) => {
        if (state.width !== before.width || state.height !== before.height || state.transform[2] !== before.transform[2]) draw()
        else if (state.transform !== before.transform) shift()
      }),
      onTheme(draw),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }, [store])
  return <canvas ref={canvas} className="grid-dots" style={{ left: -MARGIN, top: -MARGIN }} />
})

function rest(value: number, pause: number): number {
  return ((value % pause) + pause) % pause
}
