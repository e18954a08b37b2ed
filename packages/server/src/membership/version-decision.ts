// Which version the cluster should have: rules of etcd 3.6.
import { compareVersions, parseVersion, type Version } from './version.ts';

/** The version of a cluster some of whose members cannot be asked, as long as it has none. */
const MIN_VERSION: Version = { major: 3, minor: 0 };

export interface VersionFacts {
  /** The cluster's version; undefined until there is one. */
  readonly current: Version | undefined;
  /** The lowest version among the members; undefined while somebody's is unknown. */
  readonly lowest: Version | undefined;
  /** What a downgrade aims at; undefined when none is in progress. */
  readonly target: Version | undefined;
}

/**
 * The version to change to, or undefined. It rises with the slowest member. A downgrade lowers it by one minor version at
 * once, so that members can be restarted with the older version, and keeps it there.
 */
export function decideVersion({ current, lowest, target }: VersionFacts): Version | undefined {
  if (current === undefined) return lowest ?? MIN_VERSION;
  if (lowest === undefined) return undefined;
  if (target !== undefined) {
    const isNext = isOneBelow(target, current);
    // Members that already run the older version do not count against it; newer ones by one minor at most.
    return isNext && (isOneBelow(target, lowest) || compareVersions(target, lowest) === 0)
      ? target
      : undefined;
  }
  return compareVersions(lowest, current) > 0 ? lowest : undefined;
}

/** Whether a downgrade from one version to the other is one minor step. */
export function isOneBelow(lower: Version, upper: Version): boolean {
  return lower.major === upper.major && lower.minor === upper.minor - 1;
}

/** Whether all members run the version that a downgrade aims at: it is over. */
export function isDowngraded(target: string, versions: readonly (string | undefined)[]): boolean {
  const aim = parseVersion(target);
  if (aim === undefined) return false;
  return versions.every((text) => {
    const version = text === undefined ? undefined : parseVersion(text);
    return version !== undefined && compareVersions(version, aim) === 0;
  });
}
