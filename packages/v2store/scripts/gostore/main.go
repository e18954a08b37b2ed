// Runs store operations (JSON lines on stdin) on Go etcd's own v2 store and prints what it answers, for
// record-go-vectors.mjs.
//
//go:build ignore

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"go.etcd.io/etcd/etcdserver/api/v2error"
	"go.etcd.io/etcd/etcdserver/api/v2store"
)

type op struct {
	Op                         string
	Path                       string
	Dir, Recursive, Sorted     bool
	Stream, Refresh            bool
	Value, PrevValue           string
	PrevIndex, Since           uint64
	Expiration                 int64
	ID                         int
	File                       string
}

func main() {
	s := v2store.New("/0", "/1")
	in := bufio.NewReaderSize(os.Stdin, 1<<26)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	watchers := map[int]v2store.Watcher{}
	dec := json.NewDecoder(in)
	enc := json.NewEncoder(out)
	show := func(e *v2store.Event, err error) {
		if err != nil {
			if ve, ok := err.(*v2error.Error); ok {
				enc.Encode(ve)
				return
			}
			fmt.Fprintln(out, "ERR", err)
			return
		}
		enc.Encode(e)
	}
	for {
		var o op
		if dec.Decode(&o) != nil {
			return
		}
		t := v2store.TTLOptionSet{Refresh: o.Refresh}
		if o.Expiration != 0 {
			t.ExpireTime = time.Unix(0, o.Expiration).UTC()
		}
		switch o.Op {
		case "get":
			show(s.Get(o.Path, o.Recursive, o.Sorted))
		case "create":
			show(s.Create(o.Path, o.Dir, o.Value, false, t))
		case "inorder":
			show(s.Create(o.Path, o.Dir, o.Value, true, t))
		case "set":
			show(s.Set(o.Path, o.Dir, o.Value, t))
		case "update":
			show(s.Update(o.Path, o.Value, t))
		case "cas":
			show(s.CompareAndSwap(o.Path, o.PrevValue, o.PrevIndex, o.Value, t))
		case "cad":
			show(s.CompareAndDelete(o.Path, o.PrevValue, o.PrevIndex))
		case "delete":
			show(s.Delete(o.Path, o.Dir, o.Recursive))
		case "sync":
			s.DeleteExpiredKeys(time.Unix(0, o.Expiration))
			fmt.Fprintln(out, s.Index())
		case "watch":
			w, err := s.Watch(o.Path, o.Recursive, o.Stream, o.Since)
			if err != nil {
				enc.Encode(err)
			} else {
				watchers[o.ID] = w
				fmt.Fprintln(out, w.StartIndex())
			}
		case "drain":
			w := watchers[o.ID]
			evs := []*v2store.Event{}
			for w != nil && len(w.EventChan()) > 0 {
				evs = append(evs, <-w.EventChan())
			}
			enc.Encode(evs)
		case "stats":
			out.Write(s.JsonStats())
			out.WriteString("\n")
		case "save":
			b, _ := s.Save()
			out.Write(b)
			out.WriteString("\n")
		case "recover":
			b, err := os.ReadFile(o.File)
			if err == nil {
				err = s.Recovery(b)
			}
			fmt.Fprintln(out, err)
		}
	}
}
