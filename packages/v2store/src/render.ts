// Events as JSON: the body of /v2/keys answers and the events of a saved store.

import type { NodeView, V2Event } from './event.ts';
import { formatExpireTime } from './expire-time.ts';
import { jsonString } from './json.ts';

/** How much of the front of each key is left out (`/1`.length for user keys, 0 for a saved store). */
export type KeyTrim = number;

/** JSON of an event; fields as etcd writes them, zero ones left out. No newline. */
export function eventJson(event: V2Event, trim: KeyTrim): string {
  let text = `{"action":"${event.action}","node":${viewJson(event.node, trim)}`;
  if (event.prevNode !== undefined) text += `,"prevNode":${viewJson(event.prevNode, trim)}`;
  return `${text}}`;
}

/** As eventJson, with the mark of a refresh: only a saved store shows it. */
export function savedEventJson(event: V2Event): string {
  const text = eventJson(event, 0);
  return event.refresh ? `${text.slice(0, -1)},"refresh":true}` : text;
}

function viewJson(view: NodeView, trim: KeyTrim): string {
  if (view.nodes !== undefined && view.nodes.length > 0) return deepViewJson(view, trim);
  return `{${headFields(view, trim)}${indexFields(view)}}`;
}

/** Fields before `nodes`, each followed by a comma where another field may follow. */
function headFields(view: NodeView, trim: KeyTrim): string {
  let text =
    view.key.length > trim ? `"key":${jsonString(trim === 0 ? view.key : view.key.slice(trim))}` : '';
  if (view.value !== undefined) text += `${text === '' ? '' : ','}"value":${jsonString(view.value)}`;
  if (view.dir) text += `${text === '' ? '' : ','}"dir":true`;
  if (view.expiration !== undefined) {
    text += `${text === '' ? '' : ','}"expiration":"${formatExpireTime(view.expiration)}"`;
    if (view.ttl !== 0) text += `,"ttl":${view.ttl}`;
  }
  return text;
}

/** The last fields of a node, each with a comma before it. */
export function indexFields(view: { readonly modifiedIndex: number; readonly createdIndex: number }): string {
  let text = '';
  if (view.modifiedIndex !== 0) text += `,"modifiedIndex":${view.modifiedIndex}`;
  if (view.createdIndex !== 0) text += `,"createdIndex":${view.createdIndex}`;
  return text;
}

/** A listing. Keeps its own stack, as deep as the listing is. */
function deepViewJson(top: NodeView, trim: KeyTrim): string {
  let text = `{${headFields(top, trim)},"nodes":[`;
  const stack: { view: NodeView; at: number }[] = [{ view: top, at: 0 }];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const child = (frame.view.nodes as readonly NodeView[])[frame.at];
    if (child === undefined) {
      text += `]${indexFields(frame.view)}}`;
      stack.pop();
      continue;
    }
    text += `${frame.at === 0 ? '' : ','}{${headFields(child, trim)}`;
    frame.at++;
    if (child.nodes !== undefined && child.nodes.length > 0) {
      text += ',"nodes":[';
      stack.push({ view: child, at: 0 });
    } else {
      text += `${indexFields(child)}}`;
    }
  }
  return text;
}
