// The commands of interaction transcripts.
import { utf8Bytes } from '@quorate/base';
import { type AnyConfChange, parseConfChanges } from '../confchange/codec.ts';
import type { Config } from '../config.ts';
import { describeEntries, describeMessage } from '../describe.ts';
import { NO_LIMIT } from '../limits.ts';
import { emptySnapshot, NO_BYTES, newMessage } from '../messages.ts';
import { describeRole } from '../raft.ts';
import type { Refusal } from '../refusal.ts';
import { isVoter } from '../tracker/membership.ts';
import type { Snapshot } from '../types.ts';
import { ConfChangeTransition, MessageType, ReadOnlyOption } from '../types.ts';
import {
  argument,
  booleanArgument,
  type Directive,
  firstNumber,
  numberArguments,
  parseNumber,
  TranscriptError,
} from './datadriven.ts';
import { CommandError, Environment, type Recipient, type TranscriptNode } from './environment.ts';
import { Output } from './output.ts';

type Command = (environment: Environment, directive: Directive) => void;
type Settings = { -readonly [Key in keyof Config]?: Config[Key] };

function nodesOf(environment: Environment, directive: Directive): TranscriptNode[] {
  return numberArguments(directive).map((number) => environment.node(number));
}

function firstNode(environment: Environment, directive: Directive): TranscriptNode {
  return environment.node(firstNumber(directive));
}

function check(refusal: Refusal | undefined): void {
  if (refusal !== undefined) throw new CommandError(refusal.message);
}

/** Runs an action for each of several nodes under a heading, or for one without. */
function forEachNode(
  environment: Environment,
  directive: Directive,
  what: string,
  action: (node: TranscriptNode) => void,
): void {
  const nodes = nodesOf(environment, directive);
  for (const node of nodes) {
    if (nodes.length === 1) {
      action(node);
      continue;
    }
    environment.output.write(`> ${node.id} ${what}`);
    environment.output.indented(() => action(node));
  }
}

const addNodes: Command = (environment, directive) => {
  const snapshot: Snapshot = emptySnapshot();
  const { confState } = snapshot.metadata;
  const settings: Settings = {};
  let bootstrap = false;
  for (const { key, values } of directive.args) {
    const value = values[0];
    if (value === undefined) continue;
    const number = (): number => parseNumber(value, key);
    switch (key) {
      case 'voters':
        confState.voters.push(...values.map(BigInt));
        bootstrap = true;
        break;
      case 'learners':
        confState.learners.push(...values.map(BigInt));
        bootstrap = true;
        break;
      case 'index':
        snapshot.metadata.index = number();
        settings.applied = snapshot.metadata.index;
        bootstrap = true;
        break;
      case 'content':
        snapshot.data = utf8Bytes(value);
        bootstrap = true;
        break;
      case 'inflight':
        settings.maxInflightMessages = number();
        break;
      case 'max-inflight-bytes':
        settings.maxInflightBytes = number();
        break;
      case 'max-size-per-msg':
        settings.maxSizePerMessage = number();
        break;
      case 'max-uncommitted-size':
        settings.maxUncommittedSize = number();
        break;
      case 'max-committed-size-per-ready':
        settings.maxCommittedSizePerReady = number();
        break;
      case 'async-storage-writes':
        settings.asyncStorageWrites = value === 'true';
        break;
      case 'prevote':
        settings.preVote = value === 'true';
        break;
      case 'checkquorum':
        settings.checkQuorum = value === 'true';
        break;
      case 'disable-conf-change-validation':
        settings.disableConfChangeValidation = value === 'true';
        break;
      case 'disable-proposal-forwarding':
        settings.disableProposalForwarding = value === 'true';
        break;
      case 'step-down-on-removal':
        settings.stepDownOnRemoval = value === 'true';
        break;
      case 'read-only':
        settings.readOnlyOption = readOnlyOption(value);
        break;
      default:
        throw new TranscriptError(`add-nodes does not know ${key}`);
    }
  }
  snapshot.metadata.term = bootstrap ? 1 : 0;
  environment.addNodes(firstNumber(directive), settings, snapshot, bootstrap);
};

