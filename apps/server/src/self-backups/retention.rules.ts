/** How many days keep their last backup. */
export const daysKept = 30;

/** What may go of backups that the schedule made: all but the last one of each of the newest days that have any. */
export function expired<Backup extends { readonly time: string }>(backups: readonly Backup[]): Backup[] {
  const newestFirst = backups.toSorted((a, b) => (a.time < b.time ? 1 : -1));
  const days = new Set<string>();
  return newestFirst.filter(({ time }) => {
    const day = time.slice(0, 10);
    const keep = !days.has(day) && days.size < daysKept;
    days.add(day);
    return !keep;
  });
}
