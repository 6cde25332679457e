import type { EnvironmentPreflight } from '@holdfast/contracts';
import { count, formatAge, formatBytes, formatInstant } from '@holdfast/contracts/quantities';
import { type Markup, markup, type Palette } from '../output/markup.ts';

/** What a restore of an environment would do and what stands in its way, for a person who has to decide. */
export function explainPreflight(
  preflight: EnvironmentPreflight,
  palette: Palette,
  now = Date.now(),
): Markup[] {
  const { environment, point, members, containers, problems, warnings } = preflight;
  const held = members.filter(({ missing }) => missing === undefined);
  const partial = point.state === 'partial' ? ', PARTIAL' : '';
  return [
    markup`${palette.bold('Restores')}  the environment ${environment}: ${count(held.length, 'member')}`,
    markup`${palette.bold('to')}        the recovery point ${point.id} of ${formatInstant(point.time)} (${formatAge(point.time, now)}), from ${point.destination}${partial}`,
    ...held.map(
      ({ source, kind, replaces, bytes = 0 }) =>
        markup`${palette.bold('Replaces')}  ${source} (${kind}, ${formatBytes(bytes)} in the snapshot): ${whatIsThere(replaces)}`,
    ),
    ...line(palette.bold('Stops'), '     ', names(containers, 'stop')),
    ...line(palette.bold('Makes'), '     ', [
      ...names(containers, 'make'),
      ...names(preflight.volumes, 'make').map((name) => `volume ${name}`),
      ...names(preflight.networks, 'make').map((name) => `network ${name}`),
    ]),
    ...line(palette.bold('Pulls'), '     ', preflight.pulls),
    ...line(
      palette.bold('Starts'),
      '    ',
      containers.filter(({ starts }) => starts).map(({ name }) => name),
    ),
    markup`${palette.bold('How')}       each member is loaded beside what is there, checked, then swapped in; on any failure all goes back to how it is now`,
    ...warnings.map((warning) => markup`${palette.yellow('Careful')}   ${warning}`),
    ...problems.map(({ code, detail }) => markup`${palette.red('Blocked')}   [${code}] ${detail}`),
  ];
}

function whatIsThere(replaces: EnvironmentPreflight['members'][number]['replaces']): string {
  if (replaces.length === 0) return 'nothing is there now';
  return replaces
    .map(({ name, bytes }) => (bytes === undefined ? name : `${name} (${formatBytes(bytes)})`))
    .join(', ');
}

function names(things: readonly { readonly name: string; readonly action: string }[], action: string) {
  return things.filter((thing) => thing.action === action).map(({ name }) => name);
}

function line(title: Markup, gap: string, words: readonly string[]): Markup[] {
  return words.length === 0 ? [] : [markup`${title}${gap}${words.join(', ')}`];
}
