// The dialling side: a socket, one HTTP/2 connection, gRPC calls over it.

import type { ConnectOptions, GrpcChannel } from './types.ts';

export type Target = { readonly host: string; readonly port: number } | { readonly path: string };

export declare function connectGrpc(target: Target, options?: ConnectOptions): GrpcChannel;
