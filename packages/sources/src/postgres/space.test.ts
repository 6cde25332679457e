import { expect, it } from 'vitest';
import { parseFreeBytes } from './space.ts';

const header = 'Filesystem     1024-blocks  Used Available Capacity Mounted on\n';

it.each([
  ['overlay 263174212 26838604 225584412 11% /', 225_584_412 * 1024],
  ['//nas/my share 1000 900 100 90% /var/lib/with space', 100 * 1024],
  ['tmpfs 0 0 0 - /dev/shm', 0],
])('reads %j', (line, bytes) => {
  expect(parseFreeBytes(`${header}${line}\n`)).toBe(bytes);
});

it('does not guess', () => {
  expect(parseFreeBytes('df: /nowhere: No such file or directory')).toBeUndefined();
});
