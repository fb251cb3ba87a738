/** How a task or link of one document stands to another document. */
export type Mark = 'added' | 'removed' | 'changed'

/** What differs, by task id and link key. */
export interface Marks {
  tasks: ReadonlyMap<string, Mark>
  links: ReadonlyMap<string, Mark>
}
