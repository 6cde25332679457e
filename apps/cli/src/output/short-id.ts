/** The first eight characters of a restic id: enough to be typed, here and in restic itself. */
export function shortResticId(id: string): string {
  return id.slice(0, 8);
}

/** The part of a version 7 UUID that is its time in milliseconds: less is shared by all that was made in the same minute. */
export function shortUuid(id: string): string {
  return id.slice(0, 13);
}
