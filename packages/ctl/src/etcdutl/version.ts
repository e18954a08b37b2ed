/** version: the API level, in etcd's scheme. */
import { API_LEVEL, API_VERSION } from '@quorate/base';
import { stdout } from '../cli/output.ts';

export function version(): void {
  stdout.write(`etcdutl version: ${API_LEVEL}\nAPI version: ${API_VERSION}\n`);
}
