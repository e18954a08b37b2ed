// The cluster's members as decided by the log: in memory, in the v2 store under /0 (where Go etcd up to 3.5 looks), and in
// the backend buckets `members`, `members_removed` and `cluster` (where 3.6 and later look).
import {
  assert,
  type EtcdError,
  emptyBytes,
  errors,
  FatalError,
  hex64,
  utf8Bytes,
  utf8Text,
} from '@quorate/base';
import { type ConfChange, ConfChangeType } from '@quorate/raft';
import type { Backend } from '@quorate/storage';
import { type NodeView, permanent, V2Error, V2ErrorCode, type V2Event, type V2Store } from '@quorate/v2store';
import type { DowngradeInfo } from '../member/seam.ts';
import {
  type ClusterMember,
  encodeAttributes,
  encodeMember,
  encodeRaftAttributes,
  type MemberAttributes,
  parseAttributes,
  parseHexId,
  parseMemberContext,
  parseRaftAttributes,
  type RaftAttributes,
  sortedIds,
} from './cluster-member.ts';
import { MAX_LEARNERS } from './limits.ts';
import {
  clusterVersionText,
  compareVersions,
  parseVersion,
  SERVER_VERSION,
  V3_MEMBERSHIP_VERSION,
  type Version,
} from './version.ts';

const MEMBERS = '/0/members';
const REMOVED_MEMBERS = '/0/removed_members';
/** The v2 path that holds the cluster version. */
export const CLUSTER_VERSION_PATH = '/0/version';
const CLUSTER_VERSION_KEY = utf8Bytes('clusterVersion');
const DOWNGRADE_KEY = utf8Bytes('downgrade');
const REMOVED = utf8Bytes('removed');
const NO_DOWNGRADE: DowngradeInfo = { enabled: false, targetVersion: '' };
/** Values under /0 have no TTL, so the time of events about them does not matter. */
const NO_TIME = 0;

/** The v2 path of what a member publishes of itself. */
export function attributesPath(id: bigint): string {
  return `${MEMBERS}/${hex64(id)}/attributes`;
}

function raftAttributesPath(id: bigint): string {
  return `${MEMBERS}/${hex64(id)}/raftAttributes`;
}

/** The member whose attributes a v2 path names, or undefined. */
export function memberOfAttributesPath(path: string): bigint | undefined {
  const match = /^\/0\/members\/([0-9a-f]{1,16})\/attributes$/i.exec(path);
  return match === null ? undefined : parseHexId(match[1] as string);
}

/** Told about changes, for logs and the peer transport. */
export interface ClusterListener {
  versionChanged(from: string | undefined, to: string): void;
}

export interface ClusterOptions {
  readonly localId: bigint;
  readonly clusterId: bigint;
  readonly v2: V2Store;
  readonly backend: Backend;
  readonly maxLearners?: number;
  readonly listener?: ClusterListener;
}

/** All members. `toBackend` of the changing methods is false for entries that the backend has seen before the restart. */
export class Cluster {
  readonly localId: bigint;
  readonly clusterId: bigint;
  readonly #v2: V2Store;
  readonly #backend: Backend;
  readonly #maxLearners: number;
  readonly #listener: ClusterListener | undefined;
  readonly #members = new Map<bigint, ClusterMember>();
  readonly #removed = new Set<bigint>();
  #sorted: readonly ClusterMember[] | undefined;
  #version: Version | undefined;
  #downgrade: DowngradeInfo = NO_DOWNGRADE;

  constructor(options: ClusterOptions) {
    this.localId = options.localId;
    this.clusterId = options.clusterId;
    this.#v2 = options.v2;
    this.#backend = options.backend;
    this.#maxLearners = options.maxLearners ?? MAX_LEARNERS;
    this.#listener = options.listener;
  }

