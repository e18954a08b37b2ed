// Load generator: node bench.js unary|stream PORT [seconds] [connections] [in flight] [path]. Prints calls (or messages)
// per second and this process's own CPU share, which tells whether the generator is the limit.

import { connectGrpc } from '../client.ts';
import type { GrpcChannel } from '../types.ts';

const [mode = 'unary', port = '21000', seconds = '3', connections = '8', inFlight = '32', path] =
  process.argv.slice(2);
const target = { host: '127.0.0.1', port: Number(port) };
const channels: GrpcChannel[] = [];
for (let i = 0; i < Number(connections); i++) channels.push(connectGrpc(target));
await Promise.all(channels.map((channel) => channel.ready()));

let done = 0;
let running = true;
const message = Buffer.alloc(16, 1);
/** BENCH_TIMEOUT_MS gives every call a deadline: its header block then differs each time. */
const timeoutMs = process.env['BENCH_TIMEOUT_MS'];
const options = timeoutMs === undefined ? {} : { timeoutMs: Number(timeoutMs) };

function unaryLoop(channel: GrpcChannel, method: string): void {
  const next = (error: Error | null): void => {
    if (error !== null) throw error;
    done++;
    if (running) channel.call(method, message, next, options);
  };
  for (let i = 0; i < Number(inFlight); i++) channel.call(method, message, next, options);
}

/** Each echoed message is sent again. */
function streamLoop(channel: GrpcChannel, method: string): void {
  const stream = channel.stream(method);
  stream.onMessage = (reply) => {
    done++;
    if (running) stream.send(reply);
  };
  stream.onEnd = (status) => {
    if (status.code !== 0 && running) throw new Error(status.message);
  };
  for (let i = 0; i < Number(inFlight); i++) stream.send(message);
}

for (const channel of channels) {
  if (mode === 'unary') unaryLoop(channel, path ?? '/test.Test/Echo');
  else streamLoop(channel, path ?? '/test.Test/EchoStream');
}
await new Promise((resolve) => setTimeout(resolve, 500));
const cpu = process.cpuUsage();
const started = performance.now();
const before = done;
await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
const elapsedMs = performance.now() - started;
const used = process.cpuUsage(cpu);
running = false;
const rate = ((done - before) / elapsedMs) * 1000;
const share = (used.user + used.system) / 1000 / elapsedMs;
console.log(`${mode}: ${Math.round(rate)} per second, generator CPU ${(share * 100).toFixed(0)} %`);
process.exit(0);
