/** What a command does, told on standard error in etcd's form of log lines. */
import { stderr } from '../cli/output.ts';

export type LogFields = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export function logInfo(message: string, fields: LogFields = {}): void {
  const line = { level: 'info', ts: new Date().toISOString(), caller: 'etcdutl', msg: message, ...fields };
  stderr.write(`${JSON.stringify(line)}\n`);
}
