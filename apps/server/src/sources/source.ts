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
  /** Of a file, a folder or a volume, on the engine's host. */
  readonly path?: string;
  readonly volume?: string;
  /** What finds it again where no container does; the same as in `FoundSource`. */
  readonly place?: string;
  readonly present: boolean;
  readonly protected: boolean;
  /** Nobody left it out: where it is not protected, it cannot be, and a recovery point without it is partial. */
  readonly wanted: boolean;
  /** Names of plans, by the label holdfast.plan. */
  readonly planLabels?: readonly string[];
  /** Why it is not protected. */
  readonly reason?: string;
  /** When it was found first, or declared. */
  readonly since?: string;
  readonly lastAttempt?: string;
  readonly lastSuccess?: string;
  readonly lastVerified?: string;
  /** How long the restore took that was verified last, in milliseconds. */
  readonly recoveryMs?: number;
}

/** What discovery says of one source; the rest of the record is history. */
export interface FoundSource {
  readonly name: string;
  readonly kind: string;
  readonly environment: string;
  readonly locator: unknown;
  readonly containerName?: string;
  readonly containerId?: string;
  readonly compose?: ComposeIdentity;
  readonly image?: string;
  readonly path?: string;
  readonly volume?: string;
  /** Of what is no container: stays while the thing is the same, whatever containers use it. */
  readonly place?: string;
  /** A person chose the name by a label. */
  readonly named: boolean;
  readonly running: boolean;
  readonly wanted: boolean;
  readonly planLabels?: readonly string[];
  readonly reason?: string;
}
