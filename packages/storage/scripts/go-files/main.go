// Reads and writes log, snapshot and bbolt files with Go etcd's own packages, for the tests that compare them
// with ours. Built by scripts/build-go-files.mjs against the sources Debian ships (golang-etcd-server-dev).
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	bolt "go.etcd.io/bbolt"
	"go.etcd.io/etcd/etcdserver/api/snap"
	"go.etcd.io/etcd/raft/raftpb"
	"go.etcd.io/etcd/wal"
	"go.etcd.io/etcd/wal/walpb"
	"go.uber.org/zap"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func number(text string) uint64 {
	n, err := strconv.ParseUint(text, 10, 64)
	check(err)
	return n
}

type entry struct {
	Type  int32  `json:"type"`
	Term  uint64 `json:"term"`
	Index uint64 `json:"index"`
	Data  string `json:"data"`
}

type contents struct {
	Metadata string  `json:"metadata"`
	Term     uint64  `json:"term"`
	Vote     string  `json:"vote"`
	Commit   uint64  `json:"commit"`
	Entries  []entry `json:"entries"`
}

func print(value interface{}) {
	text, err := json.Marshal(value)
	check(err)
	fmt.Println(string(text))
}

// The payload of entry i in the scripted logs: i % 300 bytes of value i.
func payload(i uint64) []byte {
	if i%300 == 0 {
		return nil
	}
	data := make([]byte, i%300)
	for at := range data {
		data[at] = byte(i)
	}
	return data
}

func walRead(dir string, index, term uint64, write bool) {
	at := walpb.Snapshot{Index: index, Term: term}
	var w *wal.WAL
	var err error
	if write {
		w, err = wal.Open(zap.NewNop(), dir, at)
	} else {
		w, err = wal.OpenForRead(zap.NewNop(), dir, at)
	}
	check(err)
	metadata, state, entries, err := w.ReadAll()
	check(err)
	out := contents{Metadata: hex.EncodeToString(metadata), Term: state.Term, Vote: fmt.Sprint(state.Vote), Commit: state.Commit}
	for _, e := range entries {
		out.Entries = append(out.Entries, entry{int32(e.Type), e.Term, e.Index, hex.EncodeToString(e.Data)})
	}
	print(out)
	if write {
		next := uint64(index + 1)
		if len(entries) > 0 {
			next = entries[len(entries)-1].Index + 1
		}
		check(w.Save(raftpb.HardState{Term: state.Term + 1, Vote: state.Vote, Commit: next}, []raftpb.Entry{{Term: state.Term + 1, Index: next, Data: []byte("from go")}}))
		check(w.Close())
	}
}

func walWrite(dir string, entries, segmentBytes uint64) {
	wal.SegmentSizeBytes = int64(segmentBytes)
	w, err := wal.Create(zap.NewNop(), dir, []byte("metadata of the go log"))
	check(err)
	for i := uint64(1); i <= entries; i++ {
		e := raftpb.Entry{Term: 1 + i/100, Index: i, Data: payload(i)}
		if i%50 == 0 {
			e.Type = raftpb.EntryConfChange
		}
		check(w.Save(raftpb.HardState{Term: 1 + i/100, Vote: 0xfedcba9876543210, Commit: i - 1}, []raftpb.Entry{e}))
		if i%100 == 0 {
			check(w.SaveSnapshot(walpb.Snapshot{Index: i, Term: 1 + i/100}))
		}
	}
	check(w.Close())
}

func snapRead(dir string) {
	s, err := snap.New(zap.NewNop(), dir).Load()
	check(err)
	print(s)
}

func snapWrite(dir string) {
	check(snap.New(zap.NewNop(), dir).SaveSnap(raftpb.Snapshot{
		Data: []byte("state of the go member"),
		Metadata: raftpb.SnapshotMetadata{
			ConfState: raftpb.ConfState{Voters: []uint64{1, 0xfedcba9876543210}, Learners: []uint64{7}},
			Index:     1234,
			Term:      5,
		},
	}))
}

func printBucket(b *bolt.Bucket, indent string) {
	check(b.ForEach(func(k, v []byte) error {
		if v == nil {
			fmt.Printf("%sbucket %x\n", indent, k)
			printBucket(b.Bucket(k), indent+" ")
			return nil
		}
		sum := sha256.Sum256(v)
		fmt.Printf("%s%x %d %x\n", indent, k, len(v), sum[:4])
		return nil
	}))
}

