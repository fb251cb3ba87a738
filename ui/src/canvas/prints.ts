import { onTheme } from './ink'
import { type Likeness, likenessOf } from './likeness'
import { densityOf } from './picture'
import { touches } from './sight'
import type { View } from './views'
import type { Box } from './walk'

/** Prints are made when nothing has happened for so long, then for so long at a time with such pauses. */
const CALM_MS = 150
const TURN_MS = 6
const PAUSE_MS = 24

const NODE = '.react-flow__node'
const LINK = '.react-flow__edge'
/** What looks different under the pointer or with the focus. */
const TOUCHES = ['pointerover', 'pointerout', 'focusin', 'focusout']

/** A node in pixels of the screen, for one zoom. */
interface Print {
  likeness: Likeness
  sheet: HTMLCanvasElement
  /** Pixels of the sheet for a CSS pixel of the node. */
  scale: number
  /** Where the sheet begins, in its own pixels, seen from the corner of the node. */
  left: number
  top: number
}

interface Line {
  curve: Path2D
  head: Path2D
  look: Look
}

/** How links of one kind look. */
interface Look {
  stroke: string
  width: number
  dashes: number[]
  fill: string
}

interface Part<E> {
  element: E
  id: string
}

/** Where things stand, by the ids of their nodes and links. */
export interface Places {
  node(id: string): Box | undefined
  link(id: string): Box | undefined
}

/**
 * Pictures of the nodes and links that are in the page. One is thrown away when its node or link changes, and those of nodes are made again
 * while nothing happens.
 */
export class Prints {
  readonly #drawing: Element
  readonly #view: () => View
  readonly #isCalm: () => boolean
  #prints = new WeakMap<Element, Print>()
  #lines = new WeakMap<Element, Line>()
  #looks = new Map<string, Look>()
  /** Nothing is printed yet: a thousand elements that come into the page as a drawing opens need not be looked for. */
  #isBlank = true
  /** What is in the page; to ask the page in each frame would take as long as to paint. */
  #parts: { behind: Part<HTMLElement>[]; links: Part<Element>[]; before: Part<HTMLElement>[] } | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  /** The drawing holds nodes and links; prints are made in advance only while it `isCalm`. */
  constructor(drawing: Element, view: () => View, isCalm: () => boolean) {
    this.#drawing = drawing
    this.#view = view
    this.#isCalm = isCalm
  }

  /** Paints what touches a part of the plane; the context counts in pixels of the screen, and the plane begins at `x` and `y` there. */
  paint(context: CanvasRenderingContext2D, places: Places, shown: Box, x: number, y: number, scale: number): void {
    const { behind, links, before } = this.#present()
    const put = ({ element, id }: Part<HTMLElement>) => {
      const box = places.node(id)
      if (box && touches(box, shown)) this.#put(context, element, x + box.x * scale, y + box.y * scale, scale)
    }
    for (const node of behind) put(node)
    context.setTransform(scale, 0, 0, scale, x, y)
    for (const { element, id } of links) {
      const box = places.link(id)
      if (box && touches(box, shown)) this.#draw(context, element)
    }
    context.setTransform(1, 0, 0, 1, 0, 0)
    for (const node of before) put(node)
  }

  /** Makes the prints that are missing, or are of another zoom, as soon as there is time. */
  prepare = (wait = CALM_MS): void => {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      if (!this.#isCalm()) return
      const scale = this.#view().transform[2] * densityOf()
      const end = performance.now() + TURN_MS
      const { behind, before } = this.#present()
      for (const { element } of [...behind, ...before]) {
        if (this.#prints.get(element)?.scale === scale) continue
        this.#print(element, scale)
        if (performance.now() > end) return this.prepare(PAUSE_MS)
      }
    }, wait)
  }

