/** The playbook designer. */
export { DesignerScreen } from './DesignerScreen'
