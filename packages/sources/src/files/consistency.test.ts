import { expect, it } from 'vitest';
import { chooseConsistency, type Labelled } from './consistency.ts';

const labelled = (...values: (string | undefined)[]) =>
  values.map(
    (value, index): Labelled => ({
      shown: `the container ${index}`,
      labels: value === undefined ? {} : { 'holdfast.volume.consistency': value },
    }),
  );

it.each([
  [[], 'live', 'live'],
  [[undefined], 'stop', 'stop'],
  [['live'], 'stop', 'live'],
  [['pause', undefined, 'live'], 'live', 'pause'],
  [['pause', 'stop'], 'live', 'stop'],
] as const)('of %j with the default %s is %s', (values, fallback, chosen) => {
  expect(chooseConsistency(labelled(...values), fallback)).toBe(chosen);
});

it('refuses what it does not know, and says where it is', () => {
  expect(() => chooseConsistency(labelled('stop', 'frozen'))).toThrow(/the container 1 is "frozen"/);
});
