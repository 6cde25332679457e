import type { Listing } from './listing.rules.ts';

/** About 30 MB of memory at worst. A folder with more of them is read anew for each page. */
export const mostKept = 100_000;

/**
 * The folders that were looked into last, so that paging through one does not start restic for each page, which takes
 * seconds with far storage. What lies in a snapshot never changes, so nothing in here grows old.
 */
export class ListingCache {
  readonly #listings = new Map<string, Listing>();
  readonly #most: number;
  #held = 0;

  constructor(most = mostKept) {
    this.#most = most;
  }

  get(key: string): Listing | undefined {
    const found = this.#listings.get(key);
    if (found === undefined) return undefined;
    // The last in the map is the one that was used last.
    this.#listings.delete(key);
    this.#listings.set(key, found);
    return found;
  }

  set(key: string, listing: Listing): void {
    this.#remove(key);
    this.#listings.set(key, listing);
    this.#held += sizeOf(listing);
    for (const oldest of this.#listings.keys()) {
      if (this.#held <= this.#most) return;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    const found = this.#listings.get(key);
    if (found === undefined) return;
    this.#listings.delete(key);
    this.#held -= sizeOf(found);
  }
}

/** The listing itself counts, or empty folders would be kept without end. */
function sizeOf({ folders, others }: Listing): number {
  return 10 + folders.length + others.length;
}
