import { formatAge } from '@holdfast/contracts/quantities';
import { Tooltip } from '@mantine/core';
import { useClickOutside } from '@mantine/hooks';
import { type PointerEvent, useState } from 'react';
import { useOfNow } from './use-now.ts';

const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/**
 * How long ago (or until) an instant is; the time in the viewer's zone beneath the pointer, for screen readers, and for
 * who touches it. Lists hold hundreds: what a touch needs is not there before one.
 */
export function Instant({ at }: { readonly at: string }) {
  const age = useOfNow((now) => formatAge(at, now));
  const [touched, setTouched] = useState<HTMLElement | null>(null);
  const time = absolute.format(new Date(at));
  const onPointerDown = ({ pointerType, currentTarget }: PointerEvent<HTMLElement>) => {
    if (pointerType === 'touch') setTouched(currentTarget);
  };
  return (
    <>
      <time dateTime={at} title={time} onPointerDown={onPointerDown}>
        {age}
      </time>
      {touched !== null && <Touched element={touched} label={time} onLeave={() => setTouched(null)} />}
    </>
  );
}

interface TouchedProps {
  readonly element: HTMLElement;
  readonly label: string;
  readonly onLeave: () => void;
}

function Touched({ element, label, onLeave }: TouchedProps) {
  useClickOutside(onLeave, ['touchstart'], [element]);
  return <Tooltip opened target={element} label={label} />;
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
