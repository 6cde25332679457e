import type { LiveSettings } from './live-settings.ts';

const prefix = 'before-';

/** Where the dump of what is replaced is kept, in the server's folder: `/data/before-20261122T101500Z.rdb`. */
export function choosePrevious({ folder }: Pick<LiveSettings, 'folder'>, now: Date): string {
  const time = now.toISOString().replaceAll(/[-:.]/g, '');
  return `${folder.replace(/\/$/, '')}/${prefix}${time}.rdb`;
}

/** Whether a name can be one of a kept dump: nothing else is ever loaded or removed. */
export function isPrevious(path: string): boolean {
  return /^\/.*\/before-\d{8}T\d{6,9}Z\.rdb$/.test(path) && !path.split('/').includes('..');
}
