import type { TerminalOutput } from '../host.ts';
import { createPalette, type Fragment, type Markup, markup, type Palette } from './markup.ts';
import { type Column, formatTable } from './table.ts';

/** What a command prints: its result on standard output, everything else on standard error. */
export interface Output {
  /** Whether the result is one JSON document; then nothing else may reach standard output. */
  readonly json: boolean;
  readonly palette: Palette;
  readonly errorPalette: Palette;
  /** A line of the result, for people. Not to be used with `--json`. */
  line(text?: Markup): void;
  table(columns: readonly Column[], rows: readonly (readonly Fragment[])[]): void;
  /** The result, for programs. */
  document(value: unknown): void;
  /** A remark that is not part of the result. */
  note(text: Markup): void;
  warn(text: Fragment): void;
}

export interface OutputOptions {
  readonly stdout: TerminalOutput;
  readonly stderr: TerminalOutput;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly json: boolean;
}

export function createOutput({ stdout, stderr, environment, json }: OutputOptions): Output {
  const palette = createPalette(showsColours(stdout, environment));
  const errorPalette = createPalette(showsColours(stderr, environment));
  return {
    json,
    palette,
    errorPalette,
    line: (text) => void stdout.write(`${text?.value ?? ''}\n`),
    table(columns, rows) {
      const width = stdout.isTTY === true ? stdout.columns : undefined;
      const text = formatTable(columns, rows, {
        ...(width === undefined ? {} : { width }),
        heading: palette.dim,
      });
      stdout.write(`${text.value}\n`);
    },
    document: (value) => void stdout.write(`${JSON.stringify(value, undefined, 2)}\n`),
    note: (text) => void stderr.write(`${text.value}\n`),
    warn: (text) => void stderr.write(`${markup`${errorPalette.yellow('Warning')}: ${text}`.value}\n`),
  };
}

/** On a terminal, unless https://no-color.org or a terminal without capabilities says otherwise. */
export function showsColours(
  stream: TerminalOutput,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const wanted = environment.NO_COLOR === undefined || environment.NO_COLOR === '';
  return stream.isTTY === true && wanted && environment.TERM !== 'dumb';
}
