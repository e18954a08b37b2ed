// No acknowledged write is lost or applied twice, no refused one is applied: every value is unique, so it is counted in the
// log of revisions.
import type { Operation } from '../history.ts';
import type { RevisionLog } from '../revision-log.ts';
import type { Report } from '../violation.ts';

export function checkWrites(operations: readonly Operation[], log: RevisionLog, report: Report): void {
  for (const operation of operations) {
    for (const value of operation.values) {
      const puts = log.putsOf(value);
      const name = `#${operation.number} ${operation.text} (${operation.outcome}: ${operation.answer})`;
      if (puts.length > 1) {
        report('applied-twice', `${name} was applied at revisions ${puts.map((put) => put.revision).join()}`);
      }
      if (operation.outcome === 'ok' && puts.length === 0)
        report('acknowledged-lost', `${name} was never applied`);
      if (operation.outcome === 'ok' && puts[0] !== undefined && puts[0].revision !== operation.revision) {
        report(
          'acknowledged-lost',
          `${name} was answered with revision ${operation.revision} and applied at ${puts[0].revision}`,
        );
      }
      if (operation.outcome === 'refused' && puts.length > 0) {
        report('refused-applied', `${name} was applied at revision ${puts[0]?.revision}`);
      }
    }
  }
}
