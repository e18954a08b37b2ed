"""Exercises a server through Debian's python3-etcd3 (v3 API). Usage: v3_client.py PORT. Prints one line a check."""
import sys
import time

import etcd3

PORT = int(sys.argv[1])
client = etcd3.client(host="127.0.0.1", port=PORT, timeout=10)
failed = 0


def check(name, condition):
    global failed
    print(("ok " if condition else "FAILED ") + name, flush=True)
    failed += 0 if condition else 1


def raises(kind, call):
    try:
        call()
    except kind:
        return True
    return False


status = client.status()
check("status", status.leader is not None and status.raft_term > 0 and status.db_size > 0)
check("members", [member.name for member in client.members][0] != "")
client.put("py/a", "1")
value, meta = client.get("py/a")
check("put and get", value == b"1" and meta.version == 1)
check("previous value", client.put("py/a", "2", prev_kv=True).prev_kv.value == b"1")
check("missing key", client.get("py/none") == (None, None))
for n in range(10):
    client.put("py/range/%02d" % n, str(n))
check("prefix", [v for v, _ in client.get_prefix("py/range/")] == [str(n).encode() for n in range(10)])
check("descending", [v for v, _ in client.get_prefix("py/range/", sort_order="descend")][0] == b"9")
check("keys only", all(v == b"" for v, _ in client.get_prefix("py/range/", keys_only=True)))
check("range", len(list(client.get_range("py/range/02", "py/range/05"))) == 3)
check("put if absent", client.put_if_not_exists("py/new", "x") and not client.put_if_not_exists("py/new", "y"))
check("replace", client.replace("py/new", "x", "z") and not client.replace("py/new", "x", "y"))
check("delete", client.delete("py/new") and not client.delete("py/new"))
check("delete prefix", client.delete_prefix("py/range/").deleted == 10)
ok, answers = client.transaction(
    compare=[client.transactions.value("py/a") == "2", client.transactions.version("py/a") > 0],
    success=[client.transactions.put("py/b", "then"), client.transactions.get("py/b")],
    failure=[client.transactions.put("py/b", "else")],
)
check("transaction", ok and answers[1][0][0] == b"then")
ok, _ = client.transaction(
    compare=[client.transactions.create("py/a") == 0],
    success=[],
    failure=[client.transactions.delete("py/b")],
)
check("transaction that fails", not ok and client.get("py/b")[0] is None)

events, cancel = client.watch_prefix("py/w/")
client.put("py/w/1", "x")
client.delete("py/w/1")
first, second = next(events), next(events)
check("watch", isinstance(first, etcd3.events.PutEvent) and isinstance(second, etcd3.events.DeleteEvent))
cancel()
revision = client.put("py/h", "1").header.revision
client.put("py/h", "2")
events, cancel = client.watch("py/h", start_revision=revision)
check("watch from a revision", [next(events).value, next(events).value] == [b"1", b"2"])
cancel()

lease = client.lease(5)
client.put("py/leased", "x", lease=lease)
check("lease", 0 < lease.remaining_ttl <= 5 and lease.granted_ttl == 5 and lease.keys == [b"py/leased"])
check("keep alive", [answer.TTL for answer in lease.refresh()] == [5])
lease.revoke()
check("revoke", client.get("py/leased")[0] is None)
lease = client.lease(1)
client.put("py/leased", "x", lease=lease)
time.sleep(4)
check("expiry", client.get("py/leased")[0] is None)

with client.lock("py-lock", ttl=10) as lock:
    check("lock", lock.is_acquired())
check("unlock", not lock.is_acquired())

revision = client.put("py/c", "1").header.revision
client.put("py/c", "2")
client.compact(revision + 1)
check("compaction", raises(Exception, lambda: client.compact(revision)))
check("hash", client.hash() != 0)
check("defragment", client.defragment() is None)
check("alarms", list(client.list_alarms()) == [])
sys.exit(1 if failed else 0)
