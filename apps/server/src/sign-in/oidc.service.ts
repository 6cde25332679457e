import { emailSchema, type Role } from '@holdfast/contracts';
import { HoldfastError, type Secret } from '@holdfast/runtime';
import * as client from 'openid-client';
import { z } from 'zod';
import type { PeopleService } from '../people/people.service.ts';
import type { StoredPerson } from '../people/person.ts';

export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Of people whom nobody invited; absent: they are not let in. */
  readonly defaultRole?: Role;
  /** Where the provider sends people back to. */
  readonly redirectUri: URL;
}

/** What the browser keeps while its person is with the provider. */
const pendingSchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() });
export type PendingSignIn = z.infer<typeof pendingSchema>;

const claimsSchema = z.object({
  email: emailSchema.optional(),
  email_verified: z.boolean().optional(),
  name: z.string().trim().min(1).max(100).optional(),
});

/** Sign-in by an identity provider: authorisation code flow with PKCE, state and nonce. */
export class OidcService {
  readonly #settings: OidcSettings;
  readonly #people: PeopleService;
  #discovered: Promise<client.Configuration> | undefined;

  constructor(settings: OidcSettings, people: PeopleService) {
    this.#settings = settings;
    this.#people = people;
  }

  /** Where to send the browser, and what it has to bring back. @throws HoldfastError `identity-provider-failed` */
  async start(): Promise<{ url: URL; pending: PendingSignIn }> {
    const pending = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    };
    const url = client.buildAuthorizationUrl(await this.#configuration(), {
      redirect_uri: this.#settings.redirectUri.href,
      scope: 'openid email profile',
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: 'S256',
    });
    return { url, pending };
  }

  /**
   * Who came back. `query` is that of the address that the provider sent the browser to.
   * @throws HoldfastError `identity-provider-failed`, `forbidden` for who is not of the team
   */
  async finish(query: string, kept: unknown): Promise<StoredPerson> {
    const pending = pendingSchema.safeParse(kept);
    if (!pending.success) {
      throw new HoldfastError('identity-provider-failed', 'This browser began no sign-in, or too long ago.');
    }
    const { subject, claims } = await this.#claims(query, pending.data);
    const person = await this.#find({ issuer: this.#settings.issuer.href, subject }, claims);
    await this.#people.signedIn(person.id);
    return person;
  }

  async #find(oidc: { issuer: string; subject: string }, claims: z.infer<typeof claimsSchema>) {
    const known = await this.#people.bySubject(oidc.issuer, oidc.subject);
    if (known !== undefined) return known;
    const { email, email_verified: verified, name } = claims;
    if (email === undefined || verified !== true) {
      throw new HoldfastError(
        'forbidden',
        'The identity provider gave no e-mail address that it has verified.',
      );
    }
    const invited = await this.#people.byEmail(email);
    if (invited !== undefined) {
      // The address has passed on to somebody else: not for the provider to decide.
      if (invited.oidc !== undefined) {
        throw new HoldfastError(
          'forbidden',
          'The identity provider knows another person by that e-mail address.',
        );
      }
      await this.#people.bindSubject(invited.id, oidc);
      return this.#people.get(invited.id);
    }
    const { defaultRole: role } = this.#settings;
    // The first person comes in by the set-up code, whoever the provider vouches for.
    if (role === undefined || !(await this.#people.any())) {
      throw new HoldfastError('forbidden', `${email} does not belong to the team.`, {
        hint: 'Ask an owner for an invitation.',
      });
    }
    return this.#people.admit({ email, name: name ?? email, role, oidc });
  }

  async #claims(query: string, { state, nonce, verifier }: PendingSignIn) {
    const address = new URL(query, this.#settings.redirectUri);
    const configuration = await this.#configuration();
    try {
      const tokens = await client.authorizationCodeGrant(configuration, address, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const idToken = tokens.claims();
      if (idToken === undefined) throw new Error('there is no ID token');
      const subject = idToken.sub;
      const inToken = claimsSchema.safeParse(idToken);
      if (inToken.success && inToken.data.email !== undefined) return { subject, claims: inToken.data };
      const more = await client.fetchUserInfo(configuration, tokens.access_token, subject);
      return { subject, claims: claimsSchema.parse(more) };
    } catch (error) {
      throw failed(error);
    }
  }

  /** Asked for once; again after it failed. */
  async #configuration(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings;
    // Settings allow plain HTTP to this very host only.
    const options = issuer.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : {};
    this.#discovered ??= client.discovery(issuer, clientId, clientSecret.reveal(), undefined, options);
    try {
      return await this.#discovered;
    } catch (error) {
      this.#discovered = undefined;
      throw failed(error);
    }
  }
}

function failed(error: unknown): HoldfastError {
  const why = error instanceof Error ? error.message : String(error);
  return new HoldfastError(
    'identity-provider-failed',
    `The identity provider did not vouch for the person: ${why}.`,
    {
      cause: error,
    },
  );
}
