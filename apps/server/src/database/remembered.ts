/**
 * What is read often, changes seldom and is costly to read. It is sound because only one process works with a database
 * (decision 20): whoever changes what was read says so once that is committed, and the next one who asks reads anew.
 */
export class Remembered<T> {
  readonly #read: () => Promise<T>;
  #known: Promise<T> | undefined;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  /** Those who ask while it is being read share one look. A look that failed is not remembered. */
  get(): Promise<T> {
    if (this.#known !== undefined) return this.#known;
    const reading = this.#read();
    this.#known = reading;
    reading.catch(() => {
      if (this.#known === reading) this.#known = undefined;
    });
    return reading;
  }

  forget(): void {
    this.#known = undefined;
  }

  /** Makes a change, and forgets what was known before it; also where it failed, because how far it came is not known. */
  async changing<R>(change: Promise<R>): Promise<R> {
    try {
      return await change;
    } finally {
      this.forget();
    }
  }
}
