/** endpoint health, status, hashkv; defrag. */
import { errors } from '@quorate/base';
import { describeError, type EtcdClient, hasMessage } from '@quorate/client';
import type { Invocation } from '../../cli/command.ts';
import { ExitCode, ExitError } from '../../cli/exit.ts';
import { stderr, stdout } from '../../cli/output.ts';
import { formatDuration } from '../../go/duration.ts';
import { CommandContext } from '../context.ts';
import type { EndpointHash, EndpointHealth, EndpointStatus } from '../print/printer.ts';

/** The endpoints of --endpoints, or with --cluster those of all members. Throws ExitError. */
export async function selectedEndpoints(context: CommandContext): Promise<readonly string[]> {
  if (!context.flags.bool('cluster')) return context.flags.list('endpoints');
  const client = context.anonymousClient(await context.endpoints());
  try {
    const listing = client.cluster.memberList({}, context.limited);
    const { members } = await context.call(
      listing,
      ExitCode.Error,
      (message) => `failed to fetch endpoints from etcd cluster member list: ${message}`,
    );
    return members.flatMap((member) => member.clientURLs);
  } finally {
    client.close();
  }
}

export async function endpointHealth(invocation: Invocation): Promise<void> {
  const context = new CommandContext(invocation);
  const endpoints = await selectedEndpoints(context);
  await context.credentials();
  const list = await Promise.all(endpoints.map((endpoint) => checkHealth(context, endpoint)));
  context.printer.endpointHealth(list);
  if (list.some(({ error }) => error !== '')) throw new ExitError(ExitCode.Error, 'unhealthy cluster');
}

/** An endpoint is healthy if a read through consensus succeeds, or is refused for lack of permission only. */
async function checkHealth(context: CommandContext, endpoint: string): Promise<EndpointHealth> {
  let client: EtcdClient;
  try {
    client = await context.newClient([endpoint]);
  } catch (error) {
    return { endpoint, health: false, took: '', error: describeError(error) };
  }
  const started = process.hrtime.bigint();
  let failure = '';
  try {
    await client.kv.get('health', context.limited);
  } catch (error) {
    if (!hasMessage(error, errors.permissionDenied)) failure = describeError(error);
  }
  const took = formatDuration(process.hrtime.bigint() - started);
  client.close();
  return { endpoint, health: failure === '', took, error: failure };
}

export async function endpointStatus(invocation: Invocation): Promise<void> {
  const context = new CommandContext(invocation);
  const client = await context.client();
  const list: EndpointStatus[] = [];
  let failed = false;
  for (const endpoint of await selectedEndpoints(context)) {
    try {
      list.push({ endpoint, response: await client.maintenance.status(endpoint, context.limited) });
    } catch (error) {
      failed = true;
      stderr.write(`Failed to get the status of endpoint ${endpoint} (${describeError(error)})\n`);
    }
  }
  context.printer.endpointStatus(list);
  if (failed) throw new ExitError(ExitCode.Error);
}

export async function endpointHashKv(invocation: Invocation): Promise<void> {
  const context = new CommandContext(invocation);
  const client = await context.client();
  const revision = context.flags.int('rev');
  const list: EndpointHash[] = [];
  let failure: string | undefined;
  for (const endpoint of await selectedEndpoints(context)) {
    try {
      list.push({ endpoint, response: await client.maintenance.hashKv(endpoint, revision, context.limited) });
    } catch (error) {
      failure = describeError(error);
      stderr.write(`Failed to get the hash of endpoint ${endpoint} (${failure})\n`);
    }
  }
  context.printer.endpointHash(list);
  if (failure !== undefined) throw new ExitError(ExitCode.Error, failure);
}

export async function defrag(invocation: Invocation): Promise<void> {
  const context = new CommandContext(invocation);
  const client = await context.client();
  let failed = false;
  for (const endpoint of await selectedEndpoints(context)) {
    try {
      await client.maintenance.defragment(endpoint, context.limited);
      stdout.write(`Finished defragmenting etcd member[${endpoint}]\n`);
    } catch (error) {
      failed = true;
      stderr.write(`Failed to defragment etcd member[${endpoint}] (${describeError(error)})\n`);
    }
  }
  if (failed) throw new ExitError(ExitCode.Error);
}
