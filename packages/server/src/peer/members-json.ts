// Members as peers tell them to each other: ids are bare JSON numbers of 64 bits, which JSON.parse would round.
import type { ClusterMember } from '../membership/cluster-member.ts';
import { encodeMember, parseMemberContext } from '../membership/cluster-member.ts';

/** The answer of `/members`. */
export function membersBody(members: readonly ClusterMember[]): string {
  return `[${members.map(encodeMember).join(',')}]\n`;
}

/** Reads that answer. @throws SyntaxError */
export function parseMembers(text: string): ClusterMember[] {
  const value: unknown = JSON.parse(text);
  if (value === null) return [];
  if (!Array.isArray(value)) throw new SyntaxError('not a list of members');
  return cutObjects(text).map((item) => parseMemberContext(item).member);
}

/** The texts of the objects in a JSON array of objects, which has been parsed before. */
function cutObjects(text: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let start = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{') {
      if (depth === 0) start = at;
      depth++;
    } else if (char === '}') {
      depth--;
      if (depth === 0) items.push(text.slice(start, at + 1));
    }
  }
  return items;
}
