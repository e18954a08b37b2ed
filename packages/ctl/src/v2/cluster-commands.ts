/** cluster-health; member list, add, remove, update. */
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import type { V2Client, V2Member } from '@quorate/client';
import { ExitError } from '../cli/exit.ts';
import { stderr, stdout } from '../cli/output.ts';
import { quote } from '../go/quote.ts';
import { mistakeInUrls } from '../peer-urls.ts';
import { failure, plainFailure, type V2Context, V2Exit } from './context.ts';

/** Pause between two checks of `cluster-health --forever`. */
const HEALTH_INTERVAL_MS = 10_000;

export async function clusterHealth(context: V2Context): Promise<void> {
  const forever = context.flags.bool('forever');
  if (forever) process.once('SIGINT', () => process.exit(V2Exit.Success));
  const client = await context.clientWithoutSync();
  let members: V2Member[];
  try {
    members = await client.members.list();
  } catch (error) {
    stdout.write('cluster may be unhealthy: failed to list members\n');
    throw failure(V2Exit.ServerError, error);
  }
  for (;;) {
    let healthy = 0;
    for (const member of members) if (await checkMember(context, member)) healthy++;
    const all = healthy === members.length;
    stdout.write(all ? 'cluster is healthy\n' : `cluster is ${healthy === 0 ? 'unavailable' : 'degraded'}\n`);
    if (!forever) {
      if (all) return;
      throw new ExitError(V2Exit.ClusterNotHealthy);
    }
    stdout.write('\nnext check after 10 second...\n\n');
    await new Promise((resolve) => setTimeout(resolve, HEALTH_INTERVAL_MS));
  }
}

/** Asks the member's client URLs one after the other; prints what comes out. */
async function checkMember(context: V2Context, { id, clientURLs }: V2Member): Promise<boolean> {
  if (clientURLs.length === 0) {
    stdout.write(`member ${id} is unreachable: no available published client urls\n`);
    return false;
  }
  for (const url of clientURLs) {
    try {
      const healthy = await askHealth(context, url);
      stdout.write(
        `member ${id} is ${healthy ? 'healthy: got healthy' : 'unhealthy: got unhealthy'} result from ${url}\n`,
      );
      return healthy;
    } catch (error) {
      stdout.write(`failed to check the health of member ${id} on ${url}: ${(error as Error).message}\n`);
    }
  }
  stdout.write(`member ${id} is unreachable: [${clientURLs.join(' ')}] are all unreachable\n`);
  return false;
}

function askHealth(context: V2Context, url: string): Promise<boolean> {
  const timeout = context.global.durationMs('total-timeout');
  return new Promise((resolve, reject) => {
    const target = `${url}/health`;
    const options = { timeout, ...(context.tls() ?? {}) };
    const request = url.startsWith('https:') ? httpsGet(target, options) : httpGet(target, { timeout });
    request.on('timeout', () => request.destroy(new Error(`Get ${JSON.stringify(target)}: i/o timeout`)));
    request.on('error', reject);
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        try {
          const { health } = JSON.parse(body) as { health?: string | boolean };
          resolve(health === true || health === 'true');
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  });
}

/** Awaits a call; its failure ends the command with the bare message. */
async function plainly<T>(call: Promise<T>, before = ''): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw plainFailure(before + (error as Error).message);
  }
}

export async function memberList(context: V2Context): Promise<void> {
  if (context.args.length !== 0) throw plainFailure('No arguments accepted');
  const client = await context.client();
  const { limited } = context;
  const members = await plainly(client.members.list(limited));
  const leader = await plainly(client.members.leader(limited), 'Failed to get leader:  ');
  for (const { id, name, peerURLs, clientURLs } of members) {
    const peers = `peerURLs=${peerURLs.join(',')}`;
    stdout.write(
      name === ''
        ? `${id}[unstarted]: ${peers}\n`
        : `${id}: name=${name} ${peers} clientURLs=${clientURLs.join(',')} isLeader=${id === leader.id}\n`,
    );
  }
}

export async function memberAdd(context: V2Context): Promise<void> {
  const [name, url] = context.args;
  if (name === undefined || url === undefined || context.args.length !== 2) {
    throw plainFailure('Provide a name and a single member peerURL');
  }
  const mistake = mistakeInUrls([url]);
  if (mistake !== undefined) throw plainFailure(mistake);
  const client = await context.client();
  const { limited } = context;
  const added = await plainly(client.members.add(url, limited));
  stdout.write(`Added member named ${name} with ID ${added.id} to cluster\n`);
  const members = await plainly(client.members.list(limited));
  const cluster = members.flatMap((member) =>
    member.peerURLs.map((peer) => `${member.id === added.id ? name : member.name}=${peer}`),
  );
  stdout.write(
    `\nETCD_NAME=${quote(name)}\nETCD_INITIAL_CLUSTER=${quote(cluster.join(','))}\n` +
      'ETCD_INITIAL_CLUSTER_STATE="existing"\n',
  );
}

export async function memberRemove(context: V2Context): Promise<void> {
  const [id] = context.args;
  if (id === undefined || context.args.length !== 1) throw plainFailure('Provide a single member ID');
  const client: V2Client = await context.client();
  const { limited } = context;
  const members = await plainly(
    client.members.list(limited),
    'Error while verifying ID against known members: ',
  );
  for (const member of members) {
    if (member.name === id) {
      stderr.write(
        `Found a member named ${member.name}; if this is correct, please use its ID, eg:\n` +
          `\tetcdctl member remove ${member.id}\n`,
      );
    }
  }
  if (!members.some((member) => member.id === id)) {
    throw plainFailure(`Couldn't find a member in the cluster with an ID of ${id}.`);
  }
  await plainly(client.members.remove(id, limited), `Received an error trying to remove member ${id}: `);
  stdout.write(`Removed member ${id} from cluster\n`);
}

export async function memberUpdate(context: V2Context): Promise<void> {
  const [id, urls] = context.args;
  if (id === undefined || urls === undefined || context.args.length !== 2) {
    throw plainFailure(
      'Provide an ID and a list of comma separated peerURL (0xabcd http://example.com,http://example1.com)',
    );
  }
  const client = await context.client();
  await plainly(client.members.update(id, urls.split(','), context.limited));
  stdout.write(`Updated member with ID ${id} in cluster\n`);
}
