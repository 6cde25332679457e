export interface ComposeIdentity {
  readonly project: string;
  readonly service: string;
  readonly number: number;
}

export interface StoredSource {
  /** Stays when the container is made anew or renamed. */
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly server: string;
  readonly environment: string;
  /** A person named it; discovery neither finds nor loses it. */
  readonly declared: boolean;
  /** How its kind finds it; validated by the kind whenever it is used. */
  readonly locator: unknown;
  readonly containerName?: string;
  readonly containerId?: string;
  readonly compose?: ComposeIdentity;
  readonly image?: string;
  readonly path?: string;
  readonly present: boolean;
  readonly protected: boolean;
  /** Why it is not protected. */
  readonly reason?: string;
  readonly lastAttempt?: string;
  readonly lastSuccess?: string;
  readonly lastVerified?: string;
}

/** What discovery says of one container that is a source; the rest of the record is history. */
export interface FoundSource {
  readonly name: string;
  readonly kind: string;
  readonly environment: string;
  readonly locator: unknown;
  readonly containerName: string;
  readonly containerId: string;
  readonly compose?: ComposeIdentity;
  readonly image: string;
  readonly running: boolean;
  readonly reason?: string;
}
