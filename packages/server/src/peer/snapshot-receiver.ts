// Takes a snapshot from the leader: the message first, then the key-value store as a bbolt file, which goes to disk as
// it comes. Only when the file is complete and durable is raft told of the message.
import type { Message } from '@quorate/raft';
import type { HttpRequest } from '@quorate/wire';

export interface SnapshotReceiver {
  /** The message of a snapshot whose file has been stored. Rejects when it could not be. */
  receive(request: HttpRequest): Promise<Message>;
}