  /** Throws away what changes, and calls back then; returns how to stop. */
  follow(changed: () => void): () => void {
    const forget = (target: EventTarget | null) => {
      if (this.#isBlank) return
      const element = target instanceof Element ? target : target instanceof Node ? target.parentElement : null
      const owner = element?.closest(`${NODE}, ${LINK}`)
      if (!owner) return
      this.#prints.delete(owner)
      this.#lines.delete(owner)
    }
    const forgetAll = () => {
      this.#prints = new WeakMap()
      this.#lines = new WeakMap()
      this.#looks.clear()
      this.#isBlank = true
      changed()
    }
    const watcher = new MutationObserver((changes) => {
      for (const { target, type } of changes) {
        forget(target)
        if (type === 'childList') this.#parts = undefined
      }
      if (changes.some(({ target }) => target !== this.#drawing)) changed()
    })
    watcher.observe(this.#drawing, { subtree: true, childList: true, characterData: true, attributes: true })
    // While the view moves, what lies under the pointer may stay as it was.
    const touched = (event: Event) => {
      if (!this.#isCalm()) return
      forget(event.target)
      this.prepare()
    }
    for (const name of TOUCHES) this.#drawing.addEventListener(name, touched)
    document.fonts?.addEventListener?.('loadingdone', forgetAll)
    const stopTheme = onTheme(forgetAll)
    return () => {
      watcher.disconnect()
      for (const name of TOUCHES) this.#drawing.removeEventListener(name, touched)
      document.fonts?.removeEventListener?.('loadingdone', forgetAll)
      stopTheme()
      clearTimeout(this.#timer)
    }
  }

  #present() {
    if (!this.#parts) {
      const part = <E extends HTMLElement | SVGElement>(element: E) => ({ element, id: element.dataset.id ?? '' })
      const nodes = Array.from(this.#drawing.querySelectorAll<HTMLElement>(NODE), part)
      const isBehind = ({ element }: Part<HTMLElement>) => Number(element.style.zIndex) < 0
      this.#parts = {
        behind: nodes.filter(isBehind),
        links: Array.from(this.#drawing.querySelectorAll<SVGElement>(LINK), part),
        before: nodes.filter((node) => !isBehind(node)),
      }
    }
    return this.#parts
  }

  #put(context: CanvasRenderingContext2D, node: HTMLElement, x: number, y: number, scale: number): void {
    const print = this.#prints.get(node) ?? this.#print(node, scale)
    if (!print) return
    const { sheet, left, top } = print
    const stretch = scale / print.scale
    // On whole pixels a print is copied; between them it would have to be mixed anew.
    if (stretch === 1) context.drawImage(sheet, Math.round(x) + left, Math.round(y) + top)
    else context.drawImage(sheet, x + left * stretch, y + top * stretch, sheet.width * stretch, sheet.height * stretch)
  }

  #print(node: HTMLElement, scale: number): Print | undefined {
    const own = node.firstElementChild
    if (!(own instanceof HTMLElement)) return undefined
    const likeness = this.#prints.get(node)?.likeness ?? likenessOf(own)
    const { x, y, width, height } = likeness.bounds
    const [left, top] = [Math.floor(x * scale), Math.floor(y * scale)]
    const sheet = document.createElement('canvas')
    sheet.width = Math.ceil((x + width) * scale) - left
    sheet.height = Math.ceil((y + height) * scale) - top
    const context = sheet.getContext('2d')
    if (!context) return undefined
    context.setTransform(scale, 0, 0, scale, -left, -top)
    likeness.paint(context)
    const print = { likeness, sheet, scale, left, top }
    this.#prints.set(node, print)
    this.#isBlank = false
    return print
  }

  #draw(context: CanvasRenderingContext2D, link: Element): void {
    const line = this.#lines.get(link) ?? this.#lineOf(link)
    if (!line) return
    const { curve, head, look } = line
    context.strokeStyle = look.stroke
    context.lineWidth = look.width
    context.setLineDash(look.dashes)
    context.stroke(curve)
    context.fillStyle = look.fill
    context.fill(head)
  }

  #lineOf(link: Element): Line | undefined {
    const [curve, head] = [link.querySelector('.link-line'), link.querySelector('.link-head')]
    if (!curve || !head) return undefined
    // Links with the same classes look the same; computing that for each would take longer than drawing it.
    const kind = curve.parentElement?.getAttribute('class') ?? ''
    let look = this.#looks.get(kind)
    if (!look) {
      const style = getComputedStyle(curve)
      const dashes = style.strokeDasharray === 'none' ? [] : style.strokeDasharray.split(/[\s,]+/).map(Number.parseFloat)
      look = { stroke: style.stroke, width: Number.parseFloat(style.strokeWidth), dashes, fill: getComputedStyle(head).fill }
      this.#looks.set(kind, look)
    }
    const line = { curve: new Path2D(curve.getAttribute('d') ?? ''), head: new Path2D(head.getAttribute('d') ?? ''), look }
    this.#lines.set(link, line)
    this.#isBlank = false
    return line
  }
}
