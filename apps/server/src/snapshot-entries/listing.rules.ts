import type { SnapshotEntry } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';

/** What lies in a folder, in the order in which it is shown. */
export interface Listing {
  readonly folders: readonly SnapshotEntry[];
  readonly others: readonly SnapshotEntry[];
}

export interface EntriesPage {
  readonly items: SnapshotEntry[];
  readonly next?: string;
}

/** Where a page begins: at which of the folders, or behind them all, at which of the others. */
export interface Place {
  readonly among: 'folders' | 'others';
  readonly index: number;
}

const beginning: Place = { among: 'folders', index: 0 };

/** A snapshot never changes, so that a number is a place that stays. @throws HoldfastError `invalid-input` */
export function parsePlace(cursor: string | undefined): Place {
  if (cursor === undefined) return beginning;
  const [, letter, digits] = /^([do])(\d{1,9})$/.exec(cursor) ?? [];
  if (letter !== undefined) {
    return { among: letter === 'd' ? 'folders' : 'others', index: Number(digits) };
  }
  throw new HoldfastError('invalid-input', `${JSON.stringify(cursor)} is no cursor of this list.`);
}

/** A page of a listing that is held whole. */
export function pageOf({ folders, others }: Listing, place: Place, limit: number): EntriesPage {
  const ends = (from: number) => [from, from + limit + 1] as const;
  return toPage(
    {
      folders: place.among === 'folders' ? folders.slice(...ends(place.index)) : [],
      others: others.slice(...ends(place.among === 'others' ? place.index : 0)),
    },
    place,
    limit,
  );
}

/** @param found from the place on, one more of each than fits */
function toPage({ folders, others }: Listing, place: Place, limit: number): EntriesPage {
  const items = [...folders, ...others].slice(0, limit);
  const ofOthers = Math.max(0, limit - folders.length);
  if (folders.length > limit) return { items, next: `d${place.index + limit}` };
  if (others.length <= ofOthers) return { items };
  return { items, next: `o${(place.among === 'others' ? place.index : 0) + ofOthers}` };
}

/**
 * Takes a folder's entries one by one, of which it keeps a page, and all of them as long as they are not too many.
 * @param most how many to keep at most beyond the page
 */
export class PageCollector {
  readonly #place: Place;
  readonly #limit: number;
  readonly #most: number;
  readonly #page = { folders: [] as SnapshotEntry[], others: [] as SnapshotEntry[] };
  readonly #count = { folders: 0, others: 0 };
  #whole: { folders: SnapshotEntry[]; others: SnapshotEntry[] } | undefined = { folders: [], others: [] };

  constructor(place: Place, limit: number, most: number) {
    this.#place = place;
    this.#limit = limit;
    this.#most = most;
  }

  add(entry: SnapshotEntry): void {
    const group = entry.type === 'directory' ? 'folders' : 'others';
    const index = this.#count[group]++;
    if (this.#isOnPage(group, index)) this.#page[group].push(entry);
    if (this.#count.folders + this.#count.others > this.#most) this.#whole = undefined;
    this.#whole?.[group].push(entry);
  }

  #isOnPage(group: Place['among'], index: number): boolean {
    const { among, index: first } = this.#place;
    if (group === 'folders' && among === 'others') return false;
    const from = group === among ? first : 0;
    return index >= from && index <= from + this.#limit;
  }

  page(): EntriesPage {
    return toPage(this.#page, this.#place, this.#limit);
  }

  /** Absent when they were too many. */
  whole(): Listing | undefined {
    return this.#whole;
  }
}
