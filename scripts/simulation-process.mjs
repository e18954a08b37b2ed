// One of the processes of `npm run simulate`: runs the seeds it is sent, one at a time.
import { simulate } from '../packages/testkit/dist/index.js';

process.on('message', async ({ seed, settings }) => {
  const { violation, timeline, ...result } = await simulate(seed, { settings });
  process.send({
    ...result,
    counts: [...result.counts],
    violation,
    timeline: violation === undefined ? [] : timeline,
  });
});
process.on('disconnect', () => process.exit());
