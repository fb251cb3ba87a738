import { textIn } from '../../app/i18n'
import type { Language } from '../../canvas/public'
import { visible } from '../../kit'
import { type FunctionDoc, parameterAt } from './functions'

/** What a card says around a function. */
export interface Words {
  example: string
  help: string
  value: string
}

function add(box: HTMLElement, tag: keyof HTMLElementTagNameMap, className: string, text: string): HTMLElement {
  const element = box.appendChild(document.createElement(tag))
  if (className) element.className = className
  element.textContent = visible(text)
  return element
}

/** Draws the signature; the parameter that is being written stands out. */
function signature(box: HTMLElement, doc: FunctionDoc, argument: number | undefined): void {
  const line = box.appendChild(document.createElement('code'))
  line.className = 'cm-card-signature'
  const current = argument === undefined ? undefined : doc.parameters[parameterAt(doc, argument) ?? -1]?.name
  const [head = '', rest = ''] = split(doc.signature, '(')
  add(line, 'b', '', head)
  for (const part of rest.split(/([\p{L}_]\w*)/u)) {
    const isCurrent = part !== '' && part === current
    if (part) add(line, isCurrent ? 'mark' : 'span', '', part)
  }
}

function split(text: string, at: string): [string, string] {
  const index = text.indexOf(at)
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index)]
}

/** The card of a function: how it is called, what it does, and an example; while arguments are typed, what the current one is for. */
export function functionCard(doc: FunctionDoc, language: Language, words: Words, argument?: number): HTMLElement {
  const box = document.createElement('div')
  box.className = 'cm-card'
  signature(box, doc, argument)
  const at = argument === undefined ? undefined : parameterAt(doc, argument)
  const parameter = at === undefined ? undefined : doc.parameters[at]
  if (parameter) {
    const line = box.appendChild(document.createElement('p'))
    add(line, 'code', '', parameter.name)
    add(line, 'span', '', ` ${textIn(parameter.kinds, language)}. ${textIn(parameter.documentation, language)}`)
  } else add(box, 'p', '', textIn(doc.documentation, language))
  const example = doc.examples[0]
  if (example) {
    const line = box.appendChild(document.createElement('p'))
    line.className = 'cm-card-example'
    add(line, 'span', '', `${words.example} `)
    add(line, 'code', '', example.value === null ? example.expression : `${example.expression} → ${example.value}`)
  }
  add(box, 'p', 'cm-card-help', words.help)
  return box
}

/** The card of a name: its type and the value it had last. */
export function valueCard(path: string, value: string | null, type: string | null, problem: string | undefined, words: Words): HTMLElement {
  const box = document.createElement('div')
  box.className = 'cm-card'
  const line = box.appendChild(document.createElement('code'))
  line.className = 'cm-card-signature'
  add(line, 'b', '', path)
  if (type) add(line, 'span', '', ` ${type}`)
  if (problem) add(box, 'p', '', problem)
  else if (value !== null) {
    const shown = box.appendChild(document.createElement('p'))
    add(shown, 'span', '', `${words.value} `)
    add(shown, 'code', '', value)
  }
  return box
}
