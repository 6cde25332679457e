import { readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { until } from './until.ts';

export interface FoundProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: readonly string[];
}

/** Every process of this machine that can be looked at, those of the lab's containers among them. */
export async function allProcesses(): Promise<FoundProcess[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(ids.map(look));
  return found.filter((one) => one !== undefined);
}

async function look(pid: number): Promise<FoundProcess | undefined> {
  const stat = await read(pid, 'stat');
  const command = await read(pid, 'cmdline');
  if (stat === undefined || command === undefined) return undefined;
  // The name in parentheses may hold anything; what follows the last one is numbers.
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z') return undefined;
  return { pid, parent: Number(parent), command: command.split('\0').slice(0, -1) };
}

/** What descends from a process, itself left out. */
export async function descendants(pid: number): Promise<FoundProcess[]> {
  const all = await allProcesses();
  const below = (parent: number): FoundProcess[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

/** What runs in the pid namespace of a process: for a container's main process, the whole container. */
export async function inNamespaceOf(pid: number): Promise<FoundProcess[]> {
  const namespace = await namespaceOf(pid);
  if (namespace === undefined) return [];
  const all = await allProcesses();
  const namespaces = await Promise.all(all.map((one) => namespaceOf(one.pid)));
  return all.filter((_, index) => namespaces[index] === namespace);
}

/** Processes to whose environment a text belongs, for example the data directory of one Holdfast. */
export async function withEnvironment(text: string): Promise<FoundProcess[]> {
  const all = await allProcesses();
  const environments = await Promise.all(all.map((one) => read(one.pid, 'environ')));
  return all.filter((one, index) => one.pid !== process.pid && environments[index]?.includes(text));
}

/**
 * Waits until no process has one of these texts in its environment.
 * @throws Error that names those that stay, and what they wait for
 */
export async function untilNoneIsLeft(what: string, ...texts: string[]): Promise<void> {
  const left = async () => (await Promise.all(texts.map(withEnvironment))).flat();
  await until(
    what,
    async () => (await left()).length === 0,
    async () => (await Promise.all((await left()).map(describe))).join('\n'),
  );
}

/** For people: what a process is, who started it, and what it does or waits for. */
async function describe({ pid, parent, command }: FoundProcess): Promise<string> {
  const [status, waits, descriptors] = await Promise.all([
    read(pid, 'status'),
    read(pid, 'wchan'),
    descriptorsOf(pid),
  ]);
  const state = /^State:\s*(.*)$/m.exec(status ?? '')?.[1] ?? 'gone';
  return `process ${pid} of ${parent}, ${state}, waits in ${waits ?? '?'}: ${command.join(' ')} (${descriptors.join(' ')})`;
}

async function descriptorsOf(pid: number): Promise<string[]> {
  const numbers = await readdir(`/proc/${pid}/fd`).catch(() => []);
  return Promise.all(
    numbers.map(async (number) => {
      const place = await readlink(`/proc/${pid}/fd/${number}`).catch(() => '?');
      return `${number}=${place}`;
    }),
  );
}

/** By the name of the program that runs, not by its arguments. */
export function isProgram({ command }: FoundProcess, name: string): boolean {
  return path.basename(command[0] ?? '') === name;
}

async function namespaceOf(pid: number): Promise<string | undefined> {
  return readlink(`/proc/${pid}/ns/pid`).catch(() => undefined);
}

/** Gone, or not ours to look at. */
async function read(pid: number, file: string): Promise<string | undefined> {
  return readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => undefined);
}
