// The Watch service: hands each stream to a WatchStream and ends them all when the member stops.
import { errors } from '@quorate/base';
import { services } from '@quorate/proto';
import type { GrpcRouter } from '@quorate/wire';
import type { V3Context } from './context.ts';
import { EventsPartCache } from './events-part.ts';
import { WatchStream } from './watch-stream.ts';

/** Registers the Watch service. Returns the function that ends all streams. */
export function registerWatch(router: GrpcRouter, context: V3Context): () => void {
  const streams = new Set<WatchStream>();
  const parts = new EventsPartCache();
  const closed = (stream: WatchStream): void => {
    streams.delete(stream);
    context.options.observer?.watchStreams(-1);
    if (streams.size === 0) parts.clear();
  };
  router.stream(services.Watch.Watch.path, (stream) => {
    const refusal = context.admission.refuseStream(stream, false) ?? context.admission.refuseData();
    if (refusal !== undefined) return stream.end(refusal.code, refusal.message);
    context.options.observer?.watchStreams(1);
    streams.add(new WatchStream(context, stream, parts, closed));
  });
  return () => {
    for (const stream of [...streams]) stream.abort(errors.stopped);
  };
}
