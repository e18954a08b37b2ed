// What the discovery tests ask of members, over their HTTP APIs.

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

async function post(port: number, path: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

export async function put(port: number, key: string, value: string): Promise<void> {
  await post(port, '/v3/kv/put', { key: base64(key), value: base64(value) });
}

/** The value of a key, read linearizably; undefined when it is not there. */
export async function get(port: number, key: string): Promise<string | undefined> {
  const { kvs } = (await post(port, '/v3/kv/range', { key: base64(key) })) as { kvs?: { value: string }[] };
  const [found] = kvs ?? [];
  return found === undefined ? undefined : Buffer.from(found.value, 'base64').toString('utf8');
}

/** Sets a key of the v2 API. */
export async function setV2(port: number, key: string, value: string): Promise<void> {
  const url = `http://127.0.0.1:${port}/v2/keys${key}`;
  const answer = await fetch(url, { method: 'PUT', body: new URLSearchParams({ value }) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
}

/** Cluster id, and the names of the members in order. */
export async function cluster(
  port: number,
): Promise<{ readonly id: string; readonly names: readonly string[] }> {
  const { header, members } = (await post(port, '/v3/cluster/member/list', {})) as {
    header: { cluster_id: string };
    members: { name?: string }[];
  };
  return { id: header.cluster_id, names: members.map(({ name = '' }) => name).sort() };
}

/** Makes a user `root` and turns authentication on. */
export async function enableAuth(port: number, password: string): Promise<void> {
  await post(port, '/v3/auth/role/add', { name: 'root' });
  await post(port, '/v3/auth/user/add', { name: 'root', password });
  await post(port, '/v3/auth/user/grant', { user: 'root', role: 'root' });
  await post(port, '/v3/auth/enable', {});
}