function readOnlyOption(name: string): ReadOnlyOption {
  if (name === 'safe') return ReadOnlyOption.safe;
  if (name === 'lease-based') return ReadOnlyOption.leaseBased;
  throw new TranscriptError(`invalid read-only option "${name}"`);
}

const TRANSITIONS: Readonly<Record<string, number>> = {
  auto: ConfChangeTransition.ConfChangeTransitionAuto,
  implicit: ConfChangeTransition.ConfChangeTransitionJointImplicit,
  explicit: ConfChangeTransition.ConfChangeTransitionJointExplicit,
};

function confChangeOf(directive: Directive): AnyConfChange {
  const changes = parseConfChanges(directive.input);
  const transition = argument(directive, 'transition') ?? 'auto';
  const number = TRANSITIONS[transition];
  if (number === undefined) throw new CommandError(`unknown transition ${transition}`);
  if (!booleanArgument(directive, 'v1')) return { transition: number, changes, context: NO_BYTES };
  const single = changes[0];
  if (changes.length > 1 || single === undefined || number !== TRANSITIONS['auto']) {
    throw new CommandError('v1 conf change can only have one operation and no transition');
  }
  return { ID: 0n, type: single.type, nodeID: single.nodeID, context: NO_BYTES };
}

const deliverMessages: Command = (environment, directive) => {
  const recipients: Recipient[] = numberArguments(directive).map((id) => ({ id: BigInt(id), drop: false }));
  let type: number | undefined;
  for (const { key, values } of directive.args) {
    if (key === 'drop') {
      for (const value of values) {
        const id = BigInt(value);
        if (recipients.some((other) => other.id === id)) {
          throw new TranscriptError(`can't both deliver and drop msgs to ${id}`);
        }
        recipients.push({ id, drop: true });
      }
    } else if (key === 'type') {
      type = (MessageType as Readonly<Record<string, number>>)[values[0] ?? ''];
      if (type === undefined) throw new TranscriptError(`unknown message type ${values[0]}`);
    }
  }
  if (environment.deliver(recipients, type) === 0) environment.output.write('no messages');
};

function writeLog(environment: Environment, node: TranscriptNode): void {
  const { storage } = node;
  const first = storage.firstIndex();
  const last = storage.lastIndex();
  if (first > last) {
    environment.output.write(`log is empty: first index=${first}, last index=${last}`);
    return;
  }
  environment.output.write(describeEntries(storage.entries(first, last + 1, NO_LIMIT)));
}

const raftState: Command = (environment) => {
  for (const { raw } of environment.nodes) {
    const { id, role, hardState, leader, membership } = raw.status();
    const voter = isVoter(membership, id) ? '(Voter)' : '(Non-Voter)';
    environment.output.write(`${id}: ${describeRole(role)} ${voter} Term:${hardState.term} Lead:${leader}`);
  }
};

const sendSnapshot: Command = (environment, directive) => {
  const [from, to] = nodesOf(environment, directive);
  if (from === undefined || to === undefined) throw new TranscriptError('send-snapshot needs two nodes');
  const message = newMessage(MessageType.MsgSnap, to.id);
  message.from = from.id;
  message.term = from.raw.term;
  message.snapshot = from.storage.snapshot();
  environment.messages.push(message);
  environment.output.write(describeMessage(message));
};

function setLevel(output: Output, level: string | undefined): void {
  const problem = output.setLevel(level ?? '');
  if (problem !== undefined) throw new CommandError(problem);
}

const stabilize: Command = (environment, directive) => {
  const { output } = environment;
  const before = output.level;
  const level = argument(directive, 'log-level');
  if (level !== undefined) setLevel(output, level);
  try {
    const chosen = nodesOf(environment, directive);
    environment.stabilize(chosen.length > 0 ? chosen : environment.nodes);
  } finally {
    setLevel(output, before);
  }
};

