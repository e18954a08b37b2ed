// Exercises a server through npm's etcd3. Usage: v3-client.mjs PORT. Prints one line a check.
import { createRequire } from 'node:module';

const { Etcd3, EtcdLockFailedError } = createRequire(import.meta.url)('etcd3');
const client = new Etcd3({ hosts: `127.0.0.1:${process.argv[2]}` });
let failed = 0;

function check(name, condition) {
  console.log(`${condition ? 'ok' : 'FAILED'} ${name}`);
  if (!condition) failed++;
}
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

await client.put('n/a').value('1');
check('put and get', (await client.get('n/a').string()) === '1');
check('missing key', (await client.get('n/none').string()) === null);
check('previous value', (await client.put('n/a').value('2').getPrevious())?.value.toString() === '1');
for (let n = 0; n < 10; n++) await client.put(`n/range/${n}`).value(String(n));
check('prefix', Object.keys(await client.getAll().prefix('n/range/').strings()).length === 10);
check('keys', (await client.getAll().prefix('n/range/').keys()).length === 10);
check('count', (await client.getAll().prefix('n/range/').count()) === 10);
check('limit', (await client.getAll().prefix('n/range/').limit(3).keys()).length === 3);
check('sorted', (await client.getAll().prefix('n/range/').sort('Key', 'Descend').keys())[0] === 'n/range/9');
check('touch', (await client.put('n/a').touch()) !== undefined);
check('delete', (await client.delete().prefix('n/range/')).deleted === '10');
const outcome = await client
  .if('n/a', 'Value', '==', '2')
  .then(client.put('n/b').value('then'), client.get('n/b'))
  .else(client.put('n/b').value('else'))
  .commit();
check('transaction', outcome.succeeded === true);
check('atomic namespace', (await client.namespace('n/').get('b').string()) === 'then');

const watcher = await client.watch().prefix('n/w/').create();
const seen = [];
watcher.on('put', (kv) => seen.push(`put ${kv.value}`));
watcher.on('delete', (kv) => seen.push(`delete ${kv.key}`));
await client.put('n/w/1').value('x');
await client.delete().key('n/w/1');
for (let n = 0; n < 100 && seen.length < 2; n++) await sleep(20);
check('watch', seen.join() === 'put x,delete n/w/1');
await watcher.cancel();

const lease = client.lease(5);
await lease.put('n/leased').value('x');
check('lease', (await client.get('n/leased').string()) === 'x');
await lease.keepaliveOnce();
await lease.revoke();
check('revoke', (await client.get('n/leased').string()) === null);

const lock = client.lock('n-lock');
await lock.acquire();
const refused = await client
  .lock('n-lock')
  .acquire()
  .catch((error) => error);
check('lock', refused instanceof EtcdLockFailedError);
await lock.release();
check('lock again', (await client.lock('n-lock').do(async () => 'done')) === 'done');

const election = client.election('n-election', 5);
const campaign = election.campaign('me');
await new Promise((resolve, reject) => {
  campaign.on('elected', resolve);
  campaign.on('error', reject);
});
check('election', (await election.leader()) === 'me');
await campaign.resign();
check('resigned', (await election.leader()) === undefined);
check('members', (await client.cluster.memberList({})).members.length === 1);
check('status', Number((await client.maintenance.status()).raftTerm) > 0);
client.close();
process.exit(failed === 0 ? 0 : 1);
