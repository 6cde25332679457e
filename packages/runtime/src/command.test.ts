import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
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
