// The store against recorded answers of Go etcd's own v2 store (testdata/, made by scripts/record-go-vectors.mjs).

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  eventJson,
  expireTimeFromUnixNano,
  momentFromUnixNano,
  V2Error,
  type V2Result,
  V2Store,
  type V2Watcher,
} from './index.ts';
import { jsonString } from './json.ts';
import { savedEventJson } from './render.ts';

interface Operation {
  Op: string;
  Path: string;
  ID: number;
  Dir?: boolean;
  Value?: string;
  Recursive?: boolean;
  Sorted?: boolean;
  Stream?: boolean;
  Refresh?: boolean;
  PrevValue?: string;
  PrevIndex?: number;
  Since?: number;
}

const nowMs = Date.UTC(2100, 0, 1);
const vectors = readFileSync(new URL('../testdata/go-store-vectors.jsonl', import.meta.url), 'utf8');
const ttlField = /,"ttl":-?\d+/g;

function errorJson(error: V2Error): string {
  const { errorCode, message, cause, index } = error;
  const causeField = cause === '' ? '' : `,"cause":${jsonString(cause)}`;
  return `{"errorCode":${errorCode},"message":"${message}"${causeField},"index":${index}}`;
}

function resultJson(result: V2Result): string {
  return result instanceof V2Error ? errorJson(result) : savedEventJson(result);
}

/** Go tells a stream twice of the deletion of the very path it watches; we tell it once. */
function withoutRepeats(answer: string): string {
  const events = JSON.parse(answer) as unknown[];
  const texts = events.map((event) => JSON.stringify(event));
  return texts.filter((text, at) => at === 0 || text !== texts[at - 1]).join();
}

/** One operation on our store, printed as the recorder printed Go's answer. */
function perform(
  store: V2Store,
  watchers: Map<number, V2Watcher>,
  operation: Operation,
  line: string,
): string {
  const {
    Path: path,
    Dir: dir = false,
    Value: value = '',
    Recursive: recursive = false,
    Refresh: refresh = false,
  } = operation;
  const nanos = BigInt(/"Expiration":(\d+)/.exec(line)?.[1] ?? 0);
  const ttl = { expiration: expireTimeFromUnixNano(nanos), refresh };
  const expected = { prevValue: operation.PrevValue ?? '', prevIndex: operation.PrevIndex ?? 0 };
  switch (operation.Op) {
    case 'get':
      return resultJson(store.get(path, recursive, operation.Sorted ?? false, nowMs));
    case 'create':
      return resultJson(store.create(path, dir, value, ttl, nowMs));
    case 'inorder':
      return resultJson(store.createInOrder(path, dir, value, ttl, nowMs));
    case 'set':
      return resultJson(store.set(path, dir, value, ttl, nowMs));
    case 'update':
      return resultJson(store.update(path, value, ttl, nowMs));
    case 'cas':
      return resultJson(store.compareAndSwap(path, expected, value, ttl, nowMs));
    case 'cad':
      return resultJson(store.compareAndDelete(path, expected, nowMs));
    case 'delete':
      return resultJson(store.delete(path, dir, recursive, nowMs));
    case 'sync':
      store.deleteExpired(momentFromUnixNano(nanos), nowMs);
      return String(store.index);
    case 'watch': {
      const watcher = store.watch(path, recursive, operation.Stream ?? false, operation.Since ?? 0);
      if (watcher instanceof V2Error) return errorJson(watcher);
      watchers.set(operation.ID, watcher);
      return String(watcher.startIndex);
    }
    case 'drain': {
      const events: string[] = [];
      const watcher = watchers.get(operation.ID);
      for (let event = watcher?.take(); event !== undefined; event = watcher?.take())
        events.push(eventJson(event, 0));
      return `[${events.join(',')}]`;
    }
    case 'stats':
      return store.statsJson();
    case 'save':
      return Buffer.from(store.save()).toString();
    default:
      throw new Error(`unknown operation ${operation.Op}`);
  }
}

test('every recorded operation of Go etcd gives the same event, error, index, watch and saved store', () => {
  const store = new V2Store();
  const watchers = new Map<number, V2Watcher>();
  let count = 0;
  for (const vector of vectors.trimEnd().split('\n')) {
    const [line, expected] = vector.split('\t') as [string, string];
    const answer = perform(store, watchers, JSON.parse(line) as Operation, line);
    const [ours, theirs] = line.startsWith('{"Op":"drain"')
      ? [withoutRepeats(answer.replace(ttlField, '')), withoutRepeats(expected)]
      : [answer.replace(ttlField, ''), expected];
    assert.equal(ours, theirs, `operation ${count}: ${line}`);
    count++;
  }
  assert.ok(count > 2000);
});
