import type { Source } from '@holdfast/contracts';

export interface Beside {
  /** Of the field in which it stands. */
  readonly label: string;
  readonly name: string;
}

/** Where a copy beside a source is put, which nothing else has; undefined for kinds that cannot be restored so. */
export function besideOf({ kind, path, volume }: Source, now: Date): Beside | undefined {
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  switch (kind) {
    case 'postgres':
    case 'mysql':
      return { label: 'Name of the database beside it', name: `restored_${stamp.replace('-', '_')}` };
    case 'sqlite':
      return path === undefined
        ? undefined
        : { label: 'Path of the copy', name: path.replace(/(\.[^./]+)?$/, `-restored-${stamp}$1`) };
    case 'directory':
      return path === undefined
        ? undefined
        : { label: 'Folder of the copy', name: `${path.replace(/\/+$/, '')}-restored-${stamp}` };
    case 'volume':
      return volume === undefined
        ? undefined
        : { label: 'Name of the volume beside it', name: `${volume}-restored-${stamp}` };
    default:
      return undefined;
  }
}
