export { WorkScreen } from './WorkScreen'
