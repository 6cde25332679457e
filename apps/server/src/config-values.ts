import { HoldfastError, Secret } from '@holdfast/runtime';
import { Cron } from 'croner';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Stops the start: names the variable, what it held, and what it accepts. */
export function invalidSetting(name: string, held: string | undefined, accepts: string): HoldfastError {
  const value = held === undefined ? 'is not set' : `holds ${JSON.stringify(held)}`;
  return new HoldfastError('setting-invalid', `${name} ${value}. It takes ${accepts}.`);
}

const cronAccepts = 'a cron expression of five fields that comes due, such as "0 2 * * *"';

/** Reads typed values out of variables. An empty variable counts as not set, as Compose files leave them. */
export class SettingsReader {
  readonly #environment: Environment;
  readonly #readFile: (file: string) => string;

  constructor(environment: Environment, readFile: (file: string) => string) {
    this.#environment = environment;
    this.#readFile = readFile;
  }

  text(name: string): string | undefined {
    const value = this.#environment[name]?.trim();
    return value === undefined || value === '' ? undefined : value;
  }

  /** The variable itself, or the content of the file that `<name>_FILE` names. */
  secret(name: string): Secret | undefined {
    const direct = this.text(name);
    if (direct !== undefined) return new Secret(direct);
    const file = this.text(`${name}_FILE`);
    if (file === undefined) return undefined;
    try {
      const content = this.#readFile(file).trim();
      if (content === '') throw new Error('it is empty');
      return new Secret(content);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw invalidSetting(`${name}_FILE`, file, `the path of a readable file with the secret (${why})`);
    }
  }

  /** 32 bytes as 64 hexadecimal digits or as base64 (either alphabet). The value is never quoted back. */
  key(name: string): Buffer | undefined {
    const held = this.secret(name)?.reveal();
    if (held === undefined) return undefined;
    const key = Buffer.from(held, /^[0-9a-f]{64}$/i.test(held) ? 'hex' : 'base64url');
    if (key.length !== 32 || !/^[A-Za-z0-9+/_-]+=*$/.test(held)) {
      throw invalidSetting(name, '[redacted]', '32 bytes, as 64 hexadecimal digits or base64');
    }
    return key;
  }

  integer(name: string, range: { minimum: number; maximum: number; default: number }): number {
    const held = this.text(name);
    if (held === undefined) return range.default;
    const value = Number(held);
    if (!/^\d+$/.test(held) || value < range.minimum || value > range.maximum) {
      throw invalidSetting(name, held, `a whole number from ${range.minimum} to ${range.maximum}`);
    }
    return value;
  }

  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const held = this.text(name);
    if (held === undefined) return fallback;
    const chosen = choices.find((choice) => choice === held);
    if (chosen === undefined) throw invalidSetting(name, held, `one of: ${choices.join(', ')}`);
    return chosen;
  }

  /** Separated by commas or white space. */
  list(name: string): readonly string[] {
    return (this.text(name) ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  }

  cron(name: string, fallback: string): string {
    return this.#cron(name, fallback, cronAccepts);
  }

  /** Undefined for `off`. */
  cronOrOff(name: string, fallback: string): string | undefined {
    return this.text(name) === 'off' ? undefined : this.#cron(name, fallback, `${cronAccepts}, or off`);
  }

  #cron(name: string, fallback: string, accepts: string): string {
    const held = this.text(name) ?? fallback;
    try {
      // Fields of minutes to weekdays: seconds would start passes faster than they can end.
      if (new Cron(held, { paused: true, mode: '5-part' }).nextRun() === null) throw new Error('never due');
      return held;
    } catch {
      throw invalidSetting(name, held, accepts);
    }
  }

  timeZone(name: string, fallback: string): string {
    const held = this.text(name) ?? fallback;
    try {
      new Intl.DateTimeFormat('en', { timeZone: held });
      return held;
    } catch {
      throw invalidSetting(name, held, 'an IANA time zone, such as Europe/Berlin');
    }
  }
}