// Checks a file as bbolt does and prints all of it.
func boltDump(path string) {
	db, err := bolt.Open(path, 0600, &bolt.Options{ReadOnly: true})
	check(err)
	check(db.View(func(tx *bolt.Tx) error {
		for err := range tx.Check() {
			return err
		}
		return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
			fmt.Printf("bucket %x\n", name)
			printBucket(b, " ")
			return nil
		})
	}))
	check(db.Close())
}

// Opens a file for writing, changes every bucket and checks it again: the pages must bear being rewritten.
func boltModify(path string) {
	db, err := bolt.Open(path, 0600, nil)
	check(err)
	db.NoSync = true
	for round := 0; round < 10; round++ {
		check(db.Update(func(tx *bolt.Tx) error {
			return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
				for i := 0; i < 50; i++ {
					if err := b.Put([]byte(fmt.Sprintf("zz-%d-%d", round, i)), make([]byte, 10+i*37)); err != nil {
						return err
					}
				}
				c := b.Cursor()
				n := 0
				for k, v := c.First(); k != nil && n < 5; k, v = c.Next() {
					if v != nil {
						if err := c.Delete(); err != nil {
							return err
						}
					}
					n++
				}
				return nil
			})
		}))
		check(db.View(func(tx *bolt.Tx) error {
			for err := range tx.Check() {
				return err
			}
			return nil
		}))
	}
	check(db.Close())
}

// Writes a file with small, large, nested and emptied buckets, leaving free pages behind.
func boltWrite(path string, keys uint64) {
	db, err := bolt.Open(path, 0600, nil)
	check(err)
	db.NoSync = true
	put := func(b *bolt.Bucket, i uint64, size uint64) {
		check(b.Put([]byte(fmt.Sprintf("key-%08d", i)), append([]byte(fmt.Sprint(i)), make([]byte, size)...)))
	}
	check(db.Update(func(tx *bolt.Tx) error {
		for _, name := range []string{"key", "empty", "inline", "large", "nested", "emptied"} {
			_, err := tx.CreateBucket([]byte(name))
			check(err)
		}
		put(tx.Bucket([]byte("inline")), 1, 20)
		for i := uint64(0); i < 20; i++ {
			put(tx.Bucket([]byte("large")), i, i*3000)
		}
		outer := tx.Bucket([]byte("nested"))
		put(outer, 5, 5)
		for _, name := range []string{"a", "b", "z"} {
			inner, err := outer.CreateBucket([]byte(name))
			check(err)
			check(inner.SetSequence(42))
			for i := uint64(0); i < 200 && name != "b"; i++ {
				put(inner, i, i%50)
			}
		}
		for i := uint64(0); i < 1000; i++ {
			put(tx.Bucket([]byte("emptied")), i, 100)
		}
		return nil
	}))
	for i := uint64(0); i < keys; i += 1000 {
		check(db.Update(func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte("key"))
			for j := i; j < i+1000 && j < keys; j++ {
				put(b, j, j%200)
			}
			return nil
		}))
	}
	check(db.Update(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte("emptied"))
		for i := uint64(0); i < 1000; i++ {
			check(b.Delete([]byte(fmt.Sprintf("key-%08d", i))))
		}
		return nil
	}))
	check(db.Close())
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: go-files wal-read|wal-append|wal-write|wal-repair|wal-hold|snap-read|snap-write|bolt-dump|bolt-modify|bolt-write PATH ...")
		os.Exit(2)
	}
	path, rest := os.Args[2], os.Args[3:]
	switch os.Args[1] {
	case "wal-read":
		walRead(path, number(rest[0]), number(rest[1]), false)
	case "wal-append":
		walRead(path, number(rest[0]), number(rest[1]), true)
	case "wal-write":
		walWrite(path, number(rest[0]), number(rest[1]))
	case "wal-repair":
		if !wal.Repair(zap.NewNop(), path) {
			os.Exit(1)
		}
	case "wal-hold":
		// Holds the log, as a running member does, until its input ends.
		w, err := wal.Open(zap.NewNop(), path, walpb.Snapshot{})
		check(err)
		fmt.Println("held")
		_, _ = os.Stdin.Read(make([]byte, 1))
		check(w.Close())
	case "snap-read":
		snapRead(path)
	case "snap-write":
		snapWrite(path)
	case "bolt-dump":
		boltDump(path)
	case "bolt-modify":
		boltModify(path)
	case "bolt-write":
		boltWrite(path, number(rest[0]))
	default:
		fmt.Fprintln(os.Stderr, "unknown command", os.Args[1])
		os.Exit(2)
	}
}
