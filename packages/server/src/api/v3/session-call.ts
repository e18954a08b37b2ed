// Runs a Lock or Election method: an async body on a unary call, with the call's cancellation.
import type { UnaryCall } from '@quorate/wire';
import type { V3Context } from './context.ts';
import { refusalOf } from './mvcc-errors.ts';
import { type Cancellation, Session } from './session.ts';
import { asClientSide } from './status.ts';

/** The cancellation of a unary call, with one listener at a time. */
class CallCancellation implements Cancellation {
  readonly #call: UnaryCall;
  onCancelled: (() => void) | undefined;

  constructor(call: UnaryCall) {
    this.#call = call;
    call.onCancel = () => this.onCancelled?.();
  }

  get cancelled(): boolean {
    return this.#call.cancelled;
  }
}

/** Starts `body`; its bytes are the reply, its EtcdError the failure (with code Unknown, as etcd's clients know it). */
export function runSession(
  context: V3Context,
  call: UnaryCall,
  body: (session: Session) => Promise<readonly Uint8Array[]>,
): void {
  const session = new Session(context, new CallCancellation(call));
  void body(session).then(
    (parts) => call.reply(parts),
    (thrown: unknown) => {
      const error = asClientSide(refusalOf(thrown));
      call.fail(error.code, error.message);
    },
  );
}
