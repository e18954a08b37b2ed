/** The protobuf format: the encoded response, nothing else. */
import {
  type LeaseGrantResponse,
  type LeaseKeepAliveResponse,
  type LeaseLeasesResponse,
  type LeaseTimeToLiveResponse,
  ResponseHeader,
  WatchResponse,
} from '@quorate/proto';
import { stdout } from '../../cli/output.ts';
import { GenericPrinter } from './generic.ts';

/** Of lease responses etcdctl prints the header alone. */
function headerOnly(header: ResponseHeader | undefined): void {
  stdout.write(ResponseHeader.encode(header ?? ResponseHeader.create()));
}

export class ProtobufPrinter extends GenericPrinter {
  constructor() {
    super('protobuf', (type, message) => stdout.write(type.encode(message)));
  }

  override watch(response: WatchResponse): void {
    const { header, events, compactRevision, canceled, created } = response;
    stdout.write(
      WatchResponse.encode(
        WatchResponse.create({ ...(header && { header }), events, compactRevision, canceled, created }),
      ),
    );
  }

  override grant(response: LeaseGrantResponse): void {
    headerOnly(response.header);
  }

  override keepAlive(response: LeaseKeepAliveResponse): void {
    headerOnly(response.header);
  }

  override timeToLive(response: LeaseTimeToLiveResponse): void {
    headerOnly(response.header);
  }

  override leases(response: LeaseLeasesResponse): void {
    headerOnly(response.header);
  }
}
