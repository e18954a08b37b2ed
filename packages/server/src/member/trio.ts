// A cluster of three for tests, without a network and on a clock that stands still.
import { seededRandom } from '@quorate/base';
import type { Message } from '@quorate/raft';
import { type Interference, interferingDisk } from './interfering-disk.ts';
import type { Member } from './member.ts';
import type { MemberOptions } from './options.ts';
import { TestClock } from './test-clock.ts';
import { TestPlace } from './testing.ts';
import type { PeerReceiver, PeerTransport } from './transport.ts';

export const ELECTION_MS = 1000;
const names = ['a', 'b', 'c'];

/** Three members in one process, with a disk each that the test can hold up. */
export class Trio {
  readonly clock = new TestClock();
  readonly disks: Interference[] = names.map(() => ({}));
  readonly members: Member[] = [];
  readonly #places: TestPlace[] = [];
  readonly #receivers = new Map<bigint, PeerReceiver>();
  /** Messages of these members go nowhere. */
  readonly cutOff = new Set<bigint>();
  sent = 0;
  /** Sees every message that is sent. */
  onSend: ((message: Message) => void) | undefined;

  async start(): Promise<void> {
    for (const [at, name] of names.entries()) {
      const disk = interferingDisk(this.disks[at] as Interference);
      this.#places.push(new TestPlace({ clock: this.clock, disk }));
      this.members.push(await this.#launch(at, name));
    }
    for (let round = 0; round < 100 && this.leaders().length === 0; round++) await this.clock.advance(100);
    await this.clock.advance(500);
  }

  /** Ends a member as a power failure would, and starts it again on what was durable. Its log is then where this says. */
  async restart(
    member: Member,
    overrides: Partial<MemberOptions> = {},
  ): Promise<{ readonly member: Member; readonly directory: string }> {
    const at = this.members.indexOf(member);
    const place = this.#places[at] as TestPlace;
    await place.crash(member);
    const again = await this.#launch(at, names[at] as string, overrides);
    this.members[at] = again;
    return { member: again, directory: place.directory };
  }

  #launch(at: number, name: string, overrides: Partial<MemberOptions> = {}): Promise<Member> {
    return (this.#places[at] as TestPlace).start({
      name,
      initialCluster: names.map((one) => `${one}=http://${one}:2380`).join(','),
      peerURLs: [`http://${name}:2380`],
      random: seededRandom(at + 1),
      createTransport: (receiver, { memberId }) => {
        this.#receivers.set(memberId, receiver);
        return this.#transport(memberId);
      },
      ...overrides,
    });
  }

  leaders(): Member[] {
    return this.members.filter((member) => member.isLeader());
  }

  at(member: Member): Interference {
    return this.disks[this.members.indexOf(member)] as Interference;
  }

  async stop(): Promise<void> {
    for (const [at, member] of this.members.entries()) await this.#places[at]?.crash(member);
    for (const place of this.#places) place.remove();
  }

  #transport(from: bigint): PeerTransport {
    return {
      send: (messages) => {
        for (const message of messages) {
          if (this.cutOff.has(from) || this.cutOff.has(message.to)) continue;
          this.sent++;
          this.onSend?.(message);
          setImmediate(() => this.#receivers.get(message.to)?.step(message));
        }
      },
      addPeer() {},
      removePeer() {},
      updatePeer() {},
      activeSinceMs: () => 0,
      versionOf: () => undefined,
      renewLease: (leader, id) =>
        new Promise((resolve, reject) => {
          const target = this.members.find(({ memberId }) => memberId === leader);
          target?.lease.keepAlive(id, { cancelled: false, renewed: resolve, failed: reject });
        }),
      leaseTimeToLive: () => Promise.reject(new Error('not in this test')),
      promoteMember: () => Promise.reject(new Error('not in this test')),
      stop: () => Promise.resolve(),
    };
  }
}
