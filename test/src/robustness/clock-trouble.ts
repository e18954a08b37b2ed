// Steps of the wall clock of one process, by libfaketime. Linux has no wall clock per namespace, and the machine's own is
// everybody's. Go's programs ask the kernel directly: their clocks stay as they are.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const LIBRARY = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
].find((path) => existsSync(path));

export const canStepClocks = LIBRARY !== undefined;

/** Holds the offset of a member's clock. */
export function clockFile(directory: string, member: string): string {
  return join(directory, `${member}.clock`);
}

export function clockEnvironment(directory: string, member: string): Record<string, string> {
  return {
    LD_PRELOAD: LIBRARY ?? '',
    FAKETIME_TIMESTAMP_FILE: clockFile(directory, member),
    // Time spans are measured by the monotonic clock, which never steps.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    FAKETIME_CACHE_DURATION: '1',
  };
}