function tick(node: TranscriptNode, ticks: number): void {
  for (let at = 0; at < ticks; at++) node.raw.tick();
}

const COMMANDS: Readonly<Record<string, Command>> = {
  _breakpoint: () => {},
  'add-nodes': addNodes,
  campaign: (environment, directive) => check(firstNode(environment, directive).raw.campaign()),
  compact: (environment, directive) => {
    const node = firstNode(environment, directive);
    node.storage.compact(parseNumber(directive.args[1]?.key, 'index'));
    writeLog(environment, node);
  },
  'deliver-msgs': deliverMessages,
  'forget-leader': (environment, directive) => firstNode(environment, directive).raw.forgetLeader(),
  'log-level': (environment, directive) => setLevel(environment.output, directive.args[0]?.key),
  'process-append-thread': (environment, directive) =>
    forEachNode(environment, directive, 'processing append thread', (node) =>
      environment.processAppendThread(node),
    ),
  'process-apply-thread': (environment, directive) =>
    forEachNode(environment, directive, 'processing apply thread', (node) =>
      environment.processApplyThread(node),
    ),
  'process-ready': (environment, directive) =>
    forEachNode(environment, directive, 'handling Ready', (node) => environment.processReady(node)),
  propose: (environment, directive) =>
    check(firstNode(environment, directive).raw.propose(utf8Bytes(directive.args[1]?.key ?? ''))),
  'propose-conf-change': (environment, directive) =>
    check(firstNode(environment, directive).raw.proposeConfChange(confChangeOf(directive))),
  'raft-log': (environment, directive) => writeLog(environment, firstNode(environment, directive)),
  'raft-state': raftState,
  'read-index': (environment, directive) =>
    firstNode(environment, directive).raw.readIndex(utf8Bytes(directive.args[1]?.key ?? '')),
  'report-snapshot': (environment, directive) => {
    const [from, to] = nodesOf(environment, directive);
    from?.raw.reportSnapshot(to?.id ?? 0n, booleanArgument(directive, 'failed') ? 'failed' : 'finished');
  },
  'report-unreachable': (environment, directive) => {
    const [from, to] = nodesOf(environment, directive);
    if (from === undefined || to === undefined)
      throw new TranscriptError('report-unreachable needs two nodes');
    from.raw.reportUnreachable(to.id);
  },
  'send-snapshot': sendSnapshot,
  'set-randomized-election-timeout': (environment, directive) => {
    firstNode(environment, directive).raw.raft.electionTimeout = parseNumber(
      argument(directive, 'timeout'),
      'timeout',
    );
  },
  stabilize,
  status: (environment, directive) => {
    for (const { id, text } of firstNode(environment, directive).raw.status().progress) {
      environment.output.write(`${id}: ${text}`);
    }
  },
  'tick-election': (environment, directive) => {
    const node = firstNode(environment, directive);
    tick(node, node.electionTicks);
  },
  'tick-heartbeat': (environment, directive) => {
    const node = firstNode(environment, directive);
    tick(node, node.heartbeatTicks);
  },
  'transfer-leadership': (environment, directive) => {
    const from = parseNumber(argument(directive, 'from'), 'from');
    const to = parseNumber(argument(directive, 'to'), 'to');
    environment.node(from).raw.transferLeader(BigInt(to));
  },
};

/** Whether such a command exists. */
export function isInteractionCommand(name: string): boolean {
  return Object.hasOwn(COMMANDS, name);
}

/** The state of one transcript. */
export class InteractionSession {
  readonly #output = new Output();
  readonly #environment = new Environment(this.#output);

  /** Runs one directive. @throws TranscriptError for a directive that makes no sense */
  run(directive: Directive): string {
    if (!isInteractionCommand(directive.command))
      throw new TranscriptError(`unknown command ${directive.command}`);
    const command = COMMANDS[directive.command] as Command;
    let problem = '';
    try {
      command(this.#environment, directive);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      problem = `${error.message}\n`;
    }
    const output = this.#output.take() + problem;
    return output === '' ? 'ok\n' : output;
  }
}
