/** The v2 store that a new cluster begins with, in the JSON of its snapshots: nothing but the members. */
import { hex64 } from '@quorate/base';
import { jsonString } from '@quorate/proto';
import { V2_HISTORY_EVENTS } from './limits.ts';
import { encodeRaftAttributes, type FoundingMember } from './members.ts';

interface Node {
  readonly path: string;
  readonly index: number;
  /** Text of a file, or the children of a directory by name. */
  readonly content: string | ReadonlyMap<string, Node>;
}

function encodeNode({ path, index, content }: Node): string {
  const isFile = typeof content === 'string';
  const children = isFile
    ? 'null'
    : `{${[...content].map(([name, child]) => `${jsonString(name)}:${encodeNode(child)}`).join(',')}}`;
  return (
    `{"Path":${jsonString(path)},"CreatedIndex":${index},"ModifiedIndex":${index},` +
    `"ExpireTime":"0001-01-01T00:00:00Z","Value":${isFile ? jsonString(content) : '""'},"Children":${children}}`
  );
}

/** The whole store, as if the members had been added one after the other. */
export function encodeV2Store(members: readonly FoundingMember[]): string {
  const children = new Map<string, Node>();
  members.forEach((member, at) => {
    const id = hex64(member.id);
    const path = `/0/members/${id}`;
    const attributes: Node = {
      path: `${path}/raftAttributes`,
      index: at + 1,
      content: encodeRaftAttributes(member),
    };
    children.set(id, { path, index: at + 1, content: new Map([['raftAttributes', attributes]]) });
  });
  const list: Node = { path: '/0/members', index: 1, content: children };
  const root: Node = {
    path: '/',
    index: 0,
    content: new Map([
      ['0', { path: '/0', index: 0, content: new Map([['members', list]]) }],
      ['1', { path: '/1', index: 0, content: new Map() }],
    ]),
  };
  const events = new Array<string>(V2_HISTORY_EVENTS).fill('null').join(',');
  const history =
    `{"Queue":{"Events":[${events}],"Size":0,"Front":0,"Back":0,"Capacity":${V2_HISTORY_EVENTS}},` +
    `"StartIndex":0,"LastIndex":${members.length}}`;
  const stats = statistics.map((name) => `"${name}":${name === 'createSuccess' ? members.length : 0}`);
  return (
    `{"Root":${encodeNode(root)},"WatcherHub":{"EventHistory":${history}},` +
    `"CurrentIndex":${members.length},"Stats":{${stats.join(',')}},"CurrentVersion":2}`
  );
}

const statistics = [
  'getsSuccess',
  'getsFail',
  'setsSuccess',
  'setsFail',
  'deleteSuccess',
  'deleteFail',
  'updateSuccess',
  'updateFail',
  'createSuccess',
  'createFail',
  'compareAndSwapSuccess',
  'compareAndSwapFail',
  'compareAndDeleteSuccess',
  'compareAndDeleteFail',
  'expireCount',
  'watchers',
] as const;
