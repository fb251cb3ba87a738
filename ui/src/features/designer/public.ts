/** The playbook designer. */
export { DesignerScreen } from './DesignerScreen'
export { expectPlaybook } from './reading'
