/** What a step did, as a key of the `designer` catalogue (`step.KEY`) with its values, so that the history follows the language. */
export interface Label {
  key:
    | 'add'
    | 'align'
    | 'assign'
    | 'connect'
    | 'delete'
    | 'disconnect'
    | 'distribute'
    | 'duplicate'
    | 'field'
    | 'insert'
    | 'move'
    | 'note'
    | 'nudge'
    | 'paste'
    | 'cut'
    | 'playbook'
    | 'reconnect'
    | 'resize'
    | 'tidy'
    | 'type'
    | 'restore'
  /** Names of tasks and fields, and counts. */
  values?: Record<string, string | number>
}
