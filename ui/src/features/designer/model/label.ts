import { type Language, textOf } from '../../../canvas/model'

/** What a step did, as a key of the catalogue (`designer.step.KEY`) with its values, so that the history follows the language. */
export interface Label {
  key:
    | 'add'
    | 'align'
    | 'connect'
    | 'cut'
    | 'delete'
    | 'disconnect'
    | 'distribute'
    | 'duplicate'
    | 'field'
    | 'fix'
    | 'insert'
    | 'move'
    | 'note'
    | 'nudge'
    | 'paste'
    | 'pin'
    | 'playbook'
    | 'reconnect'
    | 'rename'
    | 'resize'
    | 'restore'
    | 'tidy'
    | 'unpin'
  /** Counts, words, and names as the document holds them: a text or one per language. */
  values?: Record<string, unknown>
}

/** Returns the values of a label for one language. */
export function labelValues(label: Label, language: Language): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(label.values ?? {}).map(([name, value]) => [name, typeof value === 'number' ? value : (textOf(value, language) ?? '')]),
  )
}
