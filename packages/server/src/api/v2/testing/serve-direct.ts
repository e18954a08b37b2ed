// Serves a DirectMember on a port, for measurements with wrk and comparisons by hand.
//   node dist/api/v2/testing/serve-direct.js 24010
import { DirectMember, listenDirect } from './direct-member.ts';

const member = new DirectMember();
setInterval(() => {
  if (member.store.hasTtlKeys) member.sync();
}, 500).unref();
const { port } = await listenDirect(member, Number(process.argv[2] ?? 0));
console.log(`listening on ${port}`);
