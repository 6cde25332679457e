import { PassThrough, Readable } from 'node:stream';
import { createHttpConnection } from '../api/http-connection.ts';
import type { Host, ServeOptions, TerminalInput, TerminalOutput } from '../host.ts';
import { run } from '../run.ts';
import { type ContractServer, type Routes, startContractServer } from './contract-server.ts';

export interface CommandRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly received: ContractServer['received'];
  readonly served: readonly ServeOptions[];
}

export interface RunOptions {
  readonly routes?: Routes;
  /** What standard input holds; it is no terminal then. */
  readonly input?: string;
  readonly environment?: Record<string, string>;
  /** Makes the outputs (not the input) terminals of this width. */
  readonly columns?: number;
  readonly embedded?: boolean;
  /** Given the function that stands for a Ctrl-C, once a command listens. */
  readonly onListening?: (interrupt: () => void) => void;
}

/** Runs a command line against a real server on a socket, and gives all that came of it. */
export async function runCommand(argv: readonly string[], options: RunOptions = {}): Promise<CommandRun> {
  await using server = await startContractServer(options.routes ?? {});
  const stdout = capture(options.columns);
  const stderr = capture(options.columns);
  const served: ServeOptions[] = [];
  const exits: number[] = [];
  const stdin: TerminalInput = Readable.from(options.input === undefined ? [] : [Buffer.from(options.input)]);
  const host: Host = {
    version: '1.2.3',
    stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    environment: options.environment ?? {},
    connect: async () =>
      createHttpConnection({
        socketPath: server.socketPath,
        token: 't0ken',
        embedded: options.embedded ?? false,
      }),
    serve: async (serveOptions) => void served.push(serveOptions),
    onInterrupt(listener) {
      options.onListening?.(listener);
      return () => {};
    },
    exit: (code) => void exits.push(code),
  };
  const exitCode = await run(argv, host);
  return {
    exitCode: exits[0] ?? exitCode,
    stdout: stdout.text(),
    stderr: stderr.text(),
    received: [...server.received],
    served,
  };
}

function capture(columns: number | undefined): { stream: TerminalOutput; text: () => string } {
  const chunks: Buffer[] = [];
  const stream: TerminalOutput = Object.assign(
    new PassThrough().on('data', (chunk: Buffer) => void chunks.push(chunk)),
    columns === undefined ? {} : { isTTY: true, columns, rows: 24 },
  );
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}
