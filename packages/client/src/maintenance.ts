/** The maintenance service. What concerns one member takes that member's endpoint. */
import {
  AlarmAction,
  AlarmRequest,
  type AlarmResponse,
  DefragmentRequest,
  type DefragmentResponse,
  DowngradeRequest,
  type DowngradeResponse,
  HashKVRequest,
  type HashKVResponse,
  HashRequest,
  type HashResponse,
  MoveLeaderRequest,
  type MoveLeaderResponse,
  SnapshotRequest,
  SnapshotResponse,
  StatusRequest,
  type StatusResponse,
  services,
} from '@quorate/proto';
import type { Caller, CallSettings } from './caller.ts';
import { readStream } from './stream-reader.ts';

const { Maintenance: Service } = services;

export class Maintenance {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  alarmList(settings?: CallSettings): Promise<AlarmResponse> {
    const request = AlarmRequest.create({ action: AlarmAction.GET });
    return this.#caller.unary(Service.Alarm, request, { ...settings, repeatable: true });
  }

  /** Clears one member's alarm; without a member and kind, every alarm, one after the other. */
  async alarmDisarm(request: Partial<AlarmRequest> = {}, settings?: CallSettings): Promise<AlarmResponse> {
    if ((request.memberID ?? 0n) !== 0n || (request.alarm ?? 0) !== 0) {
      return this.#caller.unary(
        Service.Alarm,
        AlarmRequest.create({ ...request, action: AlarmAction.DEACTIVATE }),
        settings,
      );
    }
    const active = await this.alarmList(settings);
    const cleared: AlarmResponse = { header: undefined, alarms: [] };
    for (const { memberID, alarm } of active.alarms) {
      cleared.alarms.push(...(await this.alarmDisarm({ memberID, alarm }, settings)).alarms);
    }
    return cleared;
  }

  status(endpoint: string, settings?: CallSettings): Promise<StatusResponse> {
    return this.#caller.unaryAt(endpoint, Service.Status, StatusRequest.create(), settings);
  }

  defragment(endpoint: string, settings?: CallSettings): Promise<DefragmentResponse> {
    return this.#caller.unaryAt(endpoint, Service.Defragment, DefragmentRequest.create(), settings);
  }

  hash(endpoint: string, settings?: CallSettings): Promise<HashResponse> {
    return this.#caller.unaryAt(endpoint, Service.Hash, HashRequest.create(), settings);
  }

  /** Hash of the history up to a revision; 0: all of it. */
  hashKv(endpoint: string, revision: number, settings?: CallSettings): Promise<HashKVResponse> {
    return this.#caller.unaryAt(endpoint, Service.HashKV, HashKVRequest.create({ revision }), settings);
  }

  /** Must be sent to the leader. */
  moveLeader(targetID: bigint, settings?: CallSettings): Promise<MoveLeaderResponse> {
    return this.#caller.unary(Service.MoveLeader, MoveLeaderRequest.create({ targetID }), settings);
  }

  downgrade(request: Partial<DowngradeRequest>, settings?: CallSettings): Promise<DowngradeResponse> {
    return this.#caller.unary(Service.Downgrade, DowngradeRequest.create(request), settings);
  }

  /** The pieces of a member's database; the last is the SHA-256 of all before it. */
  async *snapshot(settings?: CallSettings): AsyncGenerator<SnapshotResponse> {
    const stream = await this.#caller.stream(Service.Snapshot.path, settings);
    for await (const message of readStream(stream, SnapshotRequest.encode(SnapshotRequest.create()))) {
      yield SnapshotResponse.decode(message);
    }
  }
}
