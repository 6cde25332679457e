import { describe, expect, it } from 'vitest';
import { viewFrom } from './host-view.ts';

describe('which paths of the host this process sees', () => {
  const id = 'c'.repeat(64);
  const bind = (source: string, destination: string) => ({
    type: 'bind',
    source,
    destination,
    readWrite: true,
  });
  const holdfast = { id, mounts: [bind('/srv', '/srv'), bind('/data', '/backups')] };

  it('is all of them, unless it runs inside a container of that engine', () => {
    const outside = viewFrom([holdfast], '36 35 98:0 / / rw - ext4 /dev/sda rw');
    expect(outside.sees('/anything')).toBe(true);
    expect(outside.own(['/x'])).toEqual(['/x']);
    const table = `600 590 8:1 /var/lib/docker/containers/${id}/hostname /etc/hostname rw - ext4 /dev/sda rw`;
    const inside = viewFrom([holdfast], table);
    const seen = ['/srv/shop', '/srv', '/srvx', '/data', '/'].map((place) => inside.sees(place));
    expect(seen).toEqual([true, true, false, false, false]);
    expect(inside.own(['/x'])).toEqual([]);
  });
});
