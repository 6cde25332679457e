import path from 'node:path';
import { asHoldfastError } from '@holdfast/runtime';
import type { Detection, SourceKind } from '@holdfast/sources';
import type { Clock } from '../clock.ts';
import { isWithin } from './mount.rules.ts';
import { nameOf, shortHash } from './names.rules.ts';
import type { FoundSource, StoredSource } from './source.ts';

/** Looking twice at once (a person lists, then backs up) costs one look. */
const reuseMs = 60_000;
/** For all folders of one discovery together: what is not reached is named. */
const budgetMs = 30_000;

/** A folder that is a source, and in which files may be sources of their own. */
export type Root = StoredSource & { readonly path: string };

interface Look {
  readonly at: number;
  readonly skip: string;
  readonly files: readonly (Detection<unknown> & { readonly path: string; readonly kind: string })[];
  readonly warnings: readonly string[];
}

/** Looks for sources among the files of protected folders. */
export class FileFinder {
  readonly #kinds: readonly SourceKind<unknown>[];
  readonly #clock: Clock;
  readonly #looks = new Map<string, Look>();

  constructor(kinds: readonly SourceKind<unknown>[], clock: Clock) {
    this.#kinds = kinds.filter((kind) => kind.findFiles !== undefined);
    this.#clock = clock;
  }

  /** @param skip folders that are not entered: their content is dumped, or is no data */
  async find(
    roots: readonly Root[],
    skip: readonly string[],
  ): Promise<{ found: FoundSource[]; warnings: string[] }> {
    if (this.#kinds.length === 0 || roots.length === 0) return { found: [], warnings: [] };
    const found: FoundSource[] = [];
    const warnings: string[] = [];
    const signal = AbortSignal.timeout(budgetMs);
    for (const root of roots) {
      // A folder inside another one is looked into once, as itself.
      const below = [...skip, ...roots.map(({ path }) => path)].filter(
        (other) => other !== root.path && isWithin(other, root.path),
      );
      const look = await this.#look(root, below, signal);
      found.push(...look.files.map((file) => describeFile(root, file)));
      warnings.push(...look.warnings);
    }
    return { found, warnings };
  }

  async #look(root: Root, skip: readonly string[], signal: AbortSignal): Promise<Look> {
    const known = this.#looks.get(root.path);
    const key = JSON.stringify(skip);
    if (known?.skip === key && this.#clock.monotonic() - known.at < reuseMs) return known;
    const files: Look['files'][number][] = [];
    const warnings: string[] = [];
    try {
      for (const kind of this.#kinds) {
        const result = await kind.findFiles?.(root.path, { skip, signal });
        files.push(...(result?.files ?? []).map((file) => ({ ...file, kind: kind.kind })));
        warnings.push(...(result?.warnings ?? []));
      }
    } catch (error) {
      const why = signal.aborted
        ? `the search of all folders took more than ${budgetMs / 1000} seconds`
        : asHoldfastError(error).message;
      warnings.push(`${JSON.stringify(root.path)} was not searched for databases to its end: ${why}.`);
    }
    const look = { at: this.#clock.monotonic(), skip: key, files, warnings };
    this.#looks.set(root.path, look);
    return look;
  }
}

function describeFile(root: Root, file: Look['files'][number]): FoundSource {
  const place = `file:${root.place ?? root.path}:${path.relative(root.path, file.path)}`;
  return {
    name: nameOf([root.name, path.parse(file.path).name], `file-${shortHash(place)}`),
    kind: file.kind,
    environment: root.environment,
    locator: file.locator,
    path: file.path,
    place,
    named: false,
    running: true,
    wanted: true,
    planLabels: root.planLabels,
    reason: file.problem,
  };
}
