import type { RecoveryKit } from '@holdfast/contracts';
import { Secret } from '@holdfast/runtime';
import type { KeyParts } from './key-status.ts';

/** What a person keeps to restore with the stock restic alone. */
export async function recoveryKit(
  { teamKeys, repositories, destinations, sources }: KeyParts,
  now: Date,
): Promise<RecoveryKit> {
  const key = await teamKeys.current();
  const initialised = (await repositories.all()).filter((one) => one.initialised);
  return {
    keyId: key.id,
    password: key.password.reveal(),
    time: now.toISOString(),
    repositories: await Promise.all(
      initialised.map(async (one) => {
        const password = await repositories.teamKeyOf(one);
        const { access } = await repositories.openWith(one, password);
        return {
          source: (await sources.get(one.sourceId)).name,
          destination: (await destinations.get(one.destinationId)).name,
          repository: access.location,
          password: one.teamKeyId === key.id ? undefined : password.reveal(),
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
