import type { KeyStatus } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import type { RepositoriesService } from '../repositories/repositories.service.ts';
import type { StoredRepository } from '../repositories/repository.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import type { TeamKeys } from './team-keys.service.ts';

export interface KeyParts {
  readonly teamKeys: TeamKeys;
  readonly repositories: RepositoriesService;
  readonly destinations: DestinationsService;
  readonly sources: SourcesService;
}

/** What may be known of the team key by everybody who may look. */
export async function keyStatus(parts: KeyParts): Promise<KeyStatus> {
  const { teamKeys, repositories, destinations, sources } = parts;
  const key = await teamKeys.known('current');
  if (key === undefined) throw new HoldfastError('team-key-missing', 'There is no team key yet.');
  const isHeld = (await teamKeys.find('current')) !== undefined;
  const adding = (await teamKeys.known('next')) !== undefined;
  const following = (await teamKeys.known('previous')) !== undefined;
  const initialised = (await repositories.all()).filter((one) => one.initialised);
  return {
    id: key.id,
    state: !isHeld ? 'missing' : key.confirmedAt === undefined ? 'unconfirmed' : 'confirmed',
    origin: key.origin,
    created: key.createdAt,
    confirmed: key.confirmedAt === undefined ? undefined : { at: key.confirmedAt, by: key.confirmedBy ?? '' },
    rotation: adding ? 'adding' : following ? 'following' : undefined,
    repositories: await Promise.all(
      initialised.map(async (one) => ({
        source: (await sources.get(one.sourceId)).name,
        destination: (await destinations.get(one.destinationId)).name,
        state: stateOf(one, key.id),
      })),
    ),
  };
}

function stateOf({ teamKeyId, hasOldKeys }: StoredRepository, currentId: string) {
  if (teamKeyId !== currentId) return 'not-followed';
  return hasOldKeys ? 'old-keys-left' : 'current';
}
