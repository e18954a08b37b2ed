// A server with empty handlers, for h2spec, h2load, curl and the benches: node example-server.js PORT.

import { GrpcRouter } from '../grpc/router.ts';
import { createServer } from '../server.ts';

const port = Number(process.argv[2] ?? 21000);
const router = new GrpcRouter();
const answer = new Uint8Array([8, 1]);
router.unary('/test.Test/Empty', (call) => call.reply(answer));
router.unary('/test.Test/Echo', (call, request) => call.reply(request));
router.unary('/test.Test/Never', () => {});
router.stream('/test.Test/EchoStream', (stream) => {
  stream.onMessage = (message) => {
    if (!stream.send(message)) {
      stream.pause();
      stream.onDrain = () => stream.resume();
    }
  };
  stream.onHalfClose = () => stream.end();
});
const server = createServer({
  grpc: router,
  http: (request, response) => {
    response.setHeader('content-type', 'text/plain');
    request.on('end', () => response.end(`${request.method} ${request.url}\n`));
    request.resume();
  },
});
const listener = await server.listen({ host: '127.0.0.1', port });
console.log(`listening on ${listener.host}:${listener.port}`);
process.on('SIGTERM', () => {
  void server.closeGracefully(2_000).then(() => process.exit(0));
});
