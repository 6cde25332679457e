import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Remembered } from './remembered.ts';

function counting() {
  const looks: PromiseWithResolvers<number>[] = [];
  const remembered = new Remembered(() => {
    const look = Promise.withResolvers<number>();
    looks.push(look);
    return look.promise;
  });
  return { looks, remembered };
}

it('reads once for all who ask, until something was changed', async () => {
  const { looks, remembered } = counting();
  const both = Promise.all([remembered.get(), remembered.get()]);
  looks[0]?.resolve(1);
  expect(await both).toEqual([1, 1]);
  expect(await remembered.get()).toBe(1);
  await remembered.changing(Promise.resolve());
  const after = remembered.get();
  looks[1]?.resolve(2);
  expect(await after).toBe(2);
});

it('does not keep what was read while it was being changed', async () => {
  const { looks, remembered } = counting();
  const change = Promise.withResolvers<void>();
  const changing = remembered.changing(change.promise);
  const during = remembered.get();
  change.resolve();
  await changing;
  // Read before the change was committed, told after it.
  looks[0]?.resolve(1);
  expect(await during).toBe(1);
  const after = remembered.get();
  looks[1]?.resolve(2);
  expect(await after).toBe(2);
});

it('reads again after a look or a change that failed', async () => {
  const { looks, remembered } = counting();
  const first = remembered.get();
  looks[0]?.reject(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await setImmediate();
  const second = remembered.get();
  looks[1]?.resolve(1);
  expect(await second).toBe(1);
  await expect(remembered.changing(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  void remembered.get();
  expect(looks).toHaveLength(3);
});
