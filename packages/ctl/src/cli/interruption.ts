/**
 * SIGINT and SIGTERM for commands that have something to give back before they end. Registered at the very start
 * of the process, so that a signal that comes while the command is still loading is not lost.
 */
import { ExitCode, ExitError } from './exit.ts';

let controller: AbortController | undefined;

/** Fires at the first SIGINT or SIGTERM since the first call of this function. */
export function interruption(): AbortSignal {
  if (controller === undefined) {
    const created = new AbortController();
    controller = created;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => created.abort(new ExitError(ExitCode.Error, 'context canceled')));
    }
  }
  return controller.signal;
}

/** Resolves when the signal fires. */
export function fired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
