import type { Box } from './walk'

type Stroke = (context: CanvasRenderingContext2D) => void

/** How an element looked when its likeness was taken, in its own CSS pixels. */
export interface Likeness {
  /** What is painted lies in this box. */
  bounds: Box
  paint: Stroke
}

/**
 * Takes the likeness of an element of the page and of all that is in it: boxes, text and drawings, from what the page computed for them.
 * It knows what the nodes of the canvas are made of: borders of one colour, broader at most on the left, text that wraps or ends in an ellipsis,
 * glyphs. Nothing of how a node looks is written down twice.
 */
export function likenessOf(element: HTMLElement): Likeness {
  const sketch = new Sketch(element)
  take(element, sketch, sketch.strokes)
  const { left, top, right, bottom } = sketch
  return {
    bounds: { x: left, y: top, width: right - left, height: bottom - top },
    paint: (context) => {
      for (const stroke of sketch.strokes) stroke(context)
      for (const stroke of sketch.above) stroke(context)
    },
  }
}

/** What is collected of one element. */
class Sketch {
  readonly strokes: Stroke[] = []
  /** What the page draws over the rest. */
  readonly above: Stroke[] = []
  left = 0
  top = 0
  right = 0
  bottom = 0
  readonly #corner: DOMRect
  readonly #scale: number

  constructor(element: HTMLElement) {
    this.#corner = element.getBoundingClientRect()
    this.#scale = this.#corner.width / (element.offsetWidth || 1) || 1
  }

