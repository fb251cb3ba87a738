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
}

/** Returns what a step did, in words. */
export function stepWords(label: Label, t: TFunction, language: Language): string {
  const values = labelValues(label, language)
  if (typeof values.how === 'string') values.how = t(`designer.how.${values.how as 'left'}`)
  if (typeof values.field === 'string') {
    const [first = '', ...rest] = values.field.split('.')
    const word = FIELDS[first]
    // A parameter is known by its own name, anything else by the inspector's word for it.
    if (first === 'parameters' && rest.length > 0) values.field = rest.join('.')
    else if (word) values.field = t(`designer.inspector.${word as 'name'}`)
  }
  const one = (label.key === 'delete' || label.key === 'move') && values.name !== ''
  return t(`designer.step.${label.key}${one ? 'One' : ''}` as 'designer.step.add', values)
}
