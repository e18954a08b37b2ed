// Counting: every check of every peer ends up as one line here.

/** One check of one suite. */
export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  /** What went wrong, in a few lines. */
  readonly detail?: string;
}

/** What a suite amounted to. A suite that could not run at all is skipped, with the reason. */
export interface SuiteResult {
  readonly suite: string;
  readonly checks: readonly CheckResult[];
  readonly skipped?: string;
}

/** Prints a suite: its count, and each failure. */
export function printSuite({ suite, checks, skipped }: SuiteResult): void {
  if (skipped !== undefined) {
    console.log(`${suite}: skipped, ${skipped}`);
    return;
  }
  const failures = checks.filter(({ ok }) => !ok);
  console.log(`${suite}: ${checks.length - failures.length} of ${checks.length}`);
  for (const { name, detail } of failures) {
    console.log(`  failed: ${name}`);
    if (detail !== undefined) console.log(detail.replace(/^/gm, '    '));
  }
}