  /** Reads everything from the v2 store (as of its last snapshot) and the downgrade from the backend. */
  recover(): void {
    this.#members.clear();
    this.#removed.clear();
    this.#sorted = undefined;
    for (const node of this.#children(MEMBERS)) {
      const member = memberOfNode(node);
      this.#members.set(member.id, member);
    }
    for (const node of this.#children(REMOVED_MEMBERS)) this.#removed.add(parseHexId(lastSegment(node.key)));
    const version = this.#v2.get(CLUSTER_VERSION_PATH, false, false, NO_TIME);
    this.#version = undefined;
    if (!(version instanceof V2Error)) this.#adoptVersion(version.node.value ?? '');
    this.#downgrade = this.#readDowngrade();
  }

  /** All members, ordered by id. */
  members(): readonly ClusterMember[] {
    this.#sorted ??= sortedIds(this.#members.keys()).map((id) => this.#members.get(id) as ClusterMember);
    return this.#sorted;
  }

  member(id: bigint): ClusterMember | undefined {
    return this.#members.get(id);
  }

  votingMembers(): readonly ClusterMember[] {
    return this.members().filter((member) => !member.isLearner);
  }

  clientURLs(): readonly string[] {
    return this.members()
      .flatMap((member) => member.clientURLs)
      .sort();
  }

  isRemoved(id: bigint): boolean {
    return this.#removed.has(id);
  }

  isLocalLearner(): boolean {
    return this.#members.get(this.localId)?.isLearner ?? false;
  }

  get version(): Version | undefined {
    return this.#version;
  }

  clusterVersion(): string | undefined {
    return this.#version === undefined ? undefined : clusterVersionText(this.#version);
  }

  /** Whether members publish themselves and the version by entries of the v3 form, which etcd before 3.5 does not know. */
  usesV3Entries(): boolean {
    return this.#version !== undefined && compareVersions(this.#version, V3_MEMBERSHIP_VERSION) >= 0;
  }

  downgradeInfo(): DowngradeInfo {
    return this.#downgrade;
  }

  /** Why a committed conf change must not be applied, or undefined. Decided on replicated state only. */
  refusal(change: ConfChange): EtcdError | undefined {
    const id = change.nodeID;
    if (this.#removed.has(id)) return errors.memberNotFound;
    const existing = this.#members.get(id);
    switch (change.type) {
      case ConfChangeType.ConfChangeAddNode:
      case ConfChangeType.ConfChangeAddLearnerNode: {
        const { member, isPromote } = parseMemberContext(utf8Text(change.context));
        if (isPromote) {
          if (existing === undefined) return errors.memberNotFound;
          return existing.isLearner ? undefined : errors.memberNotLearner;
        }
        if (existing !== undefined) return errors.memberExists;
        if (this.#ownsAnyUrl(member.peerURLs, undefined)) return errors.peerUrlExists;
        if (member.isLearner && this.#learnerCount() + 1 > this.#maxLearners) return errors.tooManyLearners;
        return undefined;
      }
      case ConfChangeType.ConfChangeRemoveNode:
        return existing === undefined ? errors.memberNotFound : undefined;
      case ConfChangeType.ConfChangeUpdateNode: {
        if (existing === undefined) return errors.memberNotFound;
        const { member } = parseMemberContext(utf8Text(change.context));
        return this.#ownsAnyUrl(member.peerURLs, id) ? errors.peerUrlExists : undefined;
      }
      default:
        throw new FatalError(`conf change of unknown type ${change.type}`);
    }
  }

  addMember(member: ClusterMember, toBackend: boolean): void {
    this.#expectEvent(
      this.#v2.create(raftAttributesPath(member.id), false, encodeRaftAttributes(member), permanent, NO_TIME),
    );
    this.#keep(member, toBackend);
  }

  removeMember(id: bigint, toBackend: boolean): void {
    const hexId = hex64(id);
    this.#expectEvent(this.#v2.delete(`${MEMBERS}/${hexId}`, true, true, NO_TIME));
    this.#expectEvent(this.#v2.create(`${REMOVED_MEMBERS}/${hexId}`, false, '', permanent, NO_TIME));
    this.#members.delete(id);
    this.#removed.add(id);
    this.#sorted = undefined;
    if (!toBackend) return;
    this.#backend.delete('members', utf8Bytes(hexId));
    this.#backend.put('members_removed', utf8Bytes(hexId), REMOVED);
  }

  promoteMember(id: bigint, toBackend: boolean): void {
    const member = this.#members.get(id);
    assert(member !== undefined, 'a promotion was validated');
    this.updateRaftAttributes(id, { peerURLs: member.peerURLs, isLearner: false }, toBackend);
  }

  updateRaftAttributes(id: bigint, attributes: RaftAttributes, toBackend: boolean): void {
    const member = this.#members.get(id);
    assert(member !== undefined, 'an update was validated');
    this.#expectEvent(
      this.#v2.update(raftAttributesPath(id), encodeRaftAttributes(attributes), permanent, NO_TIME),
    );
    this.#keep({ ...member, peerURLs: attributes.peerURLs, isLearner: attributes.isLearner }, toBackend);
  }

  /** What a member published of itself; of a removed member it is ignored. @throws FatalError for an unknown member */
  updateAttributes(id: bigint, attributes: MemberAttributes, toBackend: boolean): void {
    const member = this.#members.get(id);
    if (member === undefined) {
      if (this.#removed.has(id)) return;
      throw new FatalError(`entry publishes member ${hex64(id)}, which is not in the cluster`);
    }
    this.#expectEvent(
      this.#v2.set(attributesPath(id), false, encodeAttributes(attributes), permanent, NO_TIME),
    );
    this.#keep({ ...member, name: attributes.name, clientURLs: attributes.clientURLs }, toBackend);
  }

  /** @throws FatalError when the cluster is beyond what this software understands */
  setVersion(text: string, toBackend: boolean): void {
    const before = this.clusterVersion();
    this.#adoptVersion(text);
    const now = clusterVersionText(this.#version as Version);
    this.#expectEvent(this.#v2.set(CLUSTER_VERSION_PATH, false, now, permanent, NO_TIME));
    if (toBackend) this.#backend.put('cluster', CLUSTER_VERSION_KEY, utf8Bytes(now));
    this.#listener?.versionChanged(before, now);
  }

  setDowngradeInfo(info: DowngradeInfo, toBackend: boolean): void {
    this.#downgrade = info.enabled ? info : NO_DOWNGRADE;
    if (!toBackend) return;
    const target = JSON.stringify(this.#downgrade.targetVersion);
    const text = `{"target-version":${target},"enabled":${this.#downgrade.enabled}}`;
    this.#backend.put('cluster', DOWNGRADE_KEY, utf8Bytes(text));
  }

  /** Whether enough members would be started after adding a voter. */
  isReadyToAddVoter(): boolean {
    const voters = this.votingMembers();
    const started = voters.filter(isStarted).length;
    // A lone member restoring a cluster may always grow.
    if (started === 1 && voters.length === 1) return true;
    return started >= quorum(voters.length + 1);
  }

  isReadyToRemoveVoter(id: bigint): boolean {
    const rest = this.votingMembers().filter((member) => member.id !== id);
    return rest.filter(isStarted).length >= quorum(rest.length);
  }

  /** The learner counts as started and as a voter. */
  isReadyToPromote(): boolean {
    const voters = this.votingMembers();
    return voters.filter(isStarted).length + 1 >= quorum(voters.length + 1);
  }

  #keep(member: ClusterMember, toBackend: boolean): void {
    this.#members.set(member.id, member);
    this.#sorted = undefined;
    if (toBackend) this.#backend.put('members', utf8Bytes(hex64(member.id)), utf8Bytes(encodeMember(member)));
  }

  #adoptVersion(text: string): void {
    const version = parseVersion(text);
    if (version === undefined) throw new FatalError(`cluster version "${text}" is not a version`);
    if (compareVersions(version, SERVER_VERSION) > 0) {
      throw new FatalError(
        `invalid downgrade; server version is lower than determined cluster version (server ${clusterVersionText(SERVER_VERSION)}, cluster ${text})`,
      );
    }
    this.#version = version;
  }

  #readDowngrade(): DowngradeInfo {
    const bytes = this.#backend.get('cluster', DOWNGRADE_KEY);
    if (bytes === undefined) return NO_DOWNGRADE;
    const value = JSON.parse(utf8Text(bytes)) as Record<string, unknown>;
    if (value['enabled'] !== true) return NO_DOWNGRADE;
    return { enabled: true, targetVersion: String(value['target-version'] ?? '') };
  }

  #ownsAnyUrl(urls: readonly string[], except: bigint | undefined): boolean {
    for (const member of this.#members.values()) {
      if (member.id !== except && member.peerURLs.some((url) => urls.includes(url))) return true;
    }
    return false;
  }

