import { formatAge } from '@holdfast/contracts/quantities';
import { Tooltip } from '@mantine/core';
import { useNow } from './use-now.ts';

const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** How long ago (or until) an instant is; the time in the viewer's zone beneath the pointer and for screen readers. */
export function Instant({ at }: { readonly at: string }) {
  const now = useNow();
  const time = absolute.format(new Date(at));
  return (
    <Tooltip label={time} events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={at} title={time}>
        {formatAge(at, now)}
      </time>
    </Tooltip>
  );
}

const short = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** As `formatInstantHere`, to the minute: for lists. */
export function formatMinuteHere(at: string): string {
  return short.format(new Date(at));
}

/** An instant in words of the viewer's zone: for what happened once, and lists that are read by time. */
export function formatInstantHere(at: string): string {
  return absolute.format(new Date(at));
}
