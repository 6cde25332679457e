import type { Readable, Writable } from 'node:stream';
import type { EnvironmentMember, Manifest, SnapshotPart } from '@holdfast/contracts';
import type { ContainerDetails, DataPathPolicy, DockerHost } from '@holdfast/docker';
import type { Reporter, Secret } from '@holdfast/runtime';
import type { z } from 'zod';

/** What a source can do beyond capture and restore. The suite proves each trait that says true. */
export interface SourceTraits {
  /** Found among containers by discovery. */
  readonly discoverable: boolean;
  /** What `counts` of its manifest hold: the same names are counted again after a restore and compared. */
  readonly counts: 'rows' | 'keys' | 'files';
  /** Restores into `newName` beside the original. */
  readonly restoreBeside: boolean;
  /** Has a form that overwrites in place, without loading beside first. */
  readonly restoreInPlace: boolean;
  /** Restores some of its files and folders, and leaves everything else as it is. */
  readonly restorePaths: boolean;
}

/** Where captured bytes go; see the engine's StreamSink for the obligations. */
export interface Sink {
  readonly descriptor: number;
  writable(): Writable;
  readonly signal: AbortSignal;
}

export type CapturePart =
  | {
      readonly type: 'stream';
      /** Absolute, made only of safe characters; the same from one snapshot to the next. */
      readonly path: string;
      readonly magic?: Uint8Array;
      readonly minimumBytes?: number;
      /** For progress only. */
      readonly expectedBytes?: number;
      /** Resolves only when the producer succeeded, its exit status included. May be called once. */
      readonly produce: (sink: Sink) => Promise<void>;
    }
  | { readonly type: 'paths'; readonly root: string; readonly excludes: readonly string[] };

/** What goes into the manifest beside the parts; known when the last part was written. */
export interface CaptureFacts {
  readonly counts: Manifest['counts'];
  /** Hashes of content, by names that a restore can hash again; only of what can be hashed within a budget of time. */
  readonly hashes?: Manifest['hashes'];
  readonly versions: Manifest['versions'];
  readonly warnings: readonly string[];
  readonly details: unknown;
  /** Small files stored beside the manifest, for example roles. */
  readonly attachments: readonly { readonly name: string; readonly content: Uint8Array }[];
}

/** What the engine stored of one part. */
export interface StoredPart {
  readonly bytes: number;
  /** Of a part of type `paths`; links, pipes and devices are neither files nor folders. */
  readonly files: number;
  readonly folders: number;
}

export interface Capture {
  readonly parts: readonly CapturePart[];
  /** Which way the data takes, where there is more than one. */
  readonly dataPath?: string;
  /**
   * Asked for once, when the last part was read.
   * @param stored what became of each part, in the order of `parts`
   * @throws when the consistent view that the parts were read from was lost: the snapshot is then dropped.
   */
  facts(stored: readonly StoredPart[]): Promise<CaptureFacts>;
  /** Ends sessions and processes; called in every case, also after an error. */
  close(): Promise<void>;
}

/**
 * How files are read while containers use them: `live` as they are; `pause` and `stop` with those containers frozen
 * or ended meanwhile.
 */
export const consistencies = ['live', 'pause', 'stop'] as const;
export type Consistency = (typeof consistencies)[number];

/** Stops or pauses containers for a moment, and knows what it did even after a crash. */
export interface ServiceKeeper {
  /** Where no label says otherwise. */
  readonly defaultConsistency: Consistency;
  /**
   * Stores what it is about to do, then stops or pauses those of the containers that run.
   * @returns how to let them go on; never throws, and may be called more than once
   * @throws HoldfastError when one of them cannot be stopped; all go on then
   */
  hold(request: {
    readonly operationId: string;
    readonly containers: readonly { readonly id: string; readonly name: string }[];
    readonly action: 'pause' | 'stop';
    readonly reporter: Reporter;
  }): Promise<() => Promise<void>>;
}

