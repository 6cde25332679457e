/** One piece of a value's form, as far as needed to find where the value ends. */
export type Step =
  | { readonly op: 'string' | 'length' | 'double' | 'module' }
  | { readonly op: 'raw'; readonly bytes: number }
  /** A length, and then that many times the body. */
  | { readonly op: 'repeat'; readonly body: readonly Step[] };

const string: Step = { op: 'string' };
const length: Step = { op: 'length' };
const raw = (bytes: number): Step => ({ op: 'raw', bytes });
const repeat = (...body: Step[]): Step => ({ op: 'repeat', body });

const streamId = [length, length];
const pendingEntry = raw(16);

/** @param version of the type: the second added counters, the third a time for each consumer */
function stream(version: 1 | 2 | 3): Step[] {
  const [second, third] = [version >= 2, version >= 3];
  const consumer = repeat(string, raw(8), ...(third ? [raw(8)] : []), repeat(pendingEntry));
  return [
    repeat(string, string),
    length,
    ...streamId,
    ...(second ? [...streamId, ...streamId, length] : []),
    repeat(string, ...streamId, ...(second ? [length] : []), repeat(pendingEntry, raw(8), length), consumer),
  ];
}

export const typeNames = ['string', 'list', 'set', 'zset', 'hash', 'stream', 'module'] as const;
export type TypeName = (typeof typeNames)[number];

interface ValueForm {
  readonly type: TypeName;
  readonly steps: readonly Step[];
}
const form = (type: TypeName, ...steps: Step[]): ValueForm => ({ type, steps });

/**
 * The forms of values, by the byte that names them, from the source of Redis (`rdb.h`, `rdbLoadObject`) up to 7.4 and
 * Valkey 8. A byte that is missing here means a newer server, or module data of a form that does not say its length.
 */
export const valueForms: ReadonlyMap<number, ValueForm> = new Map([
  [0, form('string', string)],
  [1, form('list', repeat(string))],
  [2, form('set', repeat(string))],
  [3, form('zset', repeat(string, { op: 'double' }))],
  [4, form('hash', repeat(string, string))],
  [5, form('zset', repeat(string, raw(8)))],
  [7, form('module', length, { op: 'module' })],
  [9, form('hash', string)],
  [10, form('list', string)],
  [11, form('set', string)],
  [12, form('zset', string)],
  [13, form('hash', string)],
  [14, form('list', repeat(string))],
  [15, form('stream', ...stream(1))],
  [16, form('hash', string)],
  [17, form('zset', string)],
  [18, form('list', repeat(length, string))],
  [19, form('stream', ...stream(2))],
  [20, form('set', string)],
  [21, form('stream', ...stream(3))],
  [24, form('hash', raw(8), repeat(length, string, string))],
  [25, form('hash', raw(8), string)],
]);

/** What stands between values. */
export const opcodes = {
  slotInfo: 0xf4,
  functionLibrary: 0xf5,
  oldFunctionLibrary: 0xf6,
  moduleAux: 0xf7,
  idle: 0xf8,
  frequency: 0xf9,
  aux: 0xfa,
  resize: 0xfb,
  expireMilliseconds: 0xfc,
  expireSeconds: 0xfd,
  selectDatabase: 0xfe,
  end: 0xff,
} as const;

/** What follows an opcode, where nothing of it is of interest. */
export const skippedAfter: ReadonlyMap<number, readonly Step[]> = new Map([
  [opcodes.slotInfo, [length, length, length]],
  [opcodes.moduleAux, [length, { op: 'module' }]],
  [opcodes.idle, [length]],
  [opcodes.frequency, [raw(1)]],
  [opcodes.resize, [length, length]],
]);
