import type { RestorePreflight } from '@holdfast/contracts';
import { formatBytes } from '@holdfast/contracts/quantities';
import { List, Stack, Text } from '@mantine/core';
import { formatInstantHere } from '../ui/instant.tsx';
import type { RestoreChoice } from './restore-choice.ts';
import type { RestoreSearch } from './restore-search.ts';

interface SourceFindingsProps {
  readonly preflight: RestorePreflight;
  readonly choice: Exclude<RestoreChoice, { what: 'environment' }>;
  readonly search: RestoreSearch;
}

/** What a restore of one source would do, in words. */
export function SourceFindings({ preflight, choice, search }: SourceFindingsProps) {
  const { replaces, versions } = preflight;
  return (
    <Stack gap="sm">
      <Text>
        {choice.what === 'files'
          ? `These are read from ${preflight.destination}, as they were at ${formatInstantHere(preflight.time)}:`
          : `${formatBytes(preflight.bytes)} are read from ${preflight.destination}: ${preflight.source} as it was at ${formatInstantHere(preflight.time)}.`}
      </Text>
      {choice.what === 'files' && (
        <List size="sm" spacing={2}>
          {choice.paths.map((path) => (
            <List.Item key={path} style={{ overflowWrap: 'anywhere' }}>
              {path}
            </List.Item>
          ))}
        </List>
      )}
      <Text>{consequence(choice, search)}</Text>
      {search.mode !== 'beside' && choice.what === 'source' && replaces.length > 0 && (
        <List size="sm" spacing={2}>
          {replaces.map(({ name, bytes }) => (
            <List.Item key={name} style={{ overflowWrap: 'anywhere' }}>
              {name}
              {bytes === undefined ? '' : `, now ${formatBytes(bytes)}`}
            </List.Item>
          ))}
        </List>
      )}
      {versions.map(({ name, backedUp, now }) => (
        <Text key={name} size="sm" c="dimmed">
          {name}: {backedUp} when it was backed up, {now} now.
        </Text>
      ))}
    </Stack>
  );
}

function consequence(choice: SourceFindingsProps['choice'], { mode, newName = '' }: RestoreSearch): string {
  if (mode === 'beside') return `It is put at ${newName}. Nothing that is there now is touched.`;
  if (choice.what === 'files')
    return 'They are put back where they were; what they replace is kept. Everything else stays as it is.';
  return mode === 'in-place'
    ? 'It is written over what is there now, which is lost:'
    : 'It takes the place of what is there now, which is kept under another name:';
}
