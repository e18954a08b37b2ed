// When clients and faults are at work: bursts, and long rests between them in which next to nothing happens. Rests cost
// little to simulate, and are what leases, checkpoints, compactions and clocks that drift need to show themselves.

/** How much of a rest counts: clients and faults are so much slower in it. */
const REST_PACE = 0.002;

export interface PhaseSettings {
  readonly burstMs: number;
  /** 0: no rests. */
  readonly restMs: number;
}

/** World time at which `busyMs` of activity have passed after `nowMs`. Time begins with a burst. */
export function afterActivity({ burstMs, restMs }: PhaseSettings, nowMs: number, busyMs: number): number {
  if (restMs === 0) return nowMs + busyMs;
  const periodMs = burstMs + restMs;
  const worthMs = burstMs + restMs * REST_PACE;
  const periods = Math.floor(busyMs / worthMs);
  let left = busyMs - periods * worthMs;
  let at = nowMs + periods * periodMs;
  for (;;) {
    const place = at % periodMs;
    const pace = place < burstMs ? 1 : REST_PACE;
    const toNextMs = place < burstMs ? burstMs - place : periodMs - place;
    if (left <= toNextMs * pace) return at + left / pace;
    left -= toNextMs * pace;
    at += toNextMs;
  }
}
