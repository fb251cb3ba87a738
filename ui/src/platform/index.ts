/** The doors to the backend: the only folder that knows whether this is the window or a browser. */
export { clipboard } from './clipboard'
export { type Answered, call, callTagged, type Door, door, onConnection, subscribe, type Unsubscribe } from './door'
export { ApiError, asApiError } from './error'
export { pickFiles, saveBase64, saveText, type Where, whereToSave } from './files'
export { allowDesktopNotices, canNotifyDesktop, notifyDesktop, showBadge } from './notices'
