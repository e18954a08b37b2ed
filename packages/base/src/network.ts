// The network as seen by the peer transport: whole messages between addresses. The product's version rides on
// sockets; a simulation loses, delays and reorders.

/** A way to reach other members with opaque messages; delivery is neither certain nor ordered. */
export interface Network {
  /** Sends; never throws and never waits. */
  send(to: string, message: Uint8Array): void;
  /** Takes what arrives for `address`; returns the function that stops it. */
  listen(address: string, onMessage: (from: string, message: Uint8Array) => void): () => void;
}
