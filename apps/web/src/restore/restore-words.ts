import type { restoreModes } from '@holdfast/contracts';
import { count } from '@holdfast/contracts/quantities';
import type { RestoreChoice } from './restore-choice.ts';

type RestoreMode = (typeof restoreModes)[number];

export const modeWords: Readonly<Record<RestoreMode, { readonly title: string; readonly text: string }>> = {
  swap: {
    title: 'In place of what is there now',
    text: 'It is loaded beside first, counted and compared, then the two are exchanged in one short moment. What is there now is kept under another name until you remove it.',
  },
  beside: {
    title: 'Beside it, under a new name',
    text: 'Nothing that is there now is touched. Good for a look, or to copy single things back.',
  },
  'in-place': {
    title: 'Over what is there now',
    text: 'Needs no room for two, but what is there now is lost at once, and a restore that fails half-way leaves half of it. Take this only when the disk has no room for the first way.',
  },
};

/** Of picked files, where everything else stays as it is. */
export const fileModeWords: typeof modeWords = {
  ...modeWords,
  swap: {
    title: 'Where they were',
    text: 'The picked files and folders are put back. What they replace is kept beside, and everything else stays as it is.',
  },
  beside: {
    title: 'In a new place',
    text: 'The picked files and folders are put there, and nothing else. Nothing that is there now is touched.',
  },
  'in-place': {
    title: 'Where they were, within the folder itself',
    text: 'For a folder that is a mount point of its own. What the picked files replace is kept in a hidden folder in it.',
  },
};

/** The name that the person types. */
export function nameToType(choice: RestoreChoice): string {
  return choice.what === 'environment' ? choice.environment : choice.sourceName;
}

export function whatWords(choice: RestoreChoice): string {
  switch (choice.what) {
    case 'environment':
      return `The whole environment ${choice.environment}`;
    case 'source':
      return `All of ${choice.sourceName}`;
    case 'files':
      return `${count(choice.paths.length, 'path')} of ${choice.sourceName}`;
  }
}
