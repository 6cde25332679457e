import { HoldfastError } from '@holdfast/runtime';

/** The cursor of a list that is sorted by arrival. @throws HoldfastError `invalid-input` */
export function parseArrival(cursor: string): number {
  const arrival = Number(cursor);
  if (Number.isSafeInteger(arrival) && arrival > 0) return arrival;
  throw new HoldfastError('invalid-input', `${JSON.stringify(cursor)} is no cursor of this list.`);
}
