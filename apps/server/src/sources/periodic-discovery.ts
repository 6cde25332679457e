import type { Background } from '../background.ts';
import type { SourcesService } from './sources.service.ts';

const everyMs = 5 * 60_000;

/** Keeps the list of sources near to what is there while Holdfast serves, so that nobody who reads it has to wait. */
export class PeriodicDiscovery implements Background {
  readonly #sources: SourcesService;
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(sources: SourcesService, onError: (error: unknown) => void) {
    this.#sources = sources;
    this.#onError = onError;
  }

  async start(): Promise<void> {
    // Beside everything else: an engine that does not answer must not hold up the start.
    this.#look();
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  #look(): void {
    this.#looking = this.#sources.discover().then(() => {}, this.#onError);
  }
}
