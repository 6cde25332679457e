import type { Failure, OperationKind, OperationState, Progress } from '@holdfast/contracts';
import type { Reporter } from '@holdfast/runtime';

/** How an operation uses a repository: `shared` (backup, restore) or `exclusive` (prune, forget). */
export type RepositoryUse = 'shared' | 'exclusive';

/** The source that an operation is about. Without an id it is named only, and others may work on it meanwhile. */
export interface OperationSource {
  readonly id?: string;
  readonly name: string;
}

/** What is stored of an operation before it starts. */
export interface NewOperation {
  readonly kind: OperationKind;
  /** `pass`: starts parts, waits for them, and takes nothing of the budget itself. */
  readonly role: 'pass' | 'part';
  readonly parentId?: string;
  /** The plan that it is started for. */
  readonly planId?: string;
  readonly source?: OperationSource;
  readonly destination?: { readonly id: string; readonly name: string };
  readonly repository?: { readonly id: string; readonly use: RepositoryUse };
  readonly attempt?: number;
  /** What the handler needs; it validates it again when it runs. Never holds a secret. */
  readonly params: Readonly<Record<string, unknown>>;
}

export interface StoredOperation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly role: 'pass' | 'part';
  readonly state: OperationState;
  readonly parentId?: string;
  readonly planId?: string;
  readonly source?: OperationSource;
  readonly destination?: { readonly id: string; readonly name: string };
  readonly repository?: { readonly id: string; readonly use: RepositoryUse };
  readonly attempt: number;
  readonly params: Readonly<Record<string, unknown>>;
  readonly owner?: string;
  /** Which claim this is; a write with an older fence is refused. */
  readonly fence: number;
  readonly heartbeat: number;
  readonly cancelRequested: boolean;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly progress?: Progress;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: Failure;
}

export interface OperationContext {
  readonly reporter: Reporter;
  /** Aborted when the operation was cancelled, or the program stops. */
  readonly signal: AbortSignal;
  /** Stores parts of this pass and waits until each has ended; cancels them when this one is cancelled. */
  runParts(parts: readonly NewOperation[]): Promise<readonly StoredOperation[]>;
  /** What a failed part may have left behind is removed before the next use of the repository. */
  leftSomethingBehind(): void;
  /** It goes on after this run of Holdfast: it stays running when the handler returns, and whoever goes on ends it. */
  handOn(): void;
}

/** What one kind of operation does. */
export interface OperationHandler {
  /** @returns the operation's result. @throws HoldfastError, which becomes the operation's error. */
  run(operation: StoredOperation, context: OperationContext): Promise<Record<string, unknown>>;
  /** Removes what a dead run may have left (locks, parts of a snapshot, sessions). Safe to repeat. */
  cleanUp?(operation: StoredOperation): Promise<void>;
  /** Its repeat puts right what a dead one left people without: a single command begins it, too. */
  readonly urgent?: boolean;
  /**
   * What to run again after this one died with its process; absent for what only a person may start (a
   * restore changes data).
   */
  repeat?(operation: StoredOperation, parts: readonly StoredOperation[]): NewOperation | undefined;
}

/** `backup` and `backup-pass` are different work under one kind. */
export type HandlerName = OperationKind | `${OperationKind}-pass`;
export type OperationHandlers = Partial<Record<HandlerName, OperationHandler>>;

export function handlerName(operation: Pick<StoredOperation, 'kind' | 'role'>): HandlerName {
  return operation.role === 'pass' ? `${operation.kind}-pass` : operation.kind;
}
