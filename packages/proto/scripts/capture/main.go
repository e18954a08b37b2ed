// Prints test vectors: messages of etcd 3.4's Go packages, filled with assorted values, with the bytes and the
// gateway JSON Go makes of them. See README.md.
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"reflect"
	"strconv"
	"strings"

	"github.com/golang/protobuf/jsonpb"
	"github.com/golang/protobuf/proto"
	"go.etcd.io/etcd/auth/authpb"
	"go.etcd.io/etcd/etcdserver/api/snap/snappb"
	"go.etcd.io/etcd/etcdserver/api/v3election/v3electionpb"
	"go.etcd.io/etcd/etcdserver/api/v3lock/v3lockpb"
	pb "go.etcd.io/etcd/etcdserver/etcdserverpb"
	"go.etcd.io/etcd/lease/leasepb"
	"go.etcd.io/etcd/mvcc/mvccpb"
	"go.etcd.io/etcd/raft/raftpb"
	"go.etcd.io/etcd/wal/walpb"
)

type marshaler interface{ Marshal() ([]byte, error) }

// vector is one message: its values by field number, its encoding, its gateway JSON ("" for proto2).
type vector struct {
	Type   string      `json:"type"`
	Fields interface{} `json:"fields"`
	Hex    string      `json:"hex"`
	JSON   string      `json:"json,omitempty"`
}

var samples = []interface{}{
	pb.ResponseHeader{}, pb.RangeRequest{}, pb.RangeResponse{}, pb.PutRequest{}, pb.PutResponse{},
	pb.DeleteRangeRequest{}, pb.DeleteRangeResponse{}, pb.RequestOp{}, pb.ResponseOp{}, pb.Compare{},
	pb.TxnRequest{}, pb.TxnResponse{}, pb.CompactionRequest{}, pb.CompactionResponse{}, pb.HashRequest{},
	pb.HashKVRequest{}, pb.HashKVResponse{}, pb.HashResponse{}, pb.SnapshotRequest{}, pb.SnapshotResponse{},
	pb.WatchRequest{}, pb.WatchCreateRequest{}, pb.WatchCancelRequest{}, pb.WatchProgressRequest{},
	pb.WatchResponse{}, pb.LeaseGrantRequest{}, pb.LeaseGrantResponse{}, pb.LeaseRevokeRequest{},
	pb.LeaseRevokeResponse{}, pb.LeaseCheckpoint{}, pb.LeaseCheckpointRequest{}, pb.LeaseCheckpointResponse{},
	pb.LeaseKeepAliveRequest{}, pb.LeaseKeepAliveResponse{}, pb.LeaseTimeToLiveRequest{},
	pb.LeaseTimeToLiveResponse{}, pb.LeaseLeasesRequest{}, pb.LeaseStatus{}, pb.LeaseLeasesResponse{},
	pb.Member{}, pb.MemberAddRequest{}, pb.MemberAddResponse{}, pb.MemberRemoveRequest{},
	pb.MemberRemoveResponse{}, pb.MemberUpdateRequest{}, pb.MemberUpdateResponse{}, pb.MemberListRequest{},
	pb.MemberListResponse{}, pb.MemberPromoteRequest{}, pb.MemberPromoteResponse{}, pb.DefragmentRequest{},
	pb.DefragmentResponse{}, pb.MoveLeaderRequest{}, pb.MoveLeaderResponse{}, pb.AlarmRequest{},
	pb.AlarmMember{}, pb.AlarmResponse{}, pb.StatusRequest{}, pb.StatusResponse{}, pb.AuthEnableRequest{},
	pb.AuthDisableRequest{}, pb.AuthenticateRequest{}, pb.AuthUserAddRequest{}, pb.AuthUserGetRequest{},
	pb.AuthUserDeleteRequest{}, pb.AuthUserChangePasswordRequest{}, pb.AuthUserGrantRoleRequest{},
	pb.AuthUserRevokeRoleRequest{}, pb.AuthRoleAddRequest{}, pb.AuthRoleGetRequest{}, pb.AuthUserListRequest{},
	pb.AuthRoleListRequest{}, pb.AuthRoleDeleteRequest{}, pb.AuthRoleGrantPermissionRequest{},
	pb.AuthRoleRevokePermissionRequest{}, pb.AuthEnableResponse{}, pb.AuthDisableResponse{},
	pb.AuthenticateResponse{}, pb.AuthUserAddResponse{}, pb.AuthUserGetResponse{}, pb.AuthUserDeleteResponse{},
	pb.AuthUserChangePasswordResponse{}, pb.AuthUserGrantRoleResponse{}, pb.AuthUserRevokeRoleResponse{},
	pb.AuthRoleAddResponse{}, pb.AuthRoleGetResponse{}, pb.AuthRoleListResponse{}, pb.AuthUserListResponse{},
	pb.AuthRoleDeleteResponse{}, pb.AuthRoleGrantPermissionResponse{}, pb.AuthRoleRevokePermissionResponse{},
	pb.RequestHeader{}, pb.InternalRaftRequest{}, pb.EmptyResponse{}, pb.InternalAuthenticateRequest{},
	pb.Request{}, pb.Metadata{},
	mvccpb.KeyValue{}, mvccpb.Event{},
	authpb.UserAddOptions{}, authpb.User{}, authpb.Permission{}, authpb.Role{},
	leasepb.Lease{}, leasepb.LeaseInternalRequest{}, leasepb.LeaseInternalResponse{},
	raftpb.Entry{}, raftpb.SnapshotMetadata{}, raftpb.Snapshot{}, raftpb.Message{}, raftpb.HardState{},
	raftpb.ConfState{}, raftpb.ConfChange{}, raftpb.ConfChangeSingle{}, raftpb.ConfChangeV2{},
	walpb.Record{}, walpb.Snapshot{}, snappb.Snapshot{},
	v3electionpb.CampaignRequest{}, v3electionpb.CampaignResponse{}, v3electionpb.LeaderKey{},
	v3electionpb.LeaderRequest{}, v3electionpb.LeaderResponse{}, v3electionpb.ResignRequest{},
	v3electionpb.ResignResponse{}, v3electionpb.ProclaimRequest{}, v3electionpb.ProclaimResponse{},
	v3lockpb.LockRequest{}, v3lockpb.LockResponse{}, v3lockpb.UnlockRequest{}, v3lockpb.UnlockResponse{},
}

