/** Endpoints from DNS SRV records. */
import { resolveSrv } from 'node:dns/promises';
import { ExitCode, ExitError } from '../cli/exit.ts';
import { stderr } from '../cli/output.ts';

/**
 * Client endpoints of a domain: `_etcd-client-ssl._tcp` (https) and `_etcd-client._tcp` (http), each with
 * `-<serviceName>` appended to the service if one is given. Throws ExitError if neither record exists.
 */
export async function discoverEndpoints(
  domain: string,
  serviceName: string,
  acceptInsecure: boolean,
): Promise<string[]> {
  const suffix = serviceName === '' ? '' : `-${serviceName}`;
  const [secure, plain] = await Promise.allSettled([
    resolveSrv(`_etcd-client-ssl${suffix}._tcp.${domain}`),
    resolveSrv(`_etcd-client${suffix}._tcp.${domain}`),
  ]);
  if (secure.status === 'rejected' && plain.status === 'rejected') {
    const reasons = [secure.reason, plain.reason].map((reason) => (reason as Error).message).join(' and ');
    throw new ExitError(ExitCode.Error, `error querying DNS SRV records for _etcd-client ${reasons}`);
  }
  const endpoints: string[] = [];
  for (const { name, port } of secure.status === 'fulfilled' ? secure.value : []) {
    endpoints.push(`https://${name}:${port}`);
  }
  for (const { name, port } of plain.status === 'fulfilled' ? plain.value : []) {
    const endpoint = `http://${name}:${port}`;
    if (acceptInsecure) endpoints.push(endpoint);
    else stderr.write(`ignoring discovered insecure endpoint "${endpoint}"\n`);
  }
  return endpoints;
}
