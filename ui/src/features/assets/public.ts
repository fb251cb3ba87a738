export { AssetsScreen } from './AssetsScreen'
