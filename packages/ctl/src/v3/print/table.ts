/** The table format; it has forms for lists of members and endpoints only. */
import type { MemberListResponse } from '@quorate/proto';
import { stdout } from '../../cli/output.ts';
import { formatTable } from '../../go/table.ts';
import { GenericPrinter, unsupported } from './generic.ts';
import type { EndpointHash, EndpointHealth, EndpointStatus } from './printer.ts';
import {
  HASH_HEADER,
  HEALTH_HEADER,
  hashRows,
  healthRows,
  MEMBER_HEADER,
  memberRows,
  STATUS_HEADER,
  statusRows,
} from './rows.ts';

export class TablePrinter extends GenericPrinter {
  constructor() {
    super('table', () => {
      throw unsupported('table');
    });
  }

  override memberList(response: MemberListResponse): void {
    stdout.write(formatTable(MEMBER_HEADER, memberRows(response)));
  }

  override endpointHealth(list: readonly EndpointHealth[]): void {
    stdout.write(formatTable(HEALTH_HEADER, healthRows(list)));
  }

  override endpointStatus(list: readonly EndpointStatus[]): void {
    stdout.write(formatTable(STATUS_HEADER, statusRows(list)));
  }

  override endpointHash(list: readonly EndpointHash[]): void {
    stdout.write(formatTable(HASH_HEADER, hashRows(list)));
  }
}
