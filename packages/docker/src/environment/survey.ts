import type { ErrorCode } from '@holdfast/contracts';

/** How a thing of the definition stands now. */
export type SurveyState =
  /** Exists as it was. */
  | 'same'
  /** Exists, and was changed since: it is left as it is. */
  | 'differs'
  | 'missing'
  /** The name is taken by something that does not belong to the environment. */
  | 'taken';

export interface SurveyedContainer {
  readonly name: string;
  readonly state: SurveyState;
  /** Of the container that has the name now. */
  readonly id?: string;
  readonly running: boolean;
  /** What differs, in words: `image`, `environment`, `mounts`. Never a value. */
  readonly differences: readonly string[];
  /** It shares the network, processes or volumes of a container that is gone: it cannot be started again. */
  readonly orphaned: boolean;
}

export interface SurveyedNetwork {
  readonly name: string;
  readonly state: Exclude<SurveyState, 'taken'>;
  readonly external: boolean;
  readonly differences: readonly string[];
  /** Networks (of the engine or of the host) whose addresses overlap with those it had, where it is missing. */
  readonly collidesWith: readonly string[];
  /** Containers have fixed addresses in it, so that it cannot be given others. */
  readonly addressesFixed: boolean;
}

export interface SurveyedVolume {
  readonly name: string;
  readonly state: Exclude<SurveyState, 'taken'>;
  readonly external: boolean;
  readonly differences: readonly string[];
}

export interface SurveyedImage {
  /** As the containers name it. */
  readonly image: string;
  readonly imageId: string;
  readonly containers: readonly string[];
  /**
   * `present`: the very image is here. `replaced`: only another one is, under the same name. `pullable`: it has to be
   * pulled, by `reference`; whether that works shows when it is tried. `missing`: there is nothing to pull it by.
   */
  readonly state: 'present' | 'replaced' | 'pullable' | 'missing';
  /** What a container is created from, or what is pulled before. */
  readonly reference: string;
  /** Nothing else has the name that the containers use: it is given to the image. */
  readonly nameFree: boolean;
  /** It is pulled by its digest, so it will be the very image. */
  readonly exact: boolean;
}

export interface TakenPort {
  readonly container: string;
  /** As a person writes it: `127.0.0.1:8080/tcp`. */
  readonly port: string;
  /** Another container, by name; absent where it is another process of the host. */
  readonly takenBy?: string;
}

export interface SurveyedFile {
  readonly path: string;
  readonly type: 'file' | 'folder';
  /** `unknown`: it cannot be seen from here, because the engine is on another host, or for lack of permission. */
  readonly state: 'same' | 'differs' | 'missing' | 'unknown';
}

export interface SurveyProblem {
  readonly code: ErrorCode;
  /** A sentence. */
  readonly detail: string;
}

/** What of a definition exists now. Holds names and paths, no secrets. */
export interface DefinitionSurvey {
  readonly containers: readonly SurveyedContainer[];
  readonly networks: readonly SurveyedNetwork[];
  readonly volumes: readonly SurveyedVolume[];
  readonly images: readonly SurveyedImage[];
  readonly ports: readonly TakenPort[];
  readonly files: readonly SurveyedFile[];
  /** What keeps the missing things from being made or started. Empty: `recreate` can begin. */
  readonly problems: readonly SurveyProblem[];
  /** What a person should know, and what does not stand in the way, in sentences. */
  readonly notes: readonly string[];
}
