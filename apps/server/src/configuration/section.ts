import type { Configuration, ConfigurationChange } from '@holdfast/contracts';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import type { ChannelsService } from '../notifications/channels.service.ts';
import type { PlansService } from '../plans/plans.service.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import type { Problems } from './problems.ts';
import type { SecretResolver } from './secret-references.ts';

/** The services that a document is about; all on the same database, or inside the same transaction. */
export interface Nouns {
  readonly destinations: DestinationsService;
  readonly sources: SourcesService;
  readonly plans: PlansService;
  readonly channels: ChannelsService;
}

/** One thing as it is compared: everything spelled out, and no ids in it. */
export interface Item {
  readonly state: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** One that is there. */
export interface Held extends Item {
  readonly id: string;
  /** What a document says of it; absent where no document has to. */
  readonly entry?: Readonly<Record<string, unknown>>;
  /** Why it cannot be changed. */
  readonly fixed?: string;
  /** Why it cannot be deleted; `never` where nobody asks for that. */
  readonly stays?: string;
}

/** One as the document wants it. */
export interface Wanted extends Item {
  /** Tries what cannot be known without a connection. @throws HoldfastError */
  readonly tryOut?: () => Promise<void>;
  create(nouns: Nouns): Promise<void>;
  /** @param changed the names in `state` that differ */
  update(nouns: Nouns, held: Held, changed: ReadonlySet<string>): Promise<void>;
}

export interface Reading {
  readonly document: Configuration;
  readonly nouns: Nouns;
  readonly held: ReadonlyMap<string, Held>;
  readonly secrets: SecretResolver;
  readonly problems: Problems;
}

/** What a document says of one noun. */
export interface Section {
  readonly noun: ConfigurationChange['noun'];
  /** Its key in the document. */
  readonly key: 'destinations' | 'sources' | 'plans' | 'channels';
  held(nouns: Nouns): Promise<Map<string, Held>>;
  /** What cannot be had is left out, and is a problem. */
  wanted(reading: Reading): Promise<Map<string, Wanted>>;
  readonly remove: (nouns: Nouns, held: Held) => Promise<void>;
}
