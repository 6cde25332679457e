import type { Person, Role } from '@holdfast/contracts';

/** A person as stored. */
export interface StoredPerson {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash?: string;
  readonly oidc?: { readonly issuer: string; readonly subject: string };
  readonly secondFactor: boolean;
  readonly createdAt: string;
  readonly lastSignIn?: string;
}

/** Whether they have a way to sign in. */
export function isActive({ passwordHash, oidc }: StoredPerson): boolean {
  return passwordHash !== undefined || oidc !== undefined;
}

/** What others may see of a person. */
export function toPerson(person: StoredPerson): Person {
  const { id, email, name, role, secondFactor, createdAt, lastSignIn } = person;
  return {
    id,
    email,
    name,
    role,
    state: isActive(person) ? 'active' : 'invited',
    secondFactor,
    identityProvider: person.oidc !== undefined,
    createdAt,
    lastSignIn,
  };
}
