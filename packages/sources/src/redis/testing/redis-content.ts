import type { Reply, RespClient } from './resp-client.ts';

/** Far enough that no test outlives it. */
const later = Date.UTC(2100, 0, 1);

const binary = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('');
export const hostileKeys = ['', ' ', "it's", '"$(id)" `id`', 'line\r\nbreak', '*', '-n', 'ünï 数据', binary];

/** As latin1, since the client of the tests takes bytes so. */
const bytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

function* range(count: number): Generator<number> {
  for (let index = 0; index < count; index++) yield index;
}

/** Random, so that nothing makes it small. */
function noise(length: number): string {
  let state = 88_172_645;
  let text = '';
  for (let index = 0; index < length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    text += String.fromCharCode(state & 255);
  }
  return text;
}

/** Every type, in the small and in the large encoding; expiries; streams with groups; functions; several databases. */
export async function fill(client: RespClient): Promise<void> {
  for (const [index, key] of hostileKeys.entries()) {
    await client.call('SET', key === binary ? key : bytes(key), `value ${index}`);
  }
  await client.call('SET', 'integer', '12345');
  await client.call('SET', '67890', '-7');
  await client.call('SET', 'repeated', 'abc'.repeat(10_000));
  await client.call('SET', `name ${'long '.repeat(40)}`, 'a compressed name');
  await client.call('SET', 'big', noise(3_000_000));
  await client.call('APPEND', 'bits', '\x00\xff');
  await client.call('PFADD', 'loglog', 'a', 'b', 'c');
  await client.call('RPUSH', 'list', 'a', '', binary);
  await client.call('RPUSH', 'list:large', ...[...range(3_000)].map((n) => `item ${n}`), noise(20_000));
  await client.call('SADD', 'set:integers', 1, 2, 70_000, '-9000000000');
  await client.call('SADD', 'set', 'a', 'b', binary);
  await client.call('SADD', 'set:large', ...[...range(2_000)].map((n) => `member ${n}`));
  await client.call('ZADD', 'zset', 1, 'one', '-inf', 'least', '+inf', 'most', 0.1, 'tenth');
  await client.call('ZADD', 'zset:large', ...[...range(1_000)].flatMap((n) => [n / 3, `member ${n}`]));
  await client.call('HSET', 'hash', 'field', 'value', '', '', binary, binary);
  await client.call('HSET', 'hash:large', ...[...range(1_500)].flatMap((n) => [`field ${n}`, `value ${n}`]));
  await client.call('GEOADD', 'geo', 13.4, 52.5, 'Berlin', 2.35, 48.85, 'Paris');
  await fillStreams(client);
  await client.call('SET', 'expires', 'later', 'PXAT', later);
  await client.call('HSET', 'expires:hash', 'a', 'b');
  await client.call('PEXPIREAT', 'expires:hash', later + 1234);
  await client.call(
    'FUNCTION',
    'LOAD',
    "#!lua name=shop\nredis.register_function('total', function() return 42 end)",
  );
  await client.call('SET', 'left', 500);
  await client.call('SET', 'right', 500);
  await client.call('SELECT', 3);
  await client.call('SET', 'in another database', 'yes', 'PXAT', later);
  await client.call('SELECT', 15);
  await Promise.all([...range(300)].map((n) => client.call('SET', `session:${n}`, n, 'PXAT', later + n)));
  await client.call('SELECT', 0);
}

async function fillStreams(client: RespClient): Promise<void> {
  await Promise.all(
    [...range(400)].map((n) => client.call('XADD', 'stream', `${n + 1}-1`, 'order', n, 'note', `text ${n}`)),
  );
  await client.call('XDEL', 'stream', '7-1', '400-1');
  await client.call('XGROUP', 'CREATE', 'stream', 'readers', 0);
  await client.call('XGROUP', 'CREATE', 'stream', 'idle', '$');
  await client.call('XREADGROUP', 'GROUP', 'readers', 'alice', 'COUNT', 30, 'STREAMS', 'stream', '>');
  await client.call('XREADGROUP', 'GROUP', 'readers', 'bob', 'COUNT', 5, 'STREAMS', 'stream', '>');
  await client.call('XACK', 'stream', 'readers', '3-1', '4-1');
  await client.call('XGROUP', 'CREATE', 'stream:empty', 'group', '$', 'MKSTREAM');
}

export interface RedisContent {
  /** Of the two balances between which a test moves money. */
  readonly total: number;
  readonly databases: Readonly<Record<string, readonly (readonly [string, Reply, Reply, Reply, Reply])[]>>;
  readonly functions: Reply;
}

const databases = 16;
/** How a stream lies in memory, and times that pass by themselves. */
const variable = /^(radix-tree-keys|radix-tree-nodes|inactive|idle)$/;

/** All that a restore has to bring back: names, types, expiries, values (by the server's own digest), groups, functions. */
export async function readContent(client: RespClient): Promise<RedisContent> {
  const content: Record<string, [string, Reply, Reply, Reply, Reply][]> = {};
  for (let index = 0; index < databases; index++) {
    await client.call('SELECT', index);
    const keys = listOf(await client.call('KEYS', '*'))
      .map(String)
      .sort();
    if (keys.length === 0) continue;
    content[`db${index}`] = await Promise.all(
      keys.map(async (key): Promise<[string, Reply, Reply, Reply, Reply]> => {
        const [type, expires, digest] = await Promise.all([
          client.call('TYPE', key),
          client.call('PEXPIRETIME', key),
          client.call('DEBUG', 'DIGEST-VALUE', key),
        ]);
        const stream =
          type === 'stream' ? await client.call('XINFO', 'STREAM', key, 'FULL', 'COUNT', 0) : null;
        return [key, type, expires, digest, withoutVariable(stream)];
      }),
    );
  }
  await client.call('SELECT', 0);
  const [left, right] = [await client.call('GET', 'left'), await client.call('GET', 'right')];
  return {
    total: Number(left) + Number(right),
    databases: content,
    functions: await client.call('FUNCTION', 'LIST', 'WITHCODE'),
  };
}

function listOf(reply: Reply): readonly Reply[] {
  return Array.isArray(reply) ? reply : [];
}

function withoutVariable(reply: Reply): Reply {
  if (!Array.isArray(reply)) return reply;
  return reply
    .filter((_, index) => {
      const name: unknown = reply[index - (index % 2)];
      return !(typeof name === 'string' && variable.test(name));
    })
    .map(withoutVariable);
}
