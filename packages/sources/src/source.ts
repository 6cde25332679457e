import type { Readable, Writable } from 'node:stream';
import type { Manifest, SnapshotPart } from '@holdfast/contracts';
import type { ContainerDetails, DataPathPolicy, DockerHost } from '@holdfast/docker';
import type { Reporter } from '@holdfast/runtime';
import type { z } from 'zod';

/** What a source can do beyond capture and restore. The suite proves each trait that says true. */
export interface SourceTraits {
  /** Found among containers by discovery. */
  readonly discoverable: boolean;
  /** What `counts` of its manifest hold: the same names are counted again after a restore and compared. */
  readonly counts: 'rows' | 'files';
  /** Restores into `newName` beside the original. */
  readonly restoreBeside: boolean;
  /** Has a form that overwrites in place, without loading beside first. */
  readonly restoreInPlace: boolean;
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
  readonly versions: Manifest['versions'];
  readonly warnings: readonly string[];
  readonly details: unknown;
  /** Small files stored beside the manifest, for example roles. */
  readonly attachments: readonly { readonly name: string; readonly content: Uint8Array }[];
}

export interface Capture {
  readonly parts: readonly CapturePart[];
  /** Which way the data takes, where there is more than one. */
  readonly dataPath?: string;
  /** @throws when the consistent view that the parts were read from was lost: the snapshot is then dropped. */
  facts(): Promise<CaptureFacts>;
  /** Ends sessions and processes; called in every case, also after an error. */
  close(): Promise<void>;
}

export interface CaptureContext {
  readonly docker?: DockerHost;
  readonly dataPath: DataPathPolicy;
  /** Names processes and sessions, so that a later run can end those that a dead one left. */
  readonly operationId: string;
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
  /** Restores the files of a part of type `paths` into an empty folder. */
  readonly files: (part: SnapshotPart, target: string) => Promise<void>;
  readonly mode: 'swap' | 'beside' | 'in-place';
  readonly newName?: string;
  /** Only this part (for example one database). */
  readonly part?: string;
}

export interface RestoreReport {
  /** What now serves, in words a person recognises: databases, or a path. */
  readonly restored: readonly string[];
  /** Where the previous state is kept, by name; dropped by the person when they are content. */
  readonly previous: readonly string[];
  /** What was counted after the restore and found equal. */
  readonly verified: Manifest['counts'];
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
  detect?(container: ContainerDetails): Detection<Locator> | undefined;
  capture(locator: Locator, context: CaptureContext): Promise<Capture>;
  /**
   * @throws HoldfastError; what was there before then still serves, untouched (except in mode `in-place`).
   */
  restore(locator: Locator, request: RestoreRequest, context: CaptureContext): Promise<RestoreReport>;
  /** Ends what a dead operation left behind (sessions, half-loaded copies). Safe to repeat. */
  cleanUp?(locator: Locator, operationId: string, context: CaptureContext): Promise<void>;
}
