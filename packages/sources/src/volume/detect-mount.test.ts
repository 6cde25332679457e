import { expect, it } from 'vitest';
import { mountOf } from '../files/testing/mounts.ts';
import { detectVolume } from './detect-mount.ts';
import { previousLabels, workshopLabels } from './own-volumes.ts';

const place = { type: 'volume', path: '/var/lib/docker/volumes/shop_data/_data', name: 'shop_data' } as const;

it('finds a volume by its name', () => {
  expect(detectVolume(mountOf(place))).toEqual({
    locator: { volume: { name: 'shop_data' } },
    name: 'shop_data',
  });
});

it('leaves folders to their own kind', () => {
  expect(detectVolume(mountOf({ type: 'bind', path: '/srv/shop' }))).toBeUndefined();
});

it.each([workshopLabels('operation'), previousLabels('shop_data')])(
  'is blind for volumes that restores make',
  (labels) => {
    expect(detectVolume(mountOf({ ...place, labels }))).toBeUndefined();
  },
);

it('names a driver whose files it cannot know', () => {
  expect(detectVolume(mountOf({ ...place, driver: 'rclone' }))?.problem).toContain('"rclone"');
});

it('says that a volume in memory has nothing to keep', () => {
  expect(detectVolume(mountOf({ ...place, options: { type: 'tmpfs' } }))?.problem).toContain('tmpfs');
});

it.each([
  [{ 'holdfast.volume.consistency': 'Stop' }, {}, 'the volume shop_data'],
  [{}, { 'holdfast.volume.consistency': '' }, 'the container web'],
])('says which label holds what is not accepted', (labels, ofContainer, where) => {
  const { problem } = detectVolume(mountOf({ ...place, labels }, ofContainer)) ?? {};
  expect(problem).toContain(where);
});
