// What a person sees on a terminal when a member has come up.
import { API_LEVEL } from '@quorate/base';
import type { ServerConfig } from '../config/index.ts';

/** The banner, several lines. */
export function banner(config: ServerConfig): string {
  const urls = (list: readonly { readonly url: string }[]): string => list.map(({ url }) => url).join(', ');
  return [
    '',
    `  Quorate  etcd ${API_LEVEL} API, v3 and ${config.enableV2 ? 'v2' : 'no v2'}`,
    '',
    `  member   ${config.name}`,
    `  clients  ${urls(config.listenClientUrls)}`,
    `  peers    ${urls(config.listenPeerUrls)}`,
    `  data     ${config.dataDir}`,
    '',
    '',
  ].join('\n');
}
