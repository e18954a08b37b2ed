// `npm run robustness`: clusters of real member processes under real faults, judged by the simulator's checkers.
//   --minutes M   how long (default 1)             --members N    how many members (default 3)
//   --seed S      repeats faults and operations    --mixed, --go N  with members of Go etcd
//   --faults a,b  only these                       --network W    namespaces or loopback
//   --trace       the timeline as it happens       --help         all of it
import { setUp } from './setup.mjs';

setUp();
await import(new URL('../test/dist/robustness/main.js', import.meta.url).href);
