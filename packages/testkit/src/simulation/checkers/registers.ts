// Every key of a history is a register, and its operations must have an order.
import type { History } from '../history.ts';
import type { Report } from '../violation.ts';
import { checkRegister, type Verdict } from './linearizability.ts';

export function checkRegisters(history: History, report: Report, judged: (verdict: Verdict) => void): void {
  for (const [key, operations] of history.registers()) {
    const verdict = checkRegister(operations);
    judged(verdict);
    if (verdict !== 'violated') continue;
    const lines = operations
      .map((one) => `  ${one.invoked}..${one.completed} ${one.kind} ${one.text}`)
      .join('\n');
    report('linearizability', `the operations on ${key} have no order:\n${lines}`);
    return;
  }
}
