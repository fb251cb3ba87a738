export { exportPlaybook, pickPlaybooks } from './files'
export { ExportReport, ImportPlaybooks } from './ImportPlaybooks'
export { PlaybooksScreen } from './PlaybooksScreen'