  /** Returns where something stands in the element, and counts it in, with what it has around it. */
  place(rect: DOMRect, around = 0): Box {
    const x = (rect.left - this.#corner.left) / this.#scale
    const y = (rect.top - this.#corner.top) / this.#scale
    const [width, height] = [rect.width / this.#scale, rect.height / this.#scale]
    this.left = Math.min(this.left, x - around)
    this.top = Math.min(this.top, y - around)
    this.right = Math.max(this.right, x + width + around)
    this.bottom = Math.max(this.bottom, y + height + around)
    return { x, y, width, height }
  }
}

function take(element: Element, sketch: Sketch, around: Stroke[]): void {
  const style = getComputedStyle(element)
  if (style.display === 'none' || style.visibility !== 'visible' || style.opacity === '0') return
  const strokes = Number(style.zIndex) > 0 ? sketch.above : around
  if (element instanceof SVGSVGElement) {
    drawing(element, style, sketch, strokes)
    return
  }
  if (style.display !== 'contents') box(element, style, sketch, strokes)
  for (const child of element.childNodes) {
    if (child instanceof Text) words(child, element, style, sketch, strokes)
    else if (child instanceof Element) take(child, sketch, strokes)
  }
}

function box(element: Element, style: CSSStyleDeclaration, sketch: Sketch, strokes: Stroke[]): void {
  const ground = style.backgroundColor
  const edge = style.borderTopStyle === 'none' ? 0 : Number.parseFloat(style.borderTopWidth)
  const outline = style.outlineStyle === 'none' ? 0 : Number.parseFloat(style.outlineWidth)
  if (isClear(ground) && edge === 0 && outline === 0) return
  const offset = Number.parseFloat(style.outlineOffset)
  const { x, y, width, height } = sketch.place(element.getBoundingClientRect(), outline > 0 ? Math.max(0, offset) + outline : 0)
  const radius = Math.min(radiusOf(style, width), width / 2, height / 2)
  const [edgeColour, outlineColour] = [style.borderTopColor, style.outlineColor]
  const broad = style.borderLeftStyle === 'none' ? 0 : Number.parseFloat(style.borderLeftWidth)
  const dashes = style.borderTopStyle === 'dashed' ? [2 * edge, edge] : []
  strokes.push((context) => {
    if (!isClear(ground)) {
      rounded(context, x, y, width, height, radius)
      context.fillStyle = ground
      context.fill()
    }
    if (broad > edge) {
      context.save()
      rounded(context, x, y, width, height, radius)
      context.clip()
      context.fillStyle = edgeColour
      context.fillRect(x, y, broad, height)
      context.restore()
    }
    if (edge > 0) ring(context, { x, y, width, height }, radius, -edge / 2, edge, edgeColour, dashes)
    if (outline > 0) ring(context, { x, y, width, height }, radius, offset + outline / 2, outline, outlineColour, [])
  })
}

/** Strokes a rounded box whose line runs `by` outside of the box's own border. */
function ring(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Box,
  radius: number,
  by: number,
  line: number,
  colour: string,
  dashes: number[],
): void {
  rounded(context, x - by, y - by, width + 2 * by, height + 2 * by, radius === 0 ? 0 : Math.max(0, radius + by))
  context.strokeStyle = colour
  context.lineWidth = line
  context.lineCap = 'butt'
  context.setLineDash(dashes)
  context.stroke()
}

function rounded(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, radius: number): void {
  context.beginPath()
  context.roundRect(x, y, Math.max(0, width), Math.max(0, height), radius)
}

/** A radius is given in pixels or as a part of the width. */
function radiusOf(style: CSSStyleDeclaration, width: number): number {
  const value = Number.parseFloat(style.borderTopLeftRadius) || 0
  return style.borderTopLeftRadius.endsWith('%') ? (value / 100) * width : value
}

function isClear(colour: string): boolean {
  return colour === 'transparent' || /^rgba\(.*, 0\)$/.test(colour)
}

function words(node: Text, element: Element, style: CSSStyleDeclaration, sketch: Sketch, strokes: Stroke[]): void {
  const lines = linesOf(node, sketch, style.whiteSpace.startsWith('pre'))
  if (lines.length === 0) return
  const font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
  const { color } = style
  // A canvas joins ">=" to one sign where the font has it; the page may have been told not to.
  const apart = style.fontVariantLigatures === 'none'
  const struck = style.textDecorationLine.includes('line-through')
  const cut = style.textOverflow === 'ellipsis' && element.scrollWidth > element.clientWidth ? element.clientWidth : undefined
  strokes.push((context) => {
    context.font = font
    context.fillStyle = color
    const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = context.measureText('x')
    for (const { x, y, width, height, text } of lines) {
      const shown = cut === undefined ? text : shortened(context, text, cut)
      const baseline = y + (height - ascent - descent) / 2 + ascent
      let at = x
      for (const part of apart ? shown : [shown]) {
        context.fillText(part, at, baseline)
        at += context.measureText(part).width
      }
      if (struck) context.fillRect(x, baseline - ascent * 0.3, cut ?? width, 1)
    }
  })
}

function shortened(context: CanvasRenderingContext2D, text: string, width: number): string {
  let [fits, tooLong] = [0, text.length]
  while (fits + 1 < tooLong) {
    const middle = (fits + tooLong) >> 1
    if (context.measureText(`${text.slice(0, middle)}…`).width <= width) fits = middle
    else tooLong = middle
  }
  return `${text.slice(0, fits).trimEnd()}…`
}

/** Returns the lines that the page broke a text into. */
function linesOf(node: Text, sketch: Sketch, kept: boolean): Array<Box & { text: string }> {
  const range = document.createRange()
  range.selectNodeContents(node)
  const rects = [...range.getClientRects()].filter(({ width }) => width > 0)
  const text = (part: string) => (kept ? part.replace(/\n$/, '') : part.replace(/\s+/g, ' ').trim())
  if (rects.length < 2) return rects.map((rect) => ({ ...sketch.place(rect), text: text(node.data) }))
  const lines: Array<{ rect: DOMRect; from: number; to: number }> = []
  for (let index = 0; index < node.length; index++) {
    range.setStart(node, index)
    range.setEnd(node, index + 1)
    // WebKit gives the first letter of a line an empty box at the end of the line before.
    const rect = [...range.getClientRects()].findLast(({ width }) => width > 0)
    const line = lines.at(-1)
    if (line && (!rect || rect.top < line.rect.top + line.rect.height / 2)) line.to = index + 1
    else if (rect) lines.push({ rect, from: index, to: index + 1 })
  }
  return lines.map(({ rect, from, to }) => ({ ...sketch.place(rect), text: text(node.data.slice(from, to)) }))
}

function drawing(svg: SVGSVGElement, style: CSSStyleDeclaration, sketch: Sketch, strokes: Stroke[]): void {
  const { x, y, width } = sketch.place(svg.getBoundingClientRect())
  const scale = width / (svg.viewBox.baseVal.width || width)
  const parts: Stroke[] = []
  for (const shape of svg.querySelectorAll<SVGGeometryElement>('path, circle, ellipse, rect')) parts.push(shapeOf(shape))
  const [cap, join] = [style.strokeLinecap as CanvasLineCap, style.strokeLinejoin as CanvasLineJoin]
  strokes.push((context) => {
    context.save()
    context.translate(x, y)
    context.scale(scale, scale)
    context.lineCap = cap
    context.lineJoin = join
    for (const part of parts) part(context)
    context.restore()
  })
}

function shapeOf(shape: SVGGeometryElement): Stroke {
  const path = pathOf(shape)
  const style = getComputedStyle(shape)
  const { fill, stroke } = style
  const [line, opacity] = [Number.parseFloat(style.strokeWidth), Number(style.opacity)]
  const dashes = style.strokeDasharray === 'none' ? [] : style.strokeDasharray.split(/[\s,]+/).map(Number.parseFloat)
  return (context) => {
    context.globalAlpha = opacity
    if (fill !== 'none') {
      context.fillStyle = fill
      context.fill(path)
    }
    if (stroke !== 'none') {
      context.strokeStyle = stroke
      context.lineWidth = line
      context.setLineDash(dashes)
      context.stroke(path)
    }
  }
}

function pathOf(shape: SVGGeometryElement): Path2D {
  const value = (name: string) => Number(shape.getAttribute(name) ?? 0)
  if (shape instanceof SVGPathElement) return new Path2D(shape.getAttribute('d') ?? '')
  const path = new Path2D()
  if (shape instanceof SVGRectElement) path.roundRect(value('x'), value('y'), value('width'), value('height'), value('rx'))
  else if (shape instanceof SVGCircleElement) path.arc(value('cx'), value('cy'), value('r'), 0, 2 * Math.PI)
  else path.ellipse(value('cx'), value('cy'), value('rx'), value('ry'), 0, 0, 2 * Math.PI)
  return path
}
