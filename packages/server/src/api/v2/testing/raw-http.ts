// One HTTP/1.1 exchange over a bare socket: targets and headers go out exactly as written.
import { connect } from 'node:net';

export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface RawResponse {
  readonly status: number;
  /** Names as they were sent. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function unchunk(text: string): string {
  let body = '';
  let rest = text;
  for (;;) {
    const line = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.slice(0, line), 16);
    if (!(size > 0)) return body;
    body += rest.slice(line + 2, line + 2 + size);
    rest = rest.slice(line + 2 + size + 2);
  }
}

/** Parses a whole response; `text` holds one char a byte. */
export function parseResponse(text: string): RawResponse {
  const end = text.indexOf('\r\n\r\n');
  const [statusLine, ...lines] = text.slice(0, end).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon)] = line.slice(colon + 1).trim();
  }
  const rest = text.slice(end + 4);
  const body = headers['Transfer-Encoding'] === 'chunked' ? unchunk(rest) : rest;
  return { status: Number(statusLine?.split(' ')[1]), headers, body: Buffer.from(body, 'latin1').toString() };
}

/** Sends a request on a connection of its own and reads the answer to its end. */
export function exchange(port: number, request: RawRequest, timeoutMs = 5000): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    const body = Buffer.from(request.body ?? '');
    const headers: Record<string, string> = { Host: 'localhost', Connection: 'close', ...request.headers };
    if (request.body !== undefined) headers['Content-Length'] = String(body.length);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.write(`${request.method} ${request.target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1');
    socket.write(body);
    socket.setTimeout(timeoutMs, () =>
      socket.destroy(new Error(`no answer to ${request.method} ${request.target}`)),
    );
    socket.on('data', (chunk) => chunks.push(chunk));
    const finish = (): void => {
      socket.destroy();
      resolve(parseResponse(Buffer.concat(chunks).toString('latin1')));
    };
    // A server that did not read the whole body may reset the connection after its answer.
    socket.on('error', (error) => (chunks.length > 0 ? finish() : reject(error)));
    socket.on('end', finish);
  });
}
