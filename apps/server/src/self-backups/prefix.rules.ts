/** The one thing that may stand in `${…}`. */
const dateVariable = '${iso_date()}';

/** Why a prefix of self-backups is not accepted; undefined when it is. */
export function prefixProblem(prefix: string): string | undefined {
  const rest = prefix.replaceAll(dateVariable, 'd');
  if (rest.includes('${')) return `nothing but ${dateVariable} in \${…}`;
  const plain = folders(rest).every((segment) => segment !== '' && segment !== '.' && segment !== '..');
  if (!plain || /\p{Cc}|\\/u.test(rest)) return 'folders joined by single slashes, without "." and ".."';
  return undefined;
}

/** The key of a backup that begins now: the folder of the day (UTC), and a name that sorts by time. */
export function backupKey(prefix: string, now: Date): string {
  const day = now.toISOString().slice(0, 10);
  return [...folders(prefix.replaceAll(dateVariable, day)), backupFileName(now)].join('/');
}

/** What all keys under the prefix begin with, whatever the day. */
export function keyBeginning(prefix: string): string {
  const [fixed = ''] = prefix.replace(/^\/+/, '').split(dateVariable);
  return prefix.includes(dateVariable) || fixed === '' ? fixed : `${fixed.replace(/\/+$/, '')}/`;
}

/** `holdfast-backup-YYYYMMDD-HHMMSS.hfbackup`, in UTC. */
export function backupFileName(now: Date): string {
  const [date = '', time = ''] = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').split('T');
  return `holdfast-backup-${date}-${time}.hfbackup`;
}

/** When a backup was begun, by its name; undefined for what is none. */
export function timeOfBackup(key: string): Date | undefined {
  const found = /(?:^|\/)holdfast-backup-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)\.hfbackup$/.exec(key);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second] = found;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function folders(prefix: string): string[] {
  const plain = prefix.replaceAll(/^\/+|\/+$/g, '');
  return plain === '' ? [] : plain.split('/');
}
