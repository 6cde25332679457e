import type { RecoveryKit } from '@holdfast/contracts';
import { Secret } from '@holdfast/runtime';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import type { RepositoriesService } from '../repositories/repositories.service.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import type { Vault } from './vault.service.ts';

/** What a person keeps to restore with the stock restic alone. */
export async function recoveryKit(parts: {
  vault: Vault;
  repositories: RepositoriesService;
  destinations: DestinationsService;
  sources: SourcesService;
}): Promise<RecoveryKit> {
  const repositories = (await parts.repositories.all()).filter(({ initialised }) => initialised);
  return {
    password: (await parts.vault.teamKey()).reveal(),
    repositories: await Promise.all(
      repositories.map(async (repository) => {
        const { access } = await parts.repositories.open(repository);
        return {
          source: (await parts.sources.get(repository.sourceId)).name,
          destination: (await parts.destinations.get(repository.destinationId)).name,
          repository: access.location,
          environment: withoutSecrets(access.environment),
          options: [...access.options],
        };
      }),
    ),
  };
}

/** The names stay, for the person to fill in: a kit alone must not open the storage. */
function withoutSecrets(environment: Readonly<Record<string, string | Secret>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value instanceof Secret ? '' : value]),
  );
}
