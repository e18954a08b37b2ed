// Quota honesty: while the alarm NOSPACE is in force nothing is put; nobody is told that there is no space without an alarm,
// or a store that is full; and the store does not outgrow its quota by more than what was under way.

import { errors } from '@quorate/base';
import { AlarmMember, AlarmType } from '@quorate/proto';
import { type Operation, writtenValues } from '../history.ts';
import type { LoggedEvent, RevisionLog } from '../revision-log.ts';
import type { SimNode } from '../sim-node.ts';
import type { Report } from '../violation.ts';

/** The store's size is looked at once in so many revisions. */
const SIZE_EVERY = 16;
/** What a write costs beside its values. */
const COST_OF_WRITE_BYTES = 1024;
const COST_OF_VALUE_BYTES = 320;

export class QuotaChecker {
  /** Writes that were refused for want of space. */
  refused = 0;
  readonly #limitBytes: number;
  readonly #report: Report;
  readonly #nowMs: () => number;
  readonly #machine: (name: string) => SimNode | undefined;
  /** World time at which an alarm was last seen in force on some machine. */
  #alarmedMs = Number.NEGATIVE_INFINITY;
  /** What each machine's store held, ascending in time and descending in size, by the machine's name. */
  readonly #held = new Map<string, { readonly ms: number; readonly bytes: number }[]>();

  /** @param limitBytes 0: no quota worth looking after */
  constructor(
    log: RevisionLog,
    report: Report,
    limitBytes: number,
    nowMs: () => number,
    machine: (name: string) => SimNode | undefined,
  ) {
    this.#limitBytes = limitBytes;
    this.#report = report;
    this.#nowMs = nowMs;
    this.#machine = machine;
    if (limitBytes > 0) log.listeners.push((event, who) => this.#seen(event, who));
  }

  /** A machine has applied entries. */
  applied(node: SimNode): void {
    if (this.#limitBytes === 0) return;
    if (hasAlarm(node, AlarmType.NOSPACE)) this.#alarmedMs = this.#nowMs();
    const bytes = node.backend?.size().bytesInUse ?? 0;
    const held = this.#held.get(node.name) ?? [];
    this.#held.set(node.name, held);
    while (held.length > 0 && (held.at(-1)?.bytes ?? 0) <= bytes) held.pop();
    held.push({ ms: this.#nowMs(), bytes });
  }

  /** A request failed with this error. */
  failed(operation: Operation, node: SimNode, error: unknown): void {
    if (error !== errors.noSpace) return;
    this.refused++;
    if (this.#alarmedMs >= operation.invokedMs || hasAlarm(node, AlarmType.NOSPACE)) return;
    const cost = writtenValues(operation).reduce(
      (sum, { length }) => sum + length + COST_OF_VALUE_BYTES,
      COST_OF_WRITE_BYTES,
    );
    const now = node.backend?.size().bytesInUse ?? 0;
    // A member that is behind may have been full when it refused, and not any more when it has caught up.
    const most = this.#held.get(node.name)?.find(({ ms }) => ms >= operation.invokedMs)?.bytes ?? 0;
    const bytes = Math.max(now, most);
    if (bytes + cost >= this.#limitBytes) return;
    this.#report(
      'quota-honesty',
      `#${operation.number} ${operation.text} found no space; there is no alarm, and ${node.name} holds ${bytes} of ${this.#limitBytes} bytes`,
    );
  }

  #seen(event: LoggedEvent, who: string): void {
    if (event.deleted) return;
    const node = this.#machine(who);
    if (node === undefined) return;
    if (hasAlarm(node, AlarmType.NOSPACE)) {
      this.#alarmedMs = this.#nowMs();
      this.#report(
        'quota-honesty',
        `${who} puts ${event.key} at revision ${event.revision} under the alarm NOSPACE`,
      );
    }
    if (event.revision % SIZE_EVERY !== 0) return;
    const bytes = node.backend?.size().bytesInUse ?? 0;
    if (bytes > 2 * this.#limitBytes)
      this.#report('quota-honesty', `${who} holds ${bytes} bytes, its quota is ${this.#limitBytes}`);
  }
}

/** Whether an alarm is in force, by what the machine has applied. */
export function hasAlarm({ backend }: SimNode, type: AlarmType): boolean {
  const all = backend?.range('alarm', Buffer.alloc(1), undefined, 0) ?? [];
  return all.some(({ key }) => AlarmMember.decode(key).alarm === type);
}
