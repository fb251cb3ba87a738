export { ExecutionsScreen } from './ExecutionsScreen'
export { ReportDialog } from './ReportDialog'
export { expectExecution } from './watched'
