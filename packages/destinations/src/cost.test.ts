import { expect, test } from 'vitest';
import { monthlyCost, type StoragePrice } from './cost.ts';
import { openDestination } from './registry.ts';

const price: StoragePrice = {
  currency: 'USD',
  perGigabyteMonth: 0.02,
  basePerMonth: 5,
  includedGigabytes: 250,
  asOf: '2026-05',
};

test.each([
  [0, 5],
  [250e9, 5],
  [251e9, 5.02],
  [1000e9, 20],
])('%d bytes cost %d a month', (bytes, amount) => {
  expect(monthlyCost(price, bytes)).toEqual({ amount, currency: 'USD', asOf: '2026-05' });
});

test.each([
  ['https://s3.eu-central-1.amazonaws.com', 2.3],
  ['https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com', 1.35],
  ['https://s3.eu-central-1.wasabisys.com', 7.99],
  ['https://storage.example.org', undefined],
])('100 GB at %s', (endpoint, amount) => {
  const destination = openDestination('s3', {
    endpoint,
    bucket: 'app',
    accessKeyId: 'key',
    secretAccessKey: 'secret',
  });
  expect(destination.monthlyCost(100e9)?.amount).toBe(amount);
});

test('a folder on this machine has no price', () => {
  expect(openDestination('local', { path: '/srv/backups' }).monthlyCost(100e9)).toBeUndefined();
});
