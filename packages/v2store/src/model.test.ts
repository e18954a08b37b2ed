// The store against a naive model: a flat map of paths, searched in full for every question.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { expireTimeFromMs, V2Error, type V2Result, V2Store } from './index.ts';

const now = Date.UTC(2026, 0, 1);

interface Entry {
  value: string | undefined; // undefined: a directory
  created: number;
  modified: number;
  expiresMs: number; // Infinity: permanent
}

/** What happened, reduced to what matters: an error code, or the index of the change. */
type Outcome = { code: number } | { index: number };

class Model {
  readonly entries = new Map<string, Entry>([
    ['/1', { value: undefined, created: 0, modified: 0, expiresMs: Infinity }],
  ]);
  index = 0;

  find(path: string): Entry | number {
    const segments = path.split('/').slice(1);
    for (let depth = 1; depth < segments.length; depth++) {
      const above = this.entries.get(`/${segments.slice(0, depth).join('/')}`);
      if (above === undefined) return 100;
      if (above.value !== undefined) return 104;
    }
    return this.entries.get(path) ?? 100;
  }

  put(path: string, dir: boolean, value: string, expiresMs: number, replace: boolean): Outcome {
    const found = this.find(path);
    if (found === 104) return { code: 104 };
    if (typeof found === 'object') {
      if (!replace) return { code: 105 };
      if (found.value === undefined) return { code: 102 };
    }
    const index = ++this.index;
    const segments = path.split('/').slice(1);
    for (let depth = 1; depth < segments.length; depth++) {
      const above = `/${segments.slice(0, depth).join('/')}`;
      if (this.entries.has(above)) continue;
      this.entries.set(above, { value: undefined, created: index, modified: index, expiresMs: Infinity });
    }
    this.entries.set(path, { value: dir ? undefined : value, created: index, modified: index, expiresMs });
    return { index };
  }

  update(
    path: string,
    value: string,
    expiresMs: number,
    prevValue: string,
    prevIndex: number,
    swap: boolean,
  ): Outcome {
    const found = this.find(path);
    if (typeof found === 'number') return { code: found };
    if (found.value === undefined && (swap || value !== '')) return { code: 102 };
    if (prevValue !== '' && prevValue !== found.value) return { code: 101 };
    if (prevIndex !== 0 && prevIndex !== found.modified) return { code: 101 };
    const index = ++this.index;
    found.expiresMs = expiresMs;
    if (found.value !== undefined) {
      found.value = value;
      found.modified = index;
    }
    return { index };
  }

  delete(path: string, dir: boolean, recursive: boolean): Outcome {
    const found = this.find(path);
    if (typeof found === 'number') return { code: found };
    const below = [...this.entries.keys()].filter((key) => key.startsWith(`${path}/`));
    if (found.value === undefined && !recursive) {
      if (!dir) return { code: 102 };
      if (below.length > 0) return { code: 108 };
    }
    for (const key of [path, ...below]) this.entries.delete(key);
    return { index: ++this.index };
  }

  expire(cutoffMs: number): void {
    for (;;) {
      const due = [...this.entries].filter(([, entry]) => entry.expiresMs <= cutoffMs);
      const byTime = (a: [string, Entry], b: [string, Entry]): number =>
        a[1].expiresMs - b[1].expiresMs || a[1].created - b[1].created || (a[0] < b[0] ? -1 : 1);
      const next = due.sort(byTime)[0];
      if (next === undefined) return;
      this.delete(next[0], true, true);
    }
  }
}

function outcome(result: V2Result): Outcome {
  return result instanceof V2Error ? { code: result.errorCode } : { index: result.etcdIndex };
}

