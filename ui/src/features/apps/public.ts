export { AppsScreen } from './AppsScreen'
