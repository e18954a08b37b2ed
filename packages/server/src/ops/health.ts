// /health, /livez and /readyz: whether this member can do its work, by the rules and words of etcd 3.4 to 3.7.
import type { MemberApi, ReadSink } from '../member/seam.ts';

/** Alarm types by their number in the API. */
const ALARM_NAMES: Readonly<Record<number, string>> = { 1: 'NOSPACE', 2: 'CORRUPT' };

/** How long a health check waits for a linearizable read. */
export const HEALTH_READ_TIMEOUT_MS = 1000;

/** `reason` is empty when healthy. */
export interface Health {
  readonly healthy: boolean;
  readonly reason: string;
}

/** Runs a read barrier with a time limit. Resolves with the reason of a failure, or undefined. */
function linearizableRead(member: MemberApi): Promise<string | undefined> {
  return new Promise((resolve) => {
    const sink: ReadSink = {
      cancelled: false,
      ready: () => finish(undefined),
      failed: (error) => finish(error.message),
    };
    const timer = setTimeout(() => finish('context deadline exceeded'), HEALTH_READ_TIMEOUT_MS);
    const finish = (reason: string | undefined): void => {
      if (sink.cancelled) return;
      sink.cancelled = true;
      clearTimeout(timer);
      resolve(reason);
    };
    member.readBarrier(sink);
  });
}

/** The answer of /health: alarms first, then a leader, then a read. */
export async function checkHealth(
  member: MemberApi,
  options: { readonly serializable: boolean; readonly exclude: ReadonlySet<string> },
): Promise<Health> {
  for (const { alarm } of member.alarms()) {
    const name = ALARM_NAMES[alarm] ?? 'UNKNOWN';
    if (!options.exclude.has(name)) return { healthy: false, reason: `ALARM ${name}` };
  }
  if (options.serializable) return { healthy: true, reason: '' };
  if (member.leaderId() === 0n) return { healthy: false, reason: 'RAFT NO LEADER' };
  const failure = await linearizableRead(member);
  return failure === undefined
    ? { healthy: true, reason: '' }
    : { healthy: false, reason: `RANGE ERROR:${failure}` };
}

/** One named check of /livez or /readyz; resolves with the reason of a failure, or undefined. */
export interface Check {
  readonly name: string;
  run(): Promise<string | undefined>;
}

/** The checks behind /livez. */
export function livezChecks(member: MemberApi): readonly Check[] {
  return [serializableRead(member)];
}

/** The checks behind /readyz. A full store does not fail them: the member still serves reads and deletes. */
export function readyzChecks(member: MemberApi): readonly Check[] {
  return [
    {
      name: 'data_corruption',
      run: async () =>
        member.alarms().some(({ alarm }) => alarm === 2) ? 'alarm activated: CORRUPT' : undefined,
    },
    serializableRead(member),
    { name: 'linearizable_read', run: () => linearizableRead(member) },
    {
      name: 'non_learner',
      run: async () => (member.isLearner() ? 'member is a learner' : undefined),
    },
  ];
}

function serializableRead(member: MemberApi): Check {
  return {
    name: 'serializable_read',
    run: async () => (member.isStopping() ? 'server stopped' : undefined),
  };
}