export interface CaptureContext {
  readonly docker?: DockerHost;
  readonly dataPath: DataPathPolicy;
  /** Secrets that a person gave with the declaration of the source, by the names in `declaration.secrets`. */
  readonly secrets?: Readonly<Record<string, Secret>>;
  /** What the pass took of the same environment before this source; given to those that `detectEnvironment` found. */
  readonly members?: readonly EnvironmentMember[];
  /** Without it nothing may be stopped. */
  readonly services?: ServiceKeeper;
  /** Names processes and sessions, so that a later run can end those that a dead one left. */
  readonly operationId: string;
  /**
   * To be awaited by a restore in mode `swap` when all is loaded and verified, before anything takes the place of
   * anything: should nobody live to see the report, this is what `revert` is given.
   */
  readonly willExchange?: (exchange: Exchange) => Promise<void>;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** One part of a snapshot, to be read. */
export interface PartReader {
  readonly part: SnapshotPart;
  /** Streams the part. `done` must be awaited: it rejects when the bytes were not complete. */
  stream(): Promise<{ readonly stream: Readable; readonly done: Promise<void> }>;
  /** Writes the part to a descriptor without passing through this process; resolves when complete. */
  toDescriptor(descriptor: number): Promise<void>;
}

export interface RestoreRequest {
  readonly manifest: Manifest;
  readonly attachments: ReadonlyMap<string, Uint8Array>;
  readonly parts: readonly PartReader[];
  /** Restores the files of a part of type `paths` into an empty folder; of all of them, or of these paths. */
  readonly files: (part: SnapshotPart, target: string, paths?: readonly string[]) => Promise<void>;
  /** Counts what paths of such a part hold in the repository. @throws HoldfastError `not-found` for one that is not in it */
  readonly measure: (part: SnapshotPart, paths: readonly string[]) => Promise<StoredPart>;
  readonly mode: 'swap' | 'beside' | 'in-place';
  readonly newName?: string;
  /** Only this part (for example one database). */
  readonly part?: string;
  /**
   * Only these files and folders, absolute and none within another; given to kinds with the trait `restorePaths`. In the
   * modes `swap` and `in-place` everything else stays, and what they replace is kept.
   */
  readonly paths?: readonly string[];
}

/** What a restore put in place of what. */
export interface Exchange {
  /** What now serves, in words a person recognises: databases, or a path. */
  readonly restored: readonly string[];
  /** Where the previous state is kept, by name; dropped by the person when they are content. */
  readonly previous: readonly string[];
}

export interface RestoreReport extends Exchange {
  /** What was counted after the restore and found equal. */
  readonly verified: Manifest['counts'];
  /** What was hashed after the restore and found equal; a subset of the manifest's hashes. */
  readonly verifiedHashes?: Manifest['hashes'];
  readonly warnings: readonly string[];
}

export interface DetectionSettings {
  /** Settings that override labels and conventions, by name. */
  readonly overrides?: Readonly<Record<string, string>>;
}

/** A container recognised as this kind of source. */
export interface Detection<Locator> {
  readonly locator: Locator;
  /** Why it cannot be backed up as it is; shown in the list of sources. */
  readonly problem?: string;
  /** Folders inside the container whose content the capture covers: volumes mounted there need no backup of their own. */
  readonly dataPaths?: readonly string[];
}

/** One place of the host that containers share with it: a volume, or a folder that is mounted into them. */
export interface HostMount {
  readonly type: 'volume' | 'bind';
  /** Of a volume. */
  readonly name?: string;
  /** Of a volume: `local`, or a plugin; unknown where the engine did not say. */
  readonly driver?: string;
  /** Of the volume's driver; unknown where the engine does not list volumes. */
  readonly options?: Readonly<Record<string, string>>;
  /** The path on the engine's host; this process may not see it. */
  readonly path: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly users: readonly {
    readonly container: ContainerDetails;
    readonly destination: string;
    readonly readWrite: boolean;
  }[];
}

/** What belongs together and is restored together, and is more than one container. */
export interface HostEnvironment {
  readonly name: string;
  /** The Compose project, where it is one. */
  readonly project?: string;
}

/** A source among the files of a folder that is a source itself. */
export interface FoundFile<Locator> extends Detection<Locator> {
  readonly path: string;
}

export interface FileSearch {
  /** Folders below the root that are not entered. */
  readonly skip: readonly string[];
  readonly signal: AbortSignal;
}

/** How a person declares a source that discovery cannot find. */
export interface Declaration<Locator> {
  /** What the person gives, without the secrets. */
  readonly settings: z.ZodType<Locator>;
  /** The same from a locator that was declared, for who writes the declaration down. */
  settingsOf(locator: Locator): Readonly<Record<string, unknown>>;
  /** Names of settings that are secret: kept in the vault, given to captures and restores as `context.secrets`. */
  readonly secrets: readonly string[];
}

/** A server for a drill, made from the source's own container: its image, command and settings, but none of its data. */
export interface Rehearsal<Locator> {
  /** Folders that hold the data; fresh ones are put there. */
  readonly dataPaths: readonly string[];
  /** What the restored data will take there, in bytes; estimated from the size of the snapshot without it. */
  readonly expectedBytes?: number;
  /**
   * Added to, or instead of, the container's own environment: throwaway credentials for the real ones, for example. An
   * empty value takes the variable away.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** Instead of the container's own command, where that one cannot run alone. */
  readonly command?: readonly string[];
  /** How the throwaway container is found as a source. */
  locator(container: ContainerDetails): Locator;
  /** Resolves when the server answers. @throws HoldfastError when it did not within the signal's time */
  ready(container: ContainerDetails, context: CaptureContext): Promise<void>;
}

/** How a snapshot is restored to prove it, away from the original. */
export type Drill<Locator> =
  | {
      readonly into: 'container';
      /** `original` may be gone: then it has the environment and command of its image, and no mounts. */
      rehearse(original: ContainerDetails, manifest: Manifest): Rehearsal<Locator>;
    }
  | {
      readonly into: 'folder';
      /** Restores into an empty folder that is removed afterwards, and verifies as `restore` does. */
      restore(folder: string, request: RestoreRequest, context: CaptureContext): Promise<RestoreReport>;
    };

/** What a source holds now, as far as that can be had cheaply. */
export interface TargetState {
  /** What a restore would replace, each by a name that a person recognises. */
  readonly holds: readonly { readonly name: string; readonly bytes?: number }[];
  /** Of the server that would take the data, by the names in the manifest's `versions`. */
  readonly versions: Manifest['versions'];
}

/**
 * A kind of source. Adding one is a folder beside this file, one line in `registry.ts`, and passing
 * `testing/source-suite.ts` against the real server.
 */
export interface SourceKind<Locator> {
  readonly kind: string;
  readonly traits: SourceTraits;
  /** How a stored source of this kind is found again. Holds no secret. */
  readonly locator: z.ZodType<Locator>;
  /** Present where a person may declare one. */
  readonly declaration?: Declaration<Locator>;
  readonly drill?: Drill<Locator>;
  detect?(container: ContainerDetails): Detection<Locator> | undefined;
  /** As `detect`, for what containers mount. `name` suggests the source's name. */
  detectMount?(mount: HostMount): (Detection<Locator> & { readonly name: string }) | undefined;
  /** As `detect`, for what is known of an environment beside its data: captured last in a pass, and told its members. */
  detectEnvironment?(environment: HostEnvironment): Detection<Locator> | undefined;
  /**
   * Looks for sources of this kind among the files of a folder. Bounded; each bound that was hit is named in a warning.
   * @throws HoldfastError `cancelled`
   */
  findFiles?(
    root: string,
    search: FileSearch,
  ): Promise<{ readonly files: readonly FoundFile<Locator>[]; readonly warnings: readonly string[] }>;
  /**
   * A folder of the engine's host without which the source cannot be reached, where this process does not see it; a
   * helper container is given it. Undefined where the job may run here.
   * @param newName of a restore beside the original
   * @throws HoldfastError when the engine cannot be asked
   */
  hostFolder?(locator: Locator, context: CaptureContext, newName?: string): Promise<string | undefined>;
  capture(locator: Locator, context: CaptureContext): Promise<Capture>;
  /**
   * @throws HoldfastError; what was there before then still serves, untouched (except in mode `in-place`).
   */
  restore(locator: Locator, request: RestoreRequest, context: CaptureContext): Promise<RestoreReport>;
  /**
   * Undoes a restore in mode `swap`: what it kept as `previous` serves again, and the restored state is gone. Does
   * nothing when it was undone already, or announced and then not done. Used when a later step of the restore of an
   * environment fails.
   */
  revert?(locator: Locator, exchange: Exchange, context: CaptureContext): Promise<void>;
  /**
   * Resolves when a source that was just started can be worked with, also when that was its first start, on no data.
   * @throws HoldfastError when the signal's time was over, or it will never be ready
   */
  untilReady?(locator: Locator, context: CaptureContext): Promise<void>;
  /** What is there now. Changes nothing. @throws HoldfastError when it cannot be asked */
  examine?(locator: Locator, context: CaptureContext): Promise<TargetState>;
  /** Ends what a dead operation left behind (sessions, half-loaded copies). Safe to repeat. */
  cleanUp?(locator: Locator, operationId: string, context: CaptureContext): Promise<void>;
}
