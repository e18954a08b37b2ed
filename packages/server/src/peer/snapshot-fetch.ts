// Asks a member for its whole state. See snapshot-giver.ts.
import { type Message, MessageType } from '@quorate/raft';
import { type Identity, requestHeaders, SNAPSHOT_PATH } from './headers.ts';
import type { PeerHttpClient } from './http-client.ts';
import { DIAL_TIMEOUT_MS, SNAPSHOT_ANSWER_TIMEOUT_MS, SNAPSHOT_STALL_MS } from './limits.ts';
import { storeSnapshot } from './snapshot-body.ts';

/** Stores the key-value store of the member at `url` in a file. @returns the raft message with the rest. @throws (rejects) */
export function fetchSnapshot(
  client: PeerHttpClient,
  identity: Identity,
  url: string,
  path: string,
): Promise<Message> {
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const call = client.open(
      {
        method: 'GET',
        url,
        path: SNAPSHOT_PATH,
        headers: requestHeaders(identity),
        timeoutMs: DIAL_TIMEOUT_MS + SNAPSHOT_ANSWER_TIMEOUT_MS,
      },
      {
        answered: (response) => {
          isAnswered = true;
          if (response.statusCode !== 200) {
            response.resume();
            reject(new Error(`${url} gives no snapshot (status ${response.statusCode})`));
            return;
          }
          response.setTimeout(SNAPSHOT_STALL_MS, () => {
            call.destroy(new Error(`no progress within ${SNAPSHOT_STALL_MS} ms`));
          });
          storeSnapshot(response, path).then(({ message }) => {
            const index = message.snapshot?.metadata?.index ?? 0;
            if (message.type !== MessageType.MsgSnap || index === 0)
              reject(new Error('wrong raft message type'));
            else resolve(message);
          }, reject);
        },
        // Once there is an answer its body says how it ends.
        failed: (error) => {
          if (!isAnswered) reject(error);
        },
      },
    );
    call.end();
  });
}
