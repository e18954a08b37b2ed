// Alarms of all members, replicated and kept in the backend bucket `alarm` (the record is the key, as in etcd).
import { emptyBytes } from '@quorate/base';
import { AlarmMember, AlarmType } from '@quorate/proto';
import type { Backend } from '@quorate/storage';

export class Alarms {
  readonly #backend: Backend;
  #all: AlarmMember[] = [];
  #noSpace = false;
  #corrupt = false;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  restore(): void {
    this.#all = this.#backend
      .range('alarm', emptyBytes, undefined, 0)
      .map((entry) => AlarmMember.decode(entry.key));
    this.#summarize();
  }

  /** Some member is out of space: puts are refused. */
  get noSpace(): boolean {
    return this.#noSpace;
  }

  /** Some member found its data to differ: nearly everything is refused. */
  get corrupt(): boolean {
    return this.#corrupt;
  }

  /** Alarms of a type; of all types for NONE. Ordered by member and type. */
  list(type: number): readonly AlarmMember[] {
    return type === AlarmType.NONE ? this.#all : this.#all.filter((alarm) => alarm.alarm === type);
  }

  find(memberID: bigint, type: number): AlarmMember | undefined {
    return this.#all.find((alarm) => alarm.memberID === memberID && alarm.alarm === type);
  }

  /** Raises an alarm; the existing one if it is raised already. */
  activate(memberID: bigint, type: number): AlarmMember {
    const existing = this.find(memberID, type);
    if (existing !== undefined) return existing;
    const alarm = AlarmMember.create({ memberID, alarm: type });
    this.#all = [...this.#all, alarm].sort(byMemberAndType);
    this.#backend.put('alarm', recordKey(alarm), emptyBytes);
    this.#summarize();
    return alarm;
  }

  /** Lowers an alarm; undefined if it was not raised. */
  deactivate(memberID: bigint, type: number): AlarmMember | undefined {
    const existing = this.find(memberID, type);
    if (existing === undefined) return undefined;
    this.#all = this.#all.filter((alarm) => alarm !== existing);
    this.#backend.delete('alarm', recordKey(existing));
    this.#summarize();
    return existing;
  }

  #summarize(): void {
    this.#noSpace = this.#all.some((alarm) => alarm.alarm === AlarmType.NOSPACE);
    this.#corrupt = this.#all.some((alarm) => alarm.alarm === AlarmType.CORRUPT);
  }
}

// An alarm of member 0 and type NONE encodes to nothing, which cannot be a key; etcd has it fail in bbolt likewise.
function recordKey(alarm: AlarmMember): Uint8Array {
  const key = AlarmMember.encode(alarm);
  return key.length === 0 ? EMPTY_ALARM_KEY : key;
}

const EMPTY_ALARM_KEY = Buffer.from([0x10, 0x00]); // alarm = 0, written out: decodes to the same

function byMemberAndType(a: AlarmMember, b: AlarmMember): number {
  return a.memberID < b.memberID ? -1 : a.memberID > b.memberID ? 1 : a.alarm - b.alarm;
}
