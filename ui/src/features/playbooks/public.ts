export { PlaybooksScreen } from './PlaybooksScreen'
