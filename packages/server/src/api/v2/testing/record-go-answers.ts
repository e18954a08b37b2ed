// Sends the vector requests to a fresh Go etcd (3.4 with --enable-v2) and prints its answers, one JSON line each:
//   node dist/api/v2/testing/record-go-answers.js <client port> > packages/server/src/api/v2/testing/go-answers.jsonl
import { namesOf, normalise } from './normalise.ts';
import { exchange } from './raw-http.ts';
import { vectorRequests } from './vector-requests.ts';

const port = Number(process.argv[2]);
const names = namesOf(await exchange(port, { method: 'GET', target: '/v2/members' }));
for (const request of vectorRequests) {
  const response = await exchange(port, request).catch(() => exchange(port, request));
  const answer = normalise(response, names);
  console.log(JSON.stringify({ request, answer }));
}