  #learnerCount(): number {
    return this.members().filter((member) => member.isLearner).length;
  }

  #children(path: string): readonly NodeView[] {
    const found = this.#v2.get(path, true, true, NO_TIME);
    if (!(found instanceof V2Error)) return found.node.nodes ?? [];
    if (found.errorCode === V2ErrorCode.keyNotFound) return [];
    throw new FatalError(`v2 store: ${path}: ${found.message}`);
  }

  // The paths under /0 are written by the log alone and were validated: anything but success is corruption.
  #expectEvent(result: V2Event | V2Error): void {
    if (result instanceof V2Error)
      throw new FatalError(`v2 store refuses a membership change: ${result.message}`);
  }
}

/** The members as of what the store has applied; the log may have more to say about them. */
export function storedMembers(backend: Backend): ClusterMember[] {
  return backend
    .range('members', emptyBytes, undefined, 0)
    .map(({ value }) => parseMemberContext(utf8Text(value)).member);
}

function quorum(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

function isStarted(member: ClusterMember): boolean {
  return member.name !== '';
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function memberOfNode(node: NodeView): ClusterMember {
  let raft: RaftAttributes | undefined;
  let published: MemberAttributes = { name: '', clientURLs: [] };
  for (const child of node.nodes ?? []) {
    const name = lastSegment(child.key);
    if (name === 'raftAttributes') raft = parseRaftAttributes(child.value ?? '');
    else if (name === 'attributes') published = parseAttributes(child.value ?? '');
    else throw new FatalError(`v2 store: unknown key ${child.key}`);
  }
  if (raft === undefined) throw new FatalError(`v2 store: ${node.key} has no raftAttributes`);
  return {
    id: parseHexId(lastSegment(node.key)),
    name: published.name,
    peerURLs: raft.peerURLs,
    clientURLs: published.clientURLs,
    isLearner: raft.isLearner,
  };
}
