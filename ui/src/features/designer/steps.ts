import type { TFunction } from 'i18next'
import type { Language } from '../../canvas/public'
import { type Label, labelValues } from './model/label'

/** Fields of tasks that have a word of their own in the inspector. */
const FIELDS: Record<string, string> = {
  condition: 'condition',
  expression: 'expression',
  variable: 'variable',
  question: 'question',
  kind: 'kind',
  choices: 'choices',
  assignee: 'assignee',
  deadline: 'deadline',
  seconds: 'seconds',
  to: 'to',
  cc: 'cc',
  subject: 'subject',
  body: 'body',
  format: 'format',
  playbook: 'playbook',
  source: 'source',
  query: 'query',
  join: 'join',
  timeout: 'timeout',
  enabled: 'enabled',
  note: 'note',
  name: 'name',
  app: 'appCommand',
  command: 'command',
  connection: 'connection',
  assign: 'assign',
  inputs: 'inputs',
  parameters: 'parameters',
  each: 'each',
  retry: 'attempts',
  variables: 'playbookVariables',
  description: 'description',
  pattern: 'pattern',
  min_length: 'min_length',
  max_length: 'max_length',
}

/** Inner fields that the inspector shows under a word of their own. */
const INNER: Record<string, string> = {
  'retry.attempts': 'attempts',
  'retry.backoff': 'backoff',
  'retry.on': 'retryOn',
  'each.variable': 'eachVariable',
  'each.in': 'eachIn',
  'each.concurrency': 'concurrency',
  'each.on_failure': 'onFailure',
  'name.ko': 'nameKo',
  'name.en': 'nameEn',
}

/** Returns what the inspector calls a field; a parameter is known by its own name, an inner field by its path. */
export function fieldWords(path: string, t: TFunction): string {
  const [first = '', ...rest] = path.split('.')
  if (first === 'parameters' && rest.length > 0) return rest.join('.')
  const own = INNER[path]
  if (own) return t(`designer.inspector.${own as 'name'}`)
  const word = FIELDS[first]
  if (!word) return path
  return [t(`designer.inspector.${word as 'name'}`), ...rest].join(' · ')
}

/** Returns what a step did, in words. */
export function stepWords(label: Label, t: TFunction, language: Language): string {
  const values = labelValues(label, language)
  if (typeof values.how === 'string') values.how = t(`designer.how.${values.how as 'left'}`)
  if (typeof values.field === 'string') {
    const [first = '', ...rest] = values.field.split('.')
    values.field = fieldWords(first === 'parameters' && rest.length > 0 ? values.field : first, t)
  }
  if (label.key === 'fix') values.kind = t(`designer.fix.${values.kind as 'connect'}`, values)
  const one = (label.key === 'delete' || label.key === 'move') && values.name !== ''
  return t(`designer.step.${label.key}${one ? 'One' : ''}` as 'designer.step.add', values)
}
