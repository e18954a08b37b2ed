/** The membership service. */
import {
  MemberAddRequest,
  type MemberAddResponse,
  MemberListRequest,
  type MemberListResponse,
  MemberPromoteRequest,
  type MemberPromoteResponse,
  MemberRemoveRequest,
  type MemberRemoveResponse,
  MemberUpdateRequest,
  type MemberUpdateResponse,
  services,
} from '@quorate/proto';
import type { Caller, CallSettings } from './caller.ts';

const { Cluster: Service } = services;

export class Cluster {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Members; `linearizable` (the default) asks the quorum, not just this member's memory. */
  memberList(request: Partial<MemberListRequest> = {}, settings?: CallSettings): Promise<MemberListResponse> {
    const full = MemberListRequest.create({ linearizable: true, ...request });
    return this.#caller.unary(Service.MemberList, full, { ...settings, repeatable: true });
  }

  memberAdd(request: Partial<MemberAddRequest>, settings?: CallSettings): Promise<MemberAddResponse> {
    return this.#caller.unary(Service.MemberAdd, MemberAddRequest.create(request), settings);
  }

  memberRemove(ID: bigint, settings?: CallSettings): Promise<MemberRemoveResponse> {
    return this.#caller.unary(Service.MemberRemove, MemberRemoveRequest.create({ ID }), settings);
  }

  memberUpdate(ID: bigint, peerURLs: string[], settings?: CallSettings): Promise<MemberUpdateResponse> {
    return this.#caller.unary(Service.MemberUpdate, MemberUpdateRequest.create({ ID, peerURLs }), settings);
  }

  memberPromote(ID: bigint, settings?: CallSettings): Promise<MemberPromoteResponse> {
    return this.#caller.unary(Service.MemberPromote, MemberPromoteRequest.create({ ID }), settings);
  }
}
