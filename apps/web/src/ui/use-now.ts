import { useSyncExternalStore } from 'react';

const stepMs = 5_000;
let now = Date.now();
const listeners = new Set<() => void>();
let timer: number | undefined;

/** One clock for the whole page, so that a thousand ages cost one timer. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(() => {
    now = Date.now();
    for (const tell of listeners) tell();
  }, stepMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** The present, to a few seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/** What is said of the present: drawn anew only when that changes. */
export function useOfNow(say: (now: number) => string): string {
  return useSyncExternalStore(subscribe, () => say(now));
}
