export { WorkNotices } from './WorkNotices'
export { WorkScreen } from './WorkScreen'
