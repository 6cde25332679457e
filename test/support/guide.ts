import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface ShellResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The marked commands of a guide, by their marks: `<!-- test:NAME -->` before a block of shell. */
export class Guide {
  readonly #blocks: ReadonlyMap<string, string>;
  readonly #used = new Set<string>();

  constructor(name: string) {
    const file = path.join(import.meta.dirname, '..', '..', 'docs', 'guides', `${name}.md`);
    const text = readFileSync(file, 'utf8');
    const marked = [...text.matchAll(/<!-- test:(\S+) -->\n```sh\n(.*?)\n```/gs)];
    this.#blocks = new Map(marked.map(([, mark = '', block = '']) => [mark, block]));
    if (this.#blocks.size !== [...text.matchAll(/<!-- test:/g)].length) {
      throw new Error(`${file}: a mark stands twice, or before something that is no block of shell`);
    }
  }

  /** Those that nothing ran so far. */
  get unused(): string[] {
    return [...this.#blocks.keys()].filter((mark) => !this.#used.has(mark));
  }

  /** Pastes a block into a shell that knows these variables and nothing else of the test's. */
  run(mark: string, variables: Readonly<Record<string, string>>): Promise<ShellResult> {
    const block = this.#blocks.get(mark);
    if (block === undefined) throw new Error(`the guide has no command that is marked ${mark}`);
    this.#used.add(mark);
    return shell(block, variables);
  }
}

function shell(script: string, variables: Readonly<Record<string, string>>): Promise<ShellResult> {
  const environment = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/', ...variables };
  const child = spawn('sh', ['-c', script], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({
        exitCode: code ?? -1,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      }),
    );
  });
}
