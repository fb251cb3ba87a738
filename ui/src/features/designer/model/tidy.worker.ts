import { type TidyRequest, tidy } from './tidy'

// A layout of 1,000 tasks takes seconds; here it does not hold up the window.
self.onmessage = (message: MessageEvent<TidyRequest>) => {
  self.postMessage(tidy(message.data))
}
