import { z } from 'zod';
import type { Attempt } from './attempt.ts';
import { quoteIdentifier } from './quoting.ts';

export const databaseGrantSchema = z.object({
  grantor: z.string(),
  /** Null is PUBLIC: everyone. */
  grantee: z.string().nullable(),
  privilege: z.enum(['CREATE', 'CONNECT', 'TEMPORARY']),
  grantable: z.boolean(),
});
export type DatabaseGrant = z.infer<typeof databaseGrantSchema>;

/** Makes the privileges of a fresh database exactly `grants`, each given by whom it was given by. */
export function grantAttempts(database: string, owner: string, grants: readonly DatabaseGrant[]): Attempt[] {
  const on = `ON DATABASE ${quoteIdentifier(database)}`;
  return [
    {
      label: 'withdrawal of the default privileges',
      alternatives: [`REVOKE ALL ${on} FROM PUBLIC; REVOKE ALL ${on} FROM ${quoteIdentifier(owner)}`],
      required: true,
    },
    ...inOrderOfGiving(owner, grants).map((grant): Attempt => {
      const grantee = grant.grantee === null ? 'PUBLIC' : quoteIdentifier(grant.grantee);
      const give = `GRANT ${grant.privilege} ${on} TO ${grantee}${grant.grantable ? ' WITH GRANT OPTION' : ''}`;
      // What a superuser grants counts as given by the owner.
      const asGrantor = `SET LOCAL ROLE ${quoteIdentifier(grant.grantor)}; ${give}; SET LOCAL ROLE NONE`;
      return {
        label: `privilege ${grant.privilege} of ${grant.grantee === null ? 'PUBLIC' : `"${grant.grantee}"`} on the database`,
        alternatives: grant.grantor === owner ? [give] : [asGrantor, give],
      };
    }),
  ];
}

/** A grantor other than the owner must have been given the privilege, with grant option, before. */
function inOrderOfGiving(owner: string, grants: readonly DatabaseGrant[]): DatabaseGrant[] {
  const ordered: DatabaseGrant[] = [];
  let rest = [...grants];
  while (rest.length > 0) {
    const possible = rest.filter(
      ({ grantor, privilege }) =>
        grantor === owner ||
        ordered.some(
          (given) => given.grantable && given.grantee === grantor && given.privilege === privilege,
        ),
    );
    // A grantor with no visible right (his was through another role) comes when no other is left.
    const next = possible.length > 0 ? possible : rest;
    ordered.push(...next);
    rest = rest.filter((grant) => !next.includes(grant));
  }
  return ordered;
}
