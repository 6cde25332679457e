import { restoreModes } from '@holdfast/contracts';

export const restoreSteps = ['from', 'what', 'where', 'check', 'confirm'] as const;
export type RestoreStep = (typeof restoreSteps)[number];

const whats = ['environment', 'source', 'files'] as const;

/** All that was chosen so far, in the address: other pages link to it, a reload and the way back keep it. */
export interface RestoreSearch {
  environment?: string | undefined;
  /** A recovery point of it. */
  point?: string | undefined;
  /** Its id; other pages may give its name. */
  source?: string | undefined;
  snapshot?: string | undefined;
  what?: (typeof whats)[number] | undefined;
  /** Of the snapshot, when only files are restored. */
  paths?: string[] | undefined;
  mode?: (typeof restoreModes)[number] | undefined;
  newName?: string | undefined;
  /** Do not back up what is there before. */
  noSafety?: boolean | undefined;
  /** Go on although members are missing. */
  partial?: boolean | undefined;
  step?: RestoreStep | undefined;
}

/** Whatever the address says: what cannot be read is left out. */
export function parseRestoreSearch(search: Readonly<Record<string, unknown>>): RestoreSearch {
  return {
    environment: text(search['environment']),
    point: text(search['point']),
    source: text(search['source']),
    snapshot: text(search['snapshot']),
    what: whats.find((one) => one === search['what']),
    paths: pathsOf(search['paths']),
    mode: restoreModes.find((one) => one === search['mode']),
    newName: text(search['newName']),
    noSafety: search['noSafety'] === true || undefined,
    partial: search['partial'] === true || undefined,
    step: restoreSteps.find((one) => one === search['step']),
  };
}

/** A name made of digits comes as a number. */
function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function pathsOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const paths = value.filter((path): path is string => typeof path === 'string' && path.startsWith('/'));
  return paths.length > 0 ? paths : undefined;
}
