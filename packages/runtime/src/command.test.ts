import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAnonymousPipe } from './anonymous-pipe.ts';
import { runProcess, startProcess } from './command.ts';
import type { ProcessSpec } from './process-spec.ts';
import { Secret } from './secret.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-command-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Positional parameters after the script become $1, $2… */
function shell(script: string, rest: Partial<ProcessSpec> = {}, ...parameters: string[]): ProcessSpec {
  return { program: 'sh', arguments: ['-c', script, 'sh', ...parameters], ...rest };
}

/** A zombie that its new parent has not collected yet is dead. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('what the child gets', () => {
  test('no variable of this process but the short list, and those that are given', async () => {
    process.env.HOLDFAST_MASTER_KEY = 'must-not-leak';
    const lines: string[] = [];
    await runProcess({
      program: 'env',
      arguments: [],
      environment: { GIVEN: 'yes', HIDDEN: new Secret('open sesame') },
      stdout: { onLine: (line) => lines.push(line) },
    });
    delete process.env.HOLDFAST_MASTER_KEY;
    expect(lines).toContain('GIVEN=yes');
    expect(lines).toContain('HIDDEN=open sesame');
    expect(lines.some((line) => line.startsWith('PATH='))).toBe(true);
    expect(lines.join('\n')).not.toContain('must-not-leak');
  });

  test('hostile arguments arrive as they are', async () => {
    const hostile = ['a b', "'", '"$(touch x)"', '-n', 'line\nbreak', ''];
    const result = await runProcess(
      shell('for a; do printf "%s\\0" "$a"; done', { stdout: { captureBytes: 1000 } }, ...hostile),
    );
    expect(result.stdout.toString().split('\0').slice(0, -1)).toEqual(hostile);
  });

  test('only the descriptors that are named', async () => {
    const file = openSync(path.join(folder, 'three'), 'w');
    const other = openSync(path.join(folder, 'other'), 'w');
    const result = await runProcess(
      shell('printf three >&3; ls -l /proc/self/fd', { descriptors: [file], stdout: { captureBytes: 4096 } }),
    );
    closeSync(file);
    closeSync(other);
    expect(readFileSync(path.join(folder, 'three'), 'utf8')).toBe('three');
    expect(result.stdout.toString()).not.toContain('other');
  });

  test.each([
    ['bytes', { bytes: Buffer.from('given') }],
    ['a stream', { readable: Readable.from([Buffer.from('given')]) }],
  ])('standard input from %s', async (_, stdin) => {
    const result = await runProcess({ program: 'cat', arguments: [], stdin, stdout: { captureBytes: 100 } });
    expect(result.stdout.toString()).toBe('given');
  });

  test('a program that ends before its input does is no error; an input that breaks off is one', async () => {
    const endless = new PassThrough();
    endless.write('first\n');
    const result = await runProcess({
      program: 'sh',
      arguments: ['-c', 'read line; echo "$line" >&2; exit 3'],
      stdin: { readable: endless },
    });
    expect(result).toMatchObject({ exitCode: 3, stderrTail: 'first\n' });

    const broken = new PassThrough();
    broken.write('first\n');
    setTimeout(() => broken.destroy(), 50);
    const running = runProcess({ program: 'cat', arguments: [], stdin: { readable: broken } });
    await expect(running).rejects.toMatchObject({ message: expect.stringContaining('broke off') });
  });

  test('without standard input it reads end of file', async () => {
    expect((await runProcess({ program: 'cat', arguments: [] })).exitCode).toBe(0);
  });

  test('output of one child by a kernel pipe into another', async () => {
    const pipe = await createAnonymousPipe();
    const writeEnd = pipe.openWriteEnd();
    const reader = await startProcess({
      program: 'wc',
      arguments: ['-c'],
      stdin: { descriptor: pipe.readEnd },
      stdout: { captureBytes: 100 },
    });
    pipe.close();
    await runProcess(shell('head -c 3000000 /dev/zero', { stdout: { descriptor: writeEnd } }));
    closeSync(writeEnd);
    expect((await reader.done).stdout.toString().trim()).toBe('3000000');
  });
});

describe('what comes back', () => {
  test('an exit code is a result, with the last words', async () => {
    const result = await runProcess(shell('echo out; echo err >&2; exit 7'));
    expect(result).toMatchObject({
      exitCode: 7,
      signal: undefined,
      stdoutTail: 'out\n',
      stderrTail: 'err\n',
    });
  });

  test('a signal is a result', async () => {
    expect(await runProcess(shell('kill -KILL $$'))).toMatchObject({
      exitCode: undefined,
      signal: 'SIGKILL',
    });
  });

  test('all lines, also those that a failing child wrote last', async () => {
    const lines: string[] = [];
    const result = await runProcess(
      shell('seq 1 200000; printf last; exit 1', { stdout: { onLine: (line) => lines.push(line) } }),
    );
    expect(result.exitCode).toBe(1);
    expect(lines).toHaveLength(200_001);
    expect(lines.at(-1)).toBe('last');
  });

  test('endless output is bounded: the tail is kept, lines and memory do not grow', async () => {
    const before = process.memoryUsage().rss;
    const result = await runProcess(shell('head -c 300000000 /dev/zero | tr "\\0" x; echo end', {}));
    expect(result.stdoutTail).toHaveLength(64 * 1024);
    expect(result.stdoutTail.endsWith('end\n')).toBe(true);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  test('more than was to be captured is an error and ends the child', async () => {
    await expect(
      runProcess({ program: 'yes', arguments: [], stdout: { captureBytes: 10_000 } }),
    ).rejects.toMatchObject({ code: 'internal' });
  });

  test('a slow reader slows the child down and gets everything', async () => {
    let bytes = 0;
    const slow = new Writable({
      highWaterMark: 1024,
      write(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        setTimeout(done, 1);
      },
    });
    const result = await runProcess(shell('head -c 5000000 /dev/zero', { stdout: { writable: slow } }));
    expect(result.exitCode).toBe(0);
    expect(bytes).toBe(5_000_000);
  });

  test('a reader that breaks is not a success', async () => {
    const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error('full')) });
    const outcome = await runProcess(
      shell('head -c 5000000 /dev/zero; exit 0', { stdout: { writable: broken } }),
    ).then(
      (result) => result.exitCode === 0 && result.signal === undefined,
      () => false,
    );
    expect(outcome).toBe(false);
  });

  test('secrets do not come back in the last words', async () => {
    const environment = { KEY: new Secret('s3cr3t-value') };
    const result = await runProcess(shell('echo "wrong: $KEY" >&2', { environment }));
    expect(result.stderrTail).toBe('wrong: [redacted]\n');
  });
});

describe('errors', () => {
  test('a program that is not there', async () => {
    await expect(runProcess({ program: 'holdfast-no-such-program', arguments: [] })).rejects.toMatchObject({
      code: 'program-missing',
    });
  });

  test('a program that may not be executed', async () => {
    await expect(runProcess({ program: '/etc/passwd', arguments: [] })).rejects.toMatchObject({
      code: 'internal',
    });
  });

  test('a timeout ends the child and its descendants, also stubborn ones', async () => {
    const lines: string[] = [];
    const started = Date.now();
    await expect(
      runProcess(
        shell("(trap '' TERM; sleep 60 & echo $!; wait) & echo $!; wait", {
          timeoutMs: 300,
          killGraceMs: 300,
          stdout: { onLine: (line) => lines.push(line) },
        }),
      ),
    ).rejects.toMatchObject({ code: 'timed-out' });
    expect(Date.now() - started).toBeLessThan(5000);
    expect(lines).toHaveLength(2);
    await sleep(50);
    for (const pid of lines) expect(isAlive(Number(pid))).toBe(false);
  });

  test('a cancellation ends the child and its descendants', async () => {
    const controller = new AbortController();
    const running = await startProcess(shell('sleep 60 | sleep 60', { signal: controller.signal }));
    controller.abort();
    await expect(running.done).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('nothing is started when it was cancelled before', async () => {
    await expect(runProcess(shell(':', { signal: AbortSignal.abort() }))).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('with a guard', () => {
  const guarded = (script: string, rest: Partial<ProcessSpec> = {}) =>
    shell(script, { guarded: true, ...rest });

  test('input, output, exit code and last words are those of the command', async () => {
    const result = await runProcess(
      guarded('cat; echo err >&2; exit 7', {
        stdin: { bytes: Buffer.from('given') },
        stdout: { captureBytes: 100 },
      }),
    );
    expect(result).toMatchObject({ exitCode: 7, stderrTail: 'err\n' });
    expect(result.stdout.toString()).toBe('given');
  });

  test('the command gets no descriptor of its guard', async () => {
    const list = (guard: boolean) =>
      runProcess(shell('ls /proc/self/fd', { guarded: guard, stdout: { captureBytes: 1000 } }));
    expect((await list(true)).stdout.toString()).toBe((await list(false)).stdout.toString());
  });

  test('a cancellation ends all of it, and leaves the command the time to do so', async () => {
    const controller = new AbortController();
    const lines: string[] = [];
    const running = await startProcess(
      guarded("trap 'sleep 0.3; echo tidied; exit 1' TERM; echo ready; sleep 60 & wait", {
        signal: controller.signal,
        stdout: {
          onLine(line) {
            lines.push(line);
            if (line === 'ready') controller.abort();
          },
        },
      }),
    );
    await expect(running.done).rejects.toMatchObject({ code: 'cancelled' });
    expect(lines).toEqual(['ready', 'tidied']);
  });

  test('the guard is killed: that is an error, and the command ends', async () => {
    const lines: string[] = [];
    const running = await startProcess(
      guarded('echo $$; exec sleep 60', {
        stdout: {
          onLine(line) {
            lines.push(line);
            process.kill(running.pid, 'SIGKILL');
          },
        },
      }),
    );
    expect(await running.done).toMatchObject({ exitCode: undefined, signal: 'SIGKILL' });
    expect(isAlive(Number(lines[0]))).toBe(false);
  });

  describe('when this process gets SIGKILL', () => {
    const program = fileURLToPath(new URL('testing/guard-child.ts', import.meta.url));

    /** Kills the parent as soon as its command has written so many numbers of processes. */
    async function killParentOf(script: string, count: number): Promise<number[]> {
      const parent = spawn(process.execPath, [program, script], { stdio: ['ignore', 'pipe', 'inherit'] });
      let output = '';
      parent.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      while (output.split('\n').length <= count) {
        if (parent.exitCode !== null) throw new Error(`guard-child ended: ${output}`);
        await sleep(5);
      }
      parent.kill('SIGKILL');
      return output.split('\n').slice(0, -1).map(Number);
    }

    async function allDieWithin(pids: readonly number[], ms: number): Promise<void> {
      const deadline = Date.now() + ms;
      while (pids.some(isAlive)) {
        if (Date.now() > deadline) throw new Error(`Alive: ${pids.filter(isAlive).join(' ')}`);
        await sleep(20);
      }
    }

    test('a command that says nothing and waits ends, with its descendants', async () => {
      const pids = await killParentOf('echo $$ $PPID | tr " " "\\n"; sleep 60 & echo $!; wait', 3);
      await allDieWithin(pids, 20_000);
    });

    test('it is asked first, so that it can put things into order', async () => {
      const file = path.join(folder, 'tidied');
      const pids = await killParentOf(`trap 'touch ${file}; exit' TERM; echo $$; sleep 60 & wait`, 1);
      await allDieWithin(pids, 20_000);
      expect(existsSync(file)).toBe(true);
    });

    test('one that does not listen is killed in the end', async () => {
      const pids = await killParentOf("trap '' TERM; echo $$; sleep 60 & echo $!; wait", 2);
      await allDieWithin(pids, 40_000);
    });
  });
});