// Members of the oneofs, by the interface type that holds them.
var oneofs = []interface{}{
	&pb.RequestOp_RequestRange{}, &pb.RequestOp_RequestPut{}, &pb.RequestOp_RequestDeleteRange{}, &pb.RequestOp_RequestTxn{},
	&pb.ResponseOp_ResponseRange{}, &pb.ResponseOp_ResponsePut{}, &pb.ResponseOp_ResponseDeleteRange{}, &pb.ResponseOp_ResponseTxn{},
	&pb.Compare_Version{}, &pb.Compare_CreateRevision{}, &pb.Compare_ModRevision{}, &pb.Compare_Value{}, &pb.Compare_Lease{},
	&pb.WatchRequest_CreateRequest{}, &pb.WatchRequest_CancelRequest{}, &pb.WatchRequest_ProgressRequest{},
}

var unsigned = []uint64{0, 1, 127, 128, 300, 16383, 16384, 1<<21 - 1, 1 << 21, 1<<28 - 1, 1 << 28, 1 << 31, 1<<32 - 1, 1 << 32,
	1 << 35, 1 << 42, 1 << 49, 1<<53 - 1}
var ids = []uint64{0, 1, 127, 1 << 53, 1<<56 - 1, 1 << 56, 1<<63 - 1, 1 << 63, 1<<64 - 1, 0x8e9e05c52164694d, 0xcdf818194e3a8c32}
var texts = []string{"", "a", "default", "http://127.0.0.1:2380", "ключ", "日本語", "emoji 😀", "\"quoted\" \\ <tag>&\n", strings.Repeat("x", 130), "e\u2028\u2029z"}

// filler sets fields; density is the chance in percent that a field is set.
type filler struct {
	random  *rand.Rand
	density int
}

func (f *filler) want() bool { return f.random.Intn(100) < f.density }

func (f *filler) bytes() []byte {
	n := []int{1, 3, 15, 16, 17, 40, 127, 128, 200}[f.random.Intn(9)]
	b := make([]byte, n)
	f.random.Read(b)
	return b
}

func fieldNumber(tag string) (int, bool) {
	parts := strings.Split(tag, ",")
	if len(parts) < 2 {
		return 0, false
	}
	n, err := strconv.Atoi(parts[1])
	return n, err == nil
}

func isID(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, "id") && name != "watchid" || name == "lease" || name == "leader" || name == "to" ||
		name == "from" || name == "vote" || name == "expiration" || name == "time" || strings.HasPrefix(name, "voters") ||
		strings.HasPrefix(name, "learners")
}

func (f *filler) message(v reflect.Value, depth int) {
	t := v.Type()
	for i := 0; i < t.NumField(); i++ {
		field := t.Field(i)
		if strings.HasPrefix(field.Name, "XXX_") || !f.want() {
			continue
		}
		if field.Tag.Get("protobuf_oneof") != "" {
			var members []reflect.Type
			for _, m := range oneofs {
				if reflect.TypeOf(m).Implements(field.Type) {
					members = append(members, reflect.TypeOf(m).Elem())
				}
			}
			member := reflect.New(members[f.random.Intn(len(members))])
			inner := member.Elem().Type().Field(0)
			f.value(member.Elem().Field(0), inner.Name, depth)
			v.Field(i).Set(member)
			continue
		}
		if _, ok := fieldNumber(field.Tag.Get("protobuf")); ok {
			f.value(v.Field(i), field.Name, depth)
		}
	}
}

