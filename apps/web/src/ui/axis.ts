const kibi = 1024;
const decades = [1, 10, 100].flatMap((decade) => [1, 2, 5].map((step) => step * decade));
/** Several times one of the last three is whole, or a half, in the next unit as well. */
const kibis = [1, 2, 5, 10, 20, 50, 128, 256, 512];
const byteSteps = Array.from({ length: 5 }, (_, power) => kibi ** power).flatMap((unit) =>
  kibis.map((step) => step * unit),
);
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const durationSteps = [
  ...decades,
  ...[1, 2, 5, 10, 15, 30].flatMap((step) => [step * second, step * minute]),
  ...[1, 2, 3, 6, 12, 24].map((step) => step * hour),
].toSorted((a, b) => a - b);
const mostTicks = 5;

/** Of an axis from 0: whole numbers of a unit, the last of them not below the largest value. */
export interface Axis {
  readonly ticks: number[];
  readonly domain: [number, number];
}

/** @param values in bytes */
export function byteAxis(values: readonly number[]): Axis {
  return axis(values, byteSteps);
}

/** @param values in milliseconds */
export function durationAxis(values: readonly number[]): Axis {
  return axis(values, durationSteps);
}

function axis(values: readonly number[], steps: readonly number[]): Axis {
  const largest = Math.max(1, ...values);
  const fits = (step: number) => largest <= step * (mostTicks - 1);
  const step = steps.find(fits) ?? Math.ceil(largest / (mostTicks - 1));
  const count = Math.ceil(largest / step);
  const ticks = Array.from({ length: count + 1 }, (_, index) => index * step);
  return { ticks, domain: [0, count * step] };
}
