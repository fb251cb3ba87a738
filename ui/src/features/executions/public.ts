export { ExecutionsScreen } from './ExecutionsScreen'
export { ReportDialog } from './ReportDialog'
