// The v2 store: a tree of files and directories with TTLs, watches and etcd's v2 semantics.

export type { CaptureScope, CaptureVisitor } from './capture.ts';
export { TreeCapture } from './capture.ts';
export type { V2ErrorCodeValue } from './errors.ts';
export { V2Error, V2ErrorCode, v2ErrorMessages, v2ErrorStatus } from './errors.ts';
export type { V2Action, V2Result } from './event.ts';
export { NodeView, V2Event } from './event.ts';
export { EventHistory } from './event-history.ts';
export type { ExpireTime } from './expire-time.ts';
export {
  compareExpireTimes,
  expireTimeFromMs,
  expireTimeFromUnixNano,
  formatExpireTime,
  momentFromUnixNano,
  parseExpireTime,
  ttlSeconds,
  unixNanoOf,
} from './expire-time.ts';
export { jsonString } from './json.ts';
export { inlineListingNodes } from './limits.ts';
export { ListingJob } from './listing.ts';
export { cleanPath, compareUtf8 } from './path.ts';
export type { KeyTrim } from './render.ts';
export { eventJson } from './render.ts';
export { SaveJob } from './save.ts';
export { StoreStats } from './stats.ts';
export type { Expected, TtlOptions } from './store.ts';
export { permanent, V2Store } from './store.ts';
export { V2Watcher } from './watcher-hub.ts';
