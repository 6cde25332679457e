import type { ContainerDetails } from '@holdfast/docker';

const serverPrograms = /^(redis|valkey|redis-stack)-server$/;
/** Entry points that start the server unless their first argument is another program. */
const serverEntrypoints = /^(docker-entrypoint|entrypoint)\.sh$/;
const clientPrograms =
  /^((redis|valkey)-(cli|benchmark|sentinel|check-rdb|check-aof)|sleep|tail|cron|crond|supercronic)$/;
/** The server, or what starts it, where a shell would take it for a command. */
const startsServer =
  /(?:^|[;&|(\n]|\bexec|\b(?:gosu|su-exec)\s+\S+)\s*(?:\S*\/)?(?:docker-entrypoint\.sh|(?:redis|valkey|redis-stack)-server)(?:\s|$)/;

/**
 * What the container runs, as far as its command says: a server, a program that uses one elsewhere (or a sentinel,
 * which holds no data), or neither is plain.
 */
export function whatRuns(container: Pick<ContainerDetails, 'command'>): 'server' | 'client' | 'unknown' {
  const words = container.command;
  if (words.includes('--sentinel')) return 'client';
  const script = scriptOf(words);
  if (script !== undefined) return startsServer.test(script) ? 'server' : 'client';
  const programs = words.map(baseName);
  const [first, second] = programs;
  if (first === undefined) return 'unknown';
  if (serverEntrypoints.test(first)) {
    // Bitnami's images are started by a script of that name.
    if (second === undefined || /^-|\.conf$|^run\.sh$/.test(second) || serverPrograms.test(second))
      return 'server';
    return clientPrograms.test(second) ? 'client' : 'unknown';
  }
  if (programs.some((program) => serverPrograms.test(program))) return 'server';
  return clientPrograms.test(first) ? 'client' : 'unknown';
}

/** The arguments that the server was given, as far as the container's command and variables say. */
export function serverArguments(container: Pick<ContainerDetails, 'command' | 'environment'>): string[] {
  const script = scriptOf(container.command);
  const words =
    script === undefined
      ? container.command
      : splitWords(script).map((word) => expand(word, container.environment));
  const start = words.findIndex((word) => serverPrograms.test(baseName(word)));
  const given = start < 0 ? words.slice(1) : words.slice(start + 1);
  // Variables by which redis-stack and Bitnami's images take further arguments.
  const further = ['REDIS_ARGS', 'REDIS_EXTRA_FLAGS', 'VALKEY_EXTRA_FLAGS'].flatMap((name) =>
    splitWords(container.environment.get(name)?.reveal() ?? ''),
  );
  return [...given, ...further];
}

/** The value of an option (`--port 6380`), the last where there are several. */
export function optionOf(words: readonly string[], name: string): string | undefined {
  const at = words.findLastIndex((word) => word.toLowerCase() === `--${name}`);
  return at < 0 ? undefined : words[at + 1];
}

/** The file of settings that the server was started with. */
export function configFileOf(words: readonly string[]): string | undefined {
  const [first] = words;
  return first !== undefined && first.startsWith('/') ? first : undefined;
}

/** The text that a shell is given by `-c`, also behind the image's entry point. */
function scriptOf(words: readonly string[]): string | undefined {
  const shell = words.findIndex((word) => /^(ba|da|a)?sh$/.test(baseName(word)));
  if (shell < 0 || shell > 1) return undefined;
  const flag = words.findIndex((word, index) => index > shell && /^-[a-z]*c$/.test(word));
  return flag < 0 ? undefined : words.slice(flag + 1).join(' ');
}

/** As a shell does, as far as a line that starts a server needs it. */
function splitWords(text: string): string[] {
  const words = text.match(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'])+/gs) ?? [];
  return words.map((word) => word.replaceAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'/gs, (_, a, b) => a ?? b));
}

function expand(word: string, environment: ContainerDetails['environment']): string {
  return word.replaceAll(
    /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g,
    (whole, braced: string | undefined, plain: string | undefined) =>
      environment.get(braced ?? plain ?? '')?.reveal() ?? whole,
  );
}

const baseName = (word: string) => word.slice(word.lastIndexOf('/') + 1);
