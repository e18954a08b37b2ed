// State-machine equality: members that have applied the same index are in the same state. Cheap marks are compared at the
// end of every run of applied entries, whole v2 trees and leases now and then; a member never goes back within a life.
import { crc32c, utf8Bytes } from '@quorate/base';
import type { ClusterMember, Member } from '@quorate/server';
import type { NodeView } from '@quorate/v2store';
import type { SimNode } from '../sim-node.ts';
import type { Report } from '../violation.ts';

/** Whole trees are compared at indices that are multiples of this. */
const DEEP_EVERY = 64;

interface Progress {
  life: number;
  index: number;
  revision: number;
  term: number;
}

export class StateChecker {
  readonly #report: Report;
  readonly #marks = new Map<number, { readonly mark: string; readonly who: string }>();
  readonly #progress = new Map<number, Progress>();
  /** Marks compared. */
  compared = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  applied(node: SimNode): void {
    const { member } = node;
    if (member === undefined) return;
    const index = member.appliedIndex();
    const revision = member.revision();
    const term = member.term();
    const before = this.#progress.get(node.index);
    if (before !== undefined && before.life === node.clock.life) {
      if (index < before.index || revision < before.revision || term < before.term) {
        this.#report(
          'monotonic',
          `${node.name} went from index ${before.index}, revision ${before.revision}, term ${before.term} to ${index}, ${revision}, ${term}`,
        );
      }
      before.index = index;
      before.revision = revision;
      before.term = term;
    } else this.#progress.set(node.index, { life: node.clock.life, index, revision, term });
    // Entries that the backend had seen before the restart are replayed for the rest: the store is ahead of the index.
    if (member.kv.consistentIndex > index) return;
    const deep = index % DEEP_EVERY === 0 ? ` ${deepMark(node)}` : '';
    const mark = `term ${term} revision ${revision} compacted ${member.kv.compactRevision} v2 ${member.v2.index} leases ${member.lease.leases().length} members ${member.membership.members().length}${deep}`;
    const known = this.#marks.get(index);
    if (known === undefined) this.#marks.set(index, { mark, who: node.name });
    else if (known.who !== node.name || known.mark !== mark) {
      this.compared++;
      if (known.mark !== mark) {
        this.#report(
          'state-equality',
          `at index ${index} ${known.who} is "${known.mark}", ${node.name} is "${mark}"`,
        );
      }
    }
  }
}

/** Checksum of the v2 tree, and of leases and members. */
export function deepMark(node: SimNode): string {
  const { member } = node;
  if (member === undefined) return '';
  const leases = [...member.lease.leases()].sort((a, b) => (a < b ? -1 : 1));
  const keys = leases.map(
    (id) =>
      `${id}:${(member.lease.attachedKeys(id) ?? []).map((key) => Buffer.from(key).toString('latin1')).join()}`,
  );
  // The name of a member that has not published itself is no state: it is in the log's first entries, not in snapshots.
  const nameOf = (one: ClusterMember): string => (one.clientURLs.length > 0 ? one.name : '');
  const members = member.membership
    .members()
    .map(
      (one) => `${one.id}/${nameOf(one)}/${one.peerURLs.join()}/${one.clientURLs.join()}/${one.isLearner}`,
    );
  return `tree ${crc32c(utf8Bytes(treeText(member)))} at ${member.v2.index} leases ${crc32c(utf8Bytes(keys.join(';')))} members ${crc32c(utf8Bytes(members.join(';')))}`;
}

/** The v2 tree, less what depends on the time of asking. */
function treeText(member: Member): string {
  const answer = member.v2.get('/', true, true, 0);
  return 'node' in answer ? nodeText(answer.node) : '';
}

function nodeText({ key, value, createdIndex, modifiedIndex, expiration, nodes }: NodeView): string {
  const expires = expiration === undefined ? '' : `${expiration.seconds}.${expiration.nanos}`;
  let text = `${JSON.stringify([key, value])}${createdIndex} ${modifiedIndex} ${expires}\n`;
  for (const node of nodes ?? []) text += nodeText(node);
  return text;
}
