import { expect, it } from 'vitest';
import { mountPointsOf, mountPointsWithin } from './mount-points.ts';

it('reads the kernel table, odd characters included', () => {
  const table = [
    '22 28 0:20 / /sys rw,nosuid - sysfs sysfs rw',
    '40 28 8:1 /a /srv/with\\040space\\012and\\134backslash rw - ext4 /dev/sda1 rw',
    '41 28 8:1 /a /srv/\xc3\xbc rw - ext4 /dev/sda1 rw',
    '',
  ].join('\n');
  expect(mountPointsOf(table)).toEqual(['/sys', '/srv/with space\nand\\backslash', '/srv/ü']);
});

it('finds a mount point by its own path and below one, but not by a mere prefix', async () => {
  expect(await mountPointsWithin('/proc')).toContain('/proc');
  expect(await mountPointsWithin('/pro')).toEqual([]);
});
