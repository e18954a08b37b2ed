// Which HTTP path stands for which gRPC method.
import { type AnyMethodInfo, services } from '@quorate/proto';

/** Prefixes of etcd's releases: 3.0–3.2, 3.3 and from 3.4 on. */
const PREFIXES = ['/v3/', '/v3beta/', '/v3alpha/'];

const byPath: ReadonlyMap<string, AnyMethodInfo> = new Map(
  Object.values(services).flatMap((methods) =>
    Object.values(methods as Readonly<Record<string, AnyMethodInfo>>).flatMap((method) =>
      method.http.map((path) => [path, method] as const),
    ),
  ),
);

/** Whether a path belongs to the gateway at all. */
export function isGatewayPath(path: string): boolean {
  return PREFIXES.some((prefix) => path.startsWith(prefix));
}

/** The method behind a path, or undefined. */
export function methodAt(path: string): AnyMethodInfo | undefined {
  const prefix = PREFIXES.find((candidate) => path.startsWith(candidate));
  return prefix === undefined ? undefined : byPath.get(`/v3/${path.slice(prefix.length)}`);
}
