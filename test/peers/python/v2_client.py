"""Exercises a server through Debian's python3-etcd (v2 API). Usage: v2_client.py PORT. Prints one line a check."""
import sys
import threading
import time

import etcd

PORT = int(sys.argv[1])
client = etcd.Client(host="127.0.0.1", port=PORT, allow_reconnect=False)
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


check("version", client.version not in (None, ""))
check("machines", client.machines == ["http://127.0.0.1:%d" % PORT])
check("leader", client.leader["clientURLs"] == ["http://127.0.0.1:%d" % PORT])
check("members", len(client.members) == 1)
check("stats", client.stats["state"] == "StateLeader")
check("store stats", "setsSuccess" in client.store_stats)

check("write and read", client.write("/py/a", "1").value == "1" and client.read("/py/a").value == "1")
check("set keeps prevNode", client.set("/py/a", "2")._prev_node.value == "1")
check("missing key", raises(etcd.EtcdKeyNotFound, lambda: client.read("/py/none")))
check("create existing", raises(etcd.EtcdAlreadyExist, lambda: client.write("/py/a", "x", prevExist=False)))
check("compare and swap", client.test_and_set("/py/a", "3", "2").value == "3")
check("compare fails", raises(etcd.EtcdCompareFailed, lambda: client.test_and_set("/py/a", "4", "2")))
check("prevIndex", client.write("/py/a", "5", prevIndex=client.read("/py/a").modifiedIndex).value == "5")
check("append in order", client.write("/py/queue", "x", append=True).key < client.write("/py/queue", "y", append=True).key)
check("directory", client.write("/py/dir", None, dir=True).dir)
check("not a file", raises(etcd.EtcdNotFile, lambda: client.write("/py/dir", "x")))
check("not a directory", raises(etcd.EtcdNotDir, lambda: client.write("/py/a/below", "x")))
client.write("/py/dir/one", "1")
client.write("/py/dir/two", "2")
check("directory not empty", raises(etcd.EtcdDirNotEmpty, lambda: client.delete("/py/dir", dir=True)))
check("children", sorted(child.key for child in client.read("/py/dir").children) == ["/py/dir/one", "/py/dir/two"])
check("recursive", sorted(leaf.value for leaf in client.read("/py/dir", recursive=True).leaves) == ["1", "2"])
check("update object", client.update(client.read("/py/dir/one")).value == "1")
check("pop", client.pop("/py/dir/one").value == "1")
check("delete recursive", client.delete("/py/dir", recursive=True).action == "delete")
check("delete with a compare", raises(etcd.EtcdCompareFailed, lambda: client.delete("/py/a", prevValue="no")))

check("ttl", client.write("/py/ttl", "x", ttl=1).ttl == 1)
check("refresh", client.refresh("/py/ttl", ttl=1).ttl == 1)
time.sleep(2.2)
check("expired", raises(etcd.EtcdKeyNotFound, lambda: client.read("/py/ttl")))

seen = []
watching = threading.Thread(target=lambda: seen.append(etcd.Client(host="127.0.0.1", port=PORT).watch("/py/w", timeout=10).value))
watching.start()
time.sleep(0.5)
client.write("/py/w", "news")
watching.join(10)
check("watch", seen == ["news"])
index = client.write("/py/w", "first").modifiedIndex
client.write("/py/w", "second")
check("watch from an index", client.watch("/py/w", index=index).value == "first")
check("watch recursive", client.watch("/py", index=index + 1, recursive=True).value == "second")
check("watch timeout", raises(etcd.EtcdWatchTimedOut, lambda: client.watch("/py/quiet", timeout=1)))

lock = etcd.Lock(client, "the-lock")
check("lock", lock.acquire(blocking=True, lock_ttl=10) and lock.is_acquired)
lock.release()
check("unlock", not lock.is_acquired)
sys.exit(1 if failed else 0)
