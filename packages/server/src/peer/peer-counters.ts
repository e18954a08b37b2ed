// What went to and came from one peer: plain numbers for the metrics page.
import { exponentialBounds, Histogram } from '../ops/metrics/histogram.ts';

export class PeerCounters {
  bytesSent = 0;
  bytesReceived = 0;
  sendFailures = 0;
  receiveFailures = 0;
  disconnections = 0;
  snapshotsSent = 0;
  snapshotSendFailures = 0;
  snapshotsSending = 0;
  readonly snapshotSends = new Histogram(exponentialBounds(0.1, 2, 10));
  readonly roundTrips = new Histogram(exponentialBounds(0.0001, 2, 16));
}
