/** What can be told about the content of an exhibit, each under its name; equal facts mean equal content. */
export type Facts = Readonly<Record<string, string>>;

/** One part of the sample application: what the demonstration protects, damages, restores and compares. */
export interface Exhibit {
  /** The name of its source. */
  readonly source: string;
  readonly description: string;
  /** How to declare it; absent where Holdfast finds it by itself. */
  readonly declaration?: { readonly kind: 'sqlite' | 'directory'; readonly path: string };
  create(): Promise<void>;
  /** A day's work: a little is added and changed. */
  change(): Promise<void>;
  /** An accident; says in words what happened. */
  damage(): Promise<string>;
  facts(): Promise<Facts>;
}
