// The pages that a member shows on its peer port whatever the transport does: /version and /members.
import type { HttpHandler } from '@quorate/wire';
import type { MemberApi } from '../member/seam.ts';
import { respond, versionBody } from '../ops/ops-http.ts';

const JSON_TYPE = 'application/json';
const TEXT = 'text/plain; charset=utf-8';

/** The members as etcd's peers read them: ids are bare JSON numbers of 64 bits. */
function membersBody(member: MemberApi): string {
  const items = member.membership.members().map(({ id, name, peerURLs, clientURLs, isLearner }) => {
    const learner = isLearner ? ',"isLearner":true' : '';
    const attributes = JSON.stringify({
      ...(name === '' ? {} : { name }),
      ...(clientURLs.length === 0 ? {} : { clientURLs }),
    });
    const tail = attributes === '{}' ? '}' : `,${attributes.slice(1)}`;
    return `{"id":${id},"peerURLs":${JSON.stringify(peerURLs)}${learner}${tail}`;
  });
  return `[${items.join(',')}]\n`;
}

/** Makes the handler of the peer port. */
export function createPeerPages(member: MemberApi): HttpHandler {
  return (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0];
    response.setHeader('X-Etcd-Cluster-Id', member.clusterId.toString(16));
    if (path !== '/version' && path !== '/members') respond(response, 404, TEXT, '404 page not found\n');
    else if (request.method !== 'GET') {
      response.setHeader('Allow', 'GET');
      respond(response, 405, TEXT, 'Method Not Allowed\n');
    } else respond(response, 200, JSON_TYPE, path === '/version' ? versionBody(member) : membersBody(member));
  };
}
