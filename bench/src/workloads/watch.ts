// Fan-out: every put of one key reaches 1 000 watchers on 10 streams.
import { PutRequest, WatchCreateRequest, WatchRequest } from '@quorate/proto';
import { openChannels } from '../load.ts';
import type { Workload } from '../workload.ts';

const STREAMS = 10;
const WATCHERS_PER_STREAM = 100;
const PUTS_IN_FLIGHT = 16;
const KEY = Buffer.from('watched');
const EVENTS_TAG = (11 << 3) | 2;

/** Counts the events of an encoded WatchResponse by walking its fields, without decoding them. */
function countEvents(message: Uint8Array): number {
  let events = 0;
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    if ((tag & 7) === 0) varint();
    else {
      if (tag === EVENTS_TAG) events++;
      const length = varint();
      at += length;
    }
  }
  return events;
}

export const watch: Workload = {
  name: 'watch fan-out',
  what: '10 streams × 100 watchers on one key, puts from one connection, 16 in flight',
  goals: { events: '>=1', 'cpu per event': '<=0.7' },
  run: async (server, seconds) => {
    const [writer, ...readers] = await openChannels(server.port, STREAMS + 1);
    let events = 0;
    let created = 0;
    await new Promise<void>((resolve, reject) => {
      for (const reader of readers) {
        const stream = reader.stream('/etcdserverpb.Watch/Watch');
        stream.onMessage = (message) => {
          const found = countEvents(message);
          if (found > 0) events += found;
          else if (++created === STREAMS * WATCHERS_PER_STREAM) resolve();
        };
        stream.onEnd = ({ message }) => reject(new Error(`watch stream ended: ${message}`));
        for (let n = 0; n < WATCHERS_PER_STREAM; n++) {
          const createRequest = WatchCreateRequest.create({ key: KEY });
          stream.send(WatchRequest.encode(WatchRequest.create({ createRequest })));
        }
      }
    });
    const request = PutRequest.encode(PutRequest.create({ key: KEY, value: Buffer.alloc(64, 'v') }));
    let puts = 0;
    const cpuBefore = server.cpuSeconds();
    const begun = performance.now();
    const until = begun + seconds * 1000;
    await Promise.all(
      Array.from({ length: PUTS_IN_FLIGHT }, async () => {
        while (performance.now() < until) {
          await writer?.unary('/etcdserverpb.KV/Put', request);
          puts++;
        }
      }),
    );
    const expected = puts * STREAMS * WATCHERS_PER_STREAM;
    const deadline = performance.now() + 60_000;
    while (events < expected && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 5));
    if (events !== expected) throw new Error(`${events} events arrived, ${expected} were due`);
    const elapsed = (performance.now() - begun) / 1000;
    const cpu = server.cpuSeconds() - cpuBefore;
    for (const channel of [writer, ...readers]) channel?.close({ force: true });
    return [
      { name: 'events', unit: '/s', value: events / elapsed },
      { name: 'cpu per event', unit: 'µs', value: (cpu * 1e6) / events },
    ];
  },
};