func (f *filler) value(v reflect.Value, name string, depth int) {
	switch v.Kind() {
	case reflect.Int64:
		if isID(name) {
			v.SetInt(int64(ids[f.random.Intn(len(ids))]))
		} else {
			n := int64(unsigned[f.random.Intn(len(unsigned))])
			if f.random.Intn(4) == 0 {
				n = -n
			}
			v.SetInt(n)
		}
	case reflect.Uint64:
		if isID(name) {
			v.SetUint(ids[f.random.Intn(len(ids))])
		} else {
			v.SetUint(unsigned[f.random.Intn(len(unsigned))])
		}
	case reflect.Uint32:
		v.SetUint(uint64(f.random.Uint32()))
	case reflect.Int32:
		v.SetInt(int64(f.random.Intn(4)))
	case reflect.Bool:
		v.SetBool(f.random.Intn(2) == 0)
	case reflect.String:
		v.SetString(texts[f.random.Intn(len(texts))])
	case reflect.Struct:
		if depth < 4 {
			f.message(v, depth+1)
		}
	case reflect.Ptr:
		if v.Type().Elem().Kind() != reflect.Struct {
			v.Set(reflect.New(v.Type().Elem()))
			f.value(v.Elem(), name, depth)
		} else {
			v.Set(reflect.New(v.Type().Elem()))
			if depth < 4 {
				f.message(v.Elem(), depth+1)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes(f.bytes())
			return
		}
		n := 1 + f.random.Intn(3)
		s := reflect.MakeSlice(v.Type(), n, n)
		for i := 0; i < n; i++ {
			f.value(s.Index(i), name, depth)
		}
		v.Set(s)
	default:
		panic("kind " + v.Kind().String() + " of " + name)
	}
}

// neutral is the message as plain values by field number: integers as decimal strings, bytes as hex.
func neutral(v reflect.Value) interface{} {
	switch v.Kind() {
	case reflect.Int64, reflect.Int32:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Uint64, reflect.Uint32:
		return strconv.FormatUint(v.Uint(), 10)
	case reflect.Bool:
		return v.Bool()
	case reflect.String:
		return v.String()
	case reflect.Ptr:
		if v.IsNil() {
			return nil
		}
		return neutral(v.Elem())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return hex.EncodeToString(v.Bytes())
		}
		list := []interface{}{}
		for i := 0; i < v.Len(); i++ {
			list = append(list, neutral(v.Index(i)))
		}
		return list
	case reflect.Struct:
		fields := map[string]interface{}{}
		for i := 0; i < v.NumField(); i++ {
			field := v.Type().Field(i)
			if strings.HasPrefix(field.Name, "XXX_") {
				continue
			}
			value := v.Field(i)
			tag := field.Tag.Get("protobuf")
			if field.Tag.Get("protobuf_oneof") != "" {
				if value.IsNil() {
					continue
				}
				tag = value.Elem().Elem().Type().Field(0).Tag.Get("protobuf")
				value = value.Elem().Elem().Field(0)
			}
			number, ok := fieldNumber(tag)
			if !ok {
				continue
			}
			if n := neutral(value); n != nil {
				fields[strconv.Itoa(number)] = n
			}
		}
		return fields
	}
	panic("kind " + v.Kind().String())
}

func main() {
	gateway := jsonpb.Marshaler{OrigName: true}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for index, sample := range samples {
		t := reflect.TypeOf(sample)
		name := t.String()
		if i := strings.IndexByte(name, '.'); name[:i] == "snappb" {
			name = "snappb.snapshot"
		}
		for variant, density := range []int{0, 100, 100, 60, 30} {
			if t.NumField() == 0 && variant > 0 {
				break
			}
			message := reflect.New(t)
			f := &filler{rand.New(rand.NewSource(int64(index*100 + variant))), density}
			f.message(message.Elem(), 0)
			encoded, err := message.Interface().(marshaler).Marshal()
			if err != nil {
				panic(fmt.Sprint(name, err))
			}
			v := vector{Type: name, Fields: neutral(message.Elem()), Hex: hex.EncodeToString(encoded)}
			pkg := name[:strings.IndexByte(name, '.')]
			proto2 := pkg == "raftpb" || pkg == "walpb" || pkg == "snappb" || name == "etcdserverpb.Request" || name == "etcdserverpb.Metadata"
			if m, ok := message.Interface().(proto.Message); ok && !proto2 && name != "etcdserverpb.InternalRaftRequest" {
				v.JSON, err = gateway.MarshalToString(m)
				if err != nil {
					panic(fmt.Sprint(name, err))
				}
			}
			if err := out.Encode(v); err != nil {
				panic(err)
			}
		}
	}
}
