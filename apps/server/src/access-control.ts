import { AuditService } from './audit/audit.service.ts';
import { createAuditStore } from './audit/audit.store.ts';
import type { Config } from './config.ts';
import type { Database } from './database/database.ts';
import { createInvitationsStore } from './people/invitations.store.ts';
import { PeopleService } from './people/people.service.ts';
import { createPeopleStore } from './people/people.store.ts';
import { SecondFactorService } from './people/second-factor.service.ts';
import { createSecondFactorStore } from './people/second-factor.store.ts';
import { SetUpService } from './people/set-up.service.ts';
import { createSetUpStore } from './people/set-up.store.ts';
import type { Ports } from './ports.ts';
import { createCookies } from './sessions/session-cookie.ts';
import { SessionsService } from './sessions/sessions.service.ts';
import { createSessionsStore } from './sessions/sessions.store.ts';
import type { OidcSettings } from './sign-in/oidc.service.ts';
import { SignInService } from './sign-in/sign-in.service.ts';
import { TokensService } from './tokens/tokens.service.ts';
import { createTokensStore } from './tokens/tokens.store.ts';
import type { Vault } from './vault/vault.service.ts';

export type AccessControl = Awaited<ReturnType<typeof createAccessControl>>;

export interface AccessControlParts {
  readonly database: Database;
  readonly vault: Vault;
  readonly config: Pick<Config, 'publicUrl' | 'oidc'>;
  readonly ports: Pick<Ports, 'clock' | 'log'>;
}

/** Joins what says who may use this Holdfast, and what remembers what they did. */
export async function createAccessControl({ database, vault, config, ports }: AccessControlParts) {
  const { clock, log } = ports;
  const { publicUrl } = config;
  const sessions = new SessionsService(createSessionsStore(database), clock);
  const secondFactor = new SecondFactorService({ store: createSecondFactorStore(database), vault, clock });
  const people = new PeopleService({
    store: createPeopleStore(database),
    invitations: createInvitationsStore(database),
    sessions,
    secondFactor,
    clock,
    publicUrl,
  });
  return {
    people,
    sessions,
    secondFactor,
    setUp: new SetUpService({ store: createSetUpStore(database), people, clock }),
    signIn: new SignInService({ people, secondFactor, clock }),
    oidc: config.oidc === undefined ? undefined : await createOidc(config.oidc, people),
    tokens: new TokensService(createTokensStore(database), clock),
    cookies: createCookies(publicUrl),
    audit: new AuditService({
      store: createAuditStore(database),
      clock,
      onError: (error) => log('error', 'The audit log could not be written.', error),
    }),
  };
}

async function createOidc(settings: OidcSettings, people: PeopleService) {
  const { OidcService } = await import('./sign-in/oidc.service.ts');
  return new OidcService(settings, people);
}
