// grpc_server_*: what grpc-prometheus shows, made of the counters of the routes. Every method has all its children from
// the beginning, as a Go server that calls its InitializeMetrics.
import { services } from '@quorate/proto';
import type { GrpcRouter, Route } from '@quorate/wire';
import type { Exposition, Labels, Sample } from './exposition.ts';
import { DEFAULT_BOUNDS, Histogram } from './histogram.ts';

/** Names of the status codes, by number. */
export const GRPC_CODE_NAMES: readonly string[] = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
];

interface Method {
  readonly route: Route;
  readonly labels: Labels;
  /** Undefined unless durations are asked for. */
  readonly durations: Histogram | undefined;
}

function kindOf(path: string): string {
  for (const service of Object.values(services)) {
    for (const method of Object.values(service)) {
      if (method.path !== path) continue;
      if (method.clientStreaming) return method.serverStreaming ? 'bidi_stream' : 'client_stream';
      return method.serverStreaming ? 'server_stream' : 'unary';
    }
  }
  return 'unary';
}

/** @param extensive `--metrics=extensive`: durations of calls, too, which cost two looks at the clock each */
export function addGrpcMetrics(page: Exposition, router: GrpcRouter, extensive: boolean): void {
  const methods: Method[] = [];
  for (const route of router.routes()) {
    const [, service = '', method = ''] = route.path.split('/');
    const labels = { grpc_method: method, grpc_service: service, grpc_type: kindOf(route.path) };
    const durations = extensive ? new Histogram(DEFAULT_BOUNDS) : undefined;
    if (durations !== undefined) {
      route.counters.onHandled = (durationMs) => durations.observeMs(durationMs);
    }
    methods.push({ route, labels, durations });
  }
  const each = (read: (route: Route) => number) => (): Sample[] =>
    methods.map(({ route, labels }) => [labels, read(route)]);

  page.counters(
    'grpc_server_started_total',
    'Calls begun on this server.',
    each(({ counters }) => counters.started),
  );
  page.counters('grpc_server_handled_total', 'Calls ended on this server, by status code.', () =>
    methods.flatMap(({ route, labels }) =>
      GRPC_CODE_NAMES.map(
        (name, code): Sample => [{ grpc_code: name, ...labels }, route.counters.handled[code] as number],
      ),
    ),
  );
  page.counters(
    'grpc_server_msg_received_total',
    'Messages received in calls on this server.',
    each(({ counters }) => counters.messagesReceived),
  );
  page.counters(
    'grpc_server_msg_sent_total',
    'Messages sent in calls on this server.',
    each(({ counters }) => counters.messagesSent),
  );
  if (!extensive) return;
  page.histograms('grpc_server_handling_seconds', 'How long calls took, from head to status.', () =>
    methods.map(({ labels, durations }) => [labels, durations as Histogram] as const),
  );
}
