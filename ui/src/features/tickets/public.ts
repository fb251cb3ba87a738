export { TicketsScreen } from './TicketsScreen'
