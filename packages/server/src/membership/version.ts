// Cluster versions: `major.minor.patch`, of which only major and minor count.
import { API_LEVEL } from '@quorate/base';

export interface Version {
  readonly major: number;
  readonly minor: number;
}

/** Parses `3.4`, `3.4.0`, `v3.4.23`; undefined when it is none of these. */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+)\.(\d+)(?:\.\d+(?:[-+][0-9A-Za-z.+-]+)?)?$/.exec(text);
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]) };
}

export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor;
}

/** `major.minor.0`, the form in entries and stores. */
export function clusterVersionText(version: Version): string {
  return `${version.major}.${version.minor}.0`;
}

/** The version of this software as a cluster version. */
export const SERVER_VERSION: Version = parseVersion(API_LEVEL) as Version;

/** From this cluster version on, members publish themselves and the version by entries of the v3 form. */
export const V3_MEMBERSHIP_VERSION: Version = { major: 3, minor: 5 };
/** From this cluster version on, lease checkpoints are kept on disk. */
export const CHECKPOINT_PERSIST_VERSION: Version = { major: 3, minor: 6 };
