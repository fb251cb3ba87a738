export { ExecutionsScreen } from './ExecutionsScreen'
