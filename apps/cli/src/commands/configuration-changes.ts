import type { ConfigurationChange, ConfigurationDiff, FieldChange } from '@holdfast/contracts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { type Markup, markup } from '../output/markup.ts';
import type { Output } from '../output/output.ts';
import type { ReadDocument } from './configuration-document.ts';

const signs = { create: '+', update: '~', delete: '-' } as const;
const colours = { create: 'green', update: 'yellow', delete: 'red' } as const;

/** A line for each thing that changes, and below it its fields. */
export function printChanges(output: Output, changes: readonly ConfigurationChange[]): void {
  const { palette } = output;
  for (const { noun, name, action, fields } of changes) {
    output.line(palette[colours[action]](markup`${signs[action]} ${noun} ${name}`));
    // What is deleted is not spelled out.
    if (action !== 'delete')
      for (const field of fields) output.line(markup`    ${fieldWords(output, field)}`);
  }
}

function fieldWords({ palette }: Output, { path, before, after, secret }: FieldChange): Markup {
  const name = path.join('.');
  if (secret === true) return markup`${name}: ${palette.yellow('(a secret, changed)')}`;
  if (before === undefined) return markup`${name}: ${palette.green(asText(after))}`;
  if (after === undefined) return markup`${name}: ${palette.red(asText(before))} removed`;
  return markup`${name}: ${palette.red(asText(before))} -> ${palette.green(asText(after))}`;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `1 to create, 2 to change`. */
export function countWords(changes: readonly ConfigurationChange[]): string {
  const count = (action: ConfigurationChange['action']) =>
    changes.filter((change) => change.action === action).length;
  return [
    [count('create'), 'to create'],
    [count('update'), 'to change'],
    [count('delete'), 'to delete'],
  ]
    .filter(([number]) => number !== 0)
    .map(([number, words]) => `${number} ${words}`)
    .join(', ');
}

/** @throws CommandError `configuration-invalid`, saying of each problem where it stands in the file */
export function assertApplicable(
  { output }: CommandContext,
  diff: ConfigurationDiff,
  document: ReadDocument,
): void {
  const found = diff.problems.map(
    ({ path, message }) => `${document.placeOf(path)}: ${path.join('.')}: ${message}`,
  );
  const [first, ...rest] = found;
  if (first === undefined) return;
  for (const more of rest) output.warn(more);
  throw new CommandError('configuration-invalid', first, {
    hint:
      rest.length === 0
        ? 'Correct that line; nothing was changed.'
        : 'Correct these lines; nothing was changed.',
  });
}
