// Questions to members of a cluster that we are not (yet) part of, over HTTP.
import type { ClusterInquirer, RemoteCluster, RemoteVersions } from '../bootstrap/remote-cluster.ts';
import type { Logger } from '../member/logger.ts';
import { headerText, MEMBERS_PATH, parseId, VERSION_PATH } from './headers.ts';
import type { PeerHttpClient } from './http-client.ts';
import { CLUSTER_QUESTION_TIMEOUT_MS } from './limits.ts';
import { parseMembers } from './members-json.ts';

async function askMembers(client: PeerHttpClient, url: string, timeoutMs: number): Promise<RemoteCluster> {
  const answer = await client.fetch({ method: 'GET', url, path: MEMBERS_PATH, timeoutMs });
  if (answer.status !== 200) throw new Error(`unexpected http status ${answer.status}`);
  const members = parseMembers(answer.body.toString('utf8'));
  const clusterId = parseId(headerText(answer.headers, 'x-etcd-cluster-id'));
  if (clusterId === undefined) throw new Error('the answer names no cluster');
  if (members.length === 0) throw new Error('failed to get raft cluster member(s) from the given URLs');
  return { clusterId, members };
}

async function askVersions(client: PeerHttpClient, url: string): Promise<RemoteVersions> {
  const answer = await client.fetch({
    method: 'GET',
    url,
    path: VERSION_PATH,
    timeoutMs: CLUSTER_QUESTION_TIMEOUT_MS,
  });
  const value = JSON.parse(answer.body.toString('utf8')) as Record<string, unknown>;
  const { etcdserver: server, etcdcluster: cluster } = value;
  if (typeof server !== 'string' || typeof cluster !== 'string') throw new Error('not a version');
  return { server, cluster };
}

export function createInquirer(client: PeerHttpClient, logger: Logger): ClusterInquirer {
  return {
    // All at once: a member that does not answer must not make the others wait.
    members: async (peerURLs, timeoutMs) => {
      const answers = peerURLs.map(async (url) => {
        try {
          return await askMembers(client, url, timeoutMs);
        } catch (error) {
          logger.debug('failed to get cluster response', { address: url, error: (error as Error).message });
          throw error;
        }
      });
      return Promise.any(answers).catch(() => undefined);
    },
    versions: async (peerURLs) => {
      const answers = peerURLs.map((url) => askVersions(client, url));
      return Promise.any(answers).catch(() => undefined);
    },
  };
}
