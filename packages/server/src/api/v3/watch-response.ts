// The WatchResponses that carry no events, and the field of the watch id.
import { int64Size, WatchResponse, writeInt64 } from '@quorate/proto';
import { varintTag } from './protobuf-bytes.ts';

/** The id in answers that concern no watcher. */
export const noWatchId = -1;

/** The `watch_id = 2` field; empty for id 0, as proto3 leaves zero out. */
export function watchIdField(id: number): Uint8Array {
  if (id === 0) return new Uint8Array(0);
  const out = Buffer.allocUnsafe(1 + int64Size(id));
  out[0] = varintTag(2);
  writeInt64(out, 1, id);
  return out;
}

/** Everything behind the header of a control response. */
export function controlBody(fields: {
  readonly watchId: number;
  readonly created?: boolean;
  readonly canceled?: boolean;
  readonly compactRevision?: number;
  readonly cancelReason?: string;
}): Uint8Array {
  return WatchResponse.encode(WatchResponse.create(fields));
}
