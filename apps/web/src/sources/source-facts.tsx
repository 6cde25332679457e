import type { Source } from '@holdfast/contracts';
import { formatDuration } from '@holdfast/contracts/quantities';
import { Card, SimpleGrid } from '@mantine/core';
import { Figure } from '../ui/figure.tsx';
import { Instant } from '../ui/instant.tsx';

/** When it was last backed up and proven, how fast it comes back, and where it is. */
export function SourceFacts({ source }: { readonly source: Source }) {
  const { lastSuccess, lastAttempt, lastVerified, nextRun, recoveryMs } = source;
  return (
    <Card withBorder padding="lg">
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }}>
        <Figure title="Last good backup">{at(lastSuccess, 'none yet')}</Figure>
        <Figure title="Last attempt">{at(lastAttempt, 'none yet')}</Figure>
        <Figure title="Next backup">{at(nextRun, 'none planned')}</Figure>
        <Figure title="Last proven">{at(lastVerified, 'never')}</Figure>
        <Figure title="Comes back in">
          {recoveryMs === undefined ? 'not measured' : formatDuration(recoveryMs)}
        </Figure>
        {placesOf(source).map(([title, value]) => (
          <Figure key={title} title={title}>
            {value}
          </Figure>
        ))}
      </SimpleGrid>
    </Card>
  );
}

function at(instant: string | undefined, otherwise: string) {
  return instant === undefined ? otherwise : <Instant at={instant} />;
}

function placesOf({ server, container, image, volume, path, declared }: Source): [string, string][] {
  const places: [string, string | undefined][] = [
    ['Server', server],
    ['Container', container],
    ['Image', image],
    ['Volume', volume],
    ['Path', path],
    ['Known by', declared ? 'declaration' : 'discovery'],
  ];
  return places.flatMap(([title, value]): [string, string][] =>
    value === undefined ? [] : [[title, value]],
  );
}
