/** The lease service. */
import { errors } from '@quorate/base';
import {
  LeaseGrantRequest,
  type LeaseGrantResponse,
  LeaseKeepAliveRequest,
  LeaseKeepAliveResponse,
  LeaseLeasesRequest,
  type LeaseLeasesResponse,
  LeaseRevokeRequest,
  type LeaseRevokeResponse,
  LeaseTimeToLiveRequest,
  type LeaseTimeToLiveResponse,
  services,
} from '@quorate/proto';
import { GrpcError } from '@quorate/wire';
import type { Caller, CallSettings } from './caller.ts';
import { type KeepAliveOptions, LeaseKeeper } from './lease-keeper.ts';
import { readStream } from './stream-reader.ts';

const { Lease: Service } = services;

export class Leases {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Grants a lease; ID 0 lets the server choose. */
  grant(ttlSeconds: number, ID = 0n, settings?: CallSettings): Promise<LeaseGrantResponse> {
    const request = LeaseGrantRequest.create({ TTL: ttlSeconds, ID });
    return this.#caller.unary(Service.LeaseGrant, request, settings);
  }

  /** Ends a lease and deletes its keys. */
  revoke(ID: bigint, settings?: CallSettings): Promise<LeaseRevokeResponse> {
    return this.#caller.unary(Service.LeaseRevoke, LeaseRevokeRequest.create({ ID }), settings);
  }

  /** What is left of a lease; TTL -1 if there is no such lease. */
  timeToLive(ID: bigint, keys = false, settings?: CallSettings): Promise<LeaseTimeToLiveResponse> {
    const request = LeaseTimeToLiveRequest.create({ ID, keys });
    return this.#caller.unary(Service.LeaseTimeToLive, request, { ...settings, repeatable: true });
  }

  list(settings?: CallSettings): Promise<LeaseLeasesResponse> {
    return this.#caller.unary(Service.LeaseLeases, LeaseLeasesRequest.create(), {
      ...settings,
      repeatable: true,
    });
  }

  /** Renews a lease once. Throws "requested lease not found" if it is gone. */
  async keepAliveOnce(ID: bigint, settings?: CallSettings): Promise<LeaseKeepAliveResponse> {
    const stream = await this.#caller.stream(Service.LeaseKeepAlive.path, {
      requireLeader: true,
      ...settings,
    });
    const request = LeaseKeepAliveRequest.encode(LeaseKeepAliveRequest.create({ ID }));
    for await (const message of readStream(stream, request)) {
      const response = LeaseKeepAliveResponse.decode(message);
      if (response.TTL <= 0) throw new GrpcError(errors.leaseNotFound.code, errors.leaseNotFound.message);
      return response;
    }
    throw new GrpcError(errors.stopped.code, 'the server ended the keep-alive stream without an answer');
  }

  /** Renews a lease until stopped or until it is gone. */
  keepAlive(ID: bigint, options: KeepAliveOptions): LeaseKeeper {
    return new LeaseKeeper(this.#caller, ID, options);
  }
}
