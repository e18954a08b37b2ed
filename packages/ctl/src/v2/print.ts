/** How the v2 commands print what a keys request answered. */
import type { V2Event, V2Node } from '@quorate/client';
import { jsonString } from '@quorate/proto';
import { stderr, stdout } from '../cli/output.ts';

/** Prints an event in the format of --output. */
export function printEvent(event: V2Event, format: string): void {
  switch (format) {
    case 'simple':
      stdout.write(
        event.action === 'delete'
          ? `PrevNode.Value: ${event.prevNode?.value ?? ''}\n`
          : `${event.node.value ?? ''}\n`,
      );
      break;
    case 'extended':
      stdout.write(extended(event));
      break;
    case 'json':
      stdout.write(
        `{"action":${jsonString(event.action)},"node":${nodeJson(event.node)},"prevNode":${nodeJson(event.prevNode)}}\n`,
      );
      break;
    default:
      stderr.write(`Unsupported output format: ${format}\n`);
  }
}

function extended({ action, node, prevNode, index }: V2Event): string {
  const lines = [
    `Key: ${node.key}`,
    `Created-Index: ${node.createdIndex}`,
    `Modified-Index: ${node.modifiedIndex}`,
  ];
  if (prevNode !== undefined) lines.push(`PrevNode.Value: ${prevNode.value ?? ''}`);
  lines.push(`TTL: ${node.ttl ?? 0}`, `Index: ${index}`);
  if (action !== 'delete') lines.push('', node.value ?? '');
  return `${lines.join('\n')}\n`;
}

/** JSON as etcd's Go client prints a node. */
function nodeJson(node: V2Node | undefined): string {
  if (node === undefined) return 'null';
  const members = [`"key":${jsonString(node.key)}`];
  if (node.dir === true) members.push('"dir":true');
  members.push(`"value":${jsonString(node.value ?? '')}`);
  members.push(`"nodes":${node.nodes === undefined ? 'null' : `[${node.nodes.map(nodeJson).join(',')}]`}`);
  members.push(`"createdIndex":${node.createdIndex}`, `"modifiedIndex":${node.modifiedIndex}`);
  if (node.expiration !== undefined) members.push(`"expiration":${jsonString(node.expiration)}`);
  if ((node.ttl ?? 0) !== 0) members.push(`"ttl":${node.ttl}`);
  return `{${members.join(',')}}`;
}

/** Names of a node and of all below it, a line each; directories end in a slash if `slashes`. */
export function printNames(node: V2Node, slashes: boolean): void {
  stdout.write(`${node.key}${node.dir === true && slashes ? '/' : ''}\n`);
  for (const child of node.nodes ?? []) printNames(child, slashes);
}
