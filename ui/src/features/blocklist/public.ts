export { BlocklistScreen } from './BlocklistScreen'