/** All nodes of a store, hidden ones included, as the model keeps them. */
function contents(store: V2Store): Map<string, Entry> {
  interface Saved {
    Path: string;
    CreatedIndex: number;
    ModifiedIndex: number;
    ExpireTime: string;
    Value: string;
    Children: Record<string, Saved> | null;
  }
  const all = new Map<string, Entry>();
  const visit = (node: Saved): void => {
    all.set(node.Path, {
      value: node.Children === null ? node.Value : undefined,
      created: node.CreatedIndex,
      modified: node.ModifiedIndex,
      expiresMs: node.ExpireTime.startsWith('0001') ? Infinity : Date.parse(node.ExpireTime),
    });
    for (const child of Object.values(node.Children ?? {})) visit(child);
  };
  visit(
    (JSON.parse(Buffer.from(store.save()).toString()) as { Root: { Children: { 1: Saved } } }).Root
      .Children[1],
  );
  return all;
}

const step = fc.record({
  kind: fc.constantFrom('set', 'set', 'setDir', 'create', 'update', 'cas', 'cad', 'delete', 'sync'),
  path: fc
    .array(fc.constantFrom('a', 'b', '_c'), { minLength: 1, maxLength: 4 })
    .map((names) => `/1/${names.join('/')}`),
  value: fc.constantFrom('', 'x', 'y'),
  prevValue: fc.constantFrom('', 'x', 'y'),
  prevIndexBack: fc.constantFrom(-1, 0, 1, 2),
  ttlMs: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
  dir: fc.boolean(),
  recursive: fc.boolean(),
});

test('random histories leave the same tree, indexes and errors as a naive model', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const store = new V2Store(['/1']);
      const model = new Model();
      for (const { kind, path, value, prevValue, prevIndexBack, ttlMs, dir, recursive } of steps) {
        const expiresMs = ttlMs === undefined ? Infinity : now + ttlMs;
        const ttl = {
          expiration: ttlMs === undefined ? undefined : expireTimeFromMs(expiresMs),
          refresh: false,
        };
        const prevIndex = prevIndexBack < 0 ? 0 : Math.max(0, model.index - prevIndexBack);
        const expected = { prevValue, prevIndex };
        switch (kind) {
          case 'set':
          case 'setDir': {
            const asDir = kind === 'setDir';
            const ours = outcome(store.set(path, asDir, value, ttl, now));
            assert.deepEqual(ours, model.put(path, asDir, value, expiresMs, true));
            break;
          }
          case 'create':
            assert.deepEqual(
              outcome(store.create(path, dir, value, ttl, now)),
              model.put(path, dir, value, expiresMs, false),
            );
            break;
          case 'update':
            assert.deepEqual(
              outcome(store.update(path, value, ttl, now)),
              model.update(path, value, expiresMs, '', 0, false),
            );
            break;
          case 'cas': {
            const ours = outcome(store.compareAndSwap(path, expected, value, ttl, now));
            assert.deepEqual(ours, model.update(path, value, expiresMs, prevValue, prevIndex, true));
            break;
          }
          case 'cad': {
            const ours = outcome(store.compareAndDelete(path, expected, now));
            const found = model.find(path);
            if (typeof found === 'number') assert.deepEqual(ours, { code: found });
            else if (found.value === undefined) assert.deepEqual(ours, { code: 102 });
            else {
              const matches =
                (prevValue === '' || prevValue === found.value) &&
                (prevIndex === 0 || prevIndex === found.modified);
              assert.deepEqual(ours, matches ? model.delete(path, false, false) : { code: 101 });
            }
            break;
          }
          case 'delete':
            assert.deepEqual(
              outcome(store.delete(path, dir, recursive, now)),
              model.delete(path, dir, recursive),
            );
            break;
          case 'sync':
            store.deleteExpired(expireTimeFromMs(now + (ttlMs ?? 0)), now);
            model.expire(now + (ttlMs ?? 0));
            break;
        }
        assert.equal(store.index, model.index);
      }
      const sortEntries = (entries: Map<string, Entry>): [string, Entry][] =>
        [...entries].sort((a, b) => (a[0] < b[0] ? -1 : 1));
      assert.deepEqual(sortEntries(contents(store)), sortEntries(model.entries));
      const copy = new V2Store(['/1']);
      copy.recover(store.save());
      assert.deepEqual(copy.save(), store.save());
    }),
    { numRuns: 500 },
  );
});
