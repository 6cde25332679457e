import type { RecoveryKit } from '@holdfast/contracts';

export interface KitOptions {
  /** Whether the key stands on the page, or a line to write it on. */
  readonly withKey: boolean;
}

export interface KitSource {
  readonly source: string;
  readonly repository: string;
  /** In this order; each is a line that a shell takes as it is. */
  readonly commands: Readonly<Record<'list' | 'restore' | 'check', string>>;
  /** Another key than that of the kit opens it. */
  readonly otherKey?: string;
}

export interface KitDestination {
  readonly name: string;
  /** What to set before the commands, beside the key: lines for a shell, empty values to be filled in. */
  readonly variables: readonly string[];
  readonly sources: readonly KitSource[];
}

/** What a person types, destination by destination. */
export function kitDestinations({ repositories }: RecoveryKit): KitDestination[] {
  const groups = Map.groupBy(repositories, ({ destination }) => destination);
  return [...groups].map(([name, members]) => ({
    name,
    variables: Object.entries(members[0]?.environment ?? {}).map(
      ([variable, value]) => `export ${variable}=${quoted(value)}`,
    ),
    sources: members.map(({ source, repository, password, options }) => ({
      source,
      repository,
      otherKey: password,
      commands: commandsFor(repository, source, options),
    })),
  }));
}

/** The line that gives restic the key. */
export function keyLine(key: string | undefined): string {
  return `export RESTIC_PASSWORD=${key === undefined ? '' : quoted(key)}`;
}

function commandsFor(repository: string, source: string, options: readonly string[]) {
  const restic = ['restic -r', quoted(repository), ...options.map((option) => `-o ${quoted(option)}`)].join(
    ' ',
  );
  return {
    list: `${restic} snapshots`,
    restore: `${restic} restore latest --tag part --target ${quoted(`./restored/${source}`)}`,
    check: `${restic} check --read-data-subset=10%`,
  };
}

/** One word for a shell, whatever it holds. */
function quoted(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** What is the same on every kit. */
export const kitWords = {
  title: 'Holdfast recovery kit',
  purpose:
    'With this page and the keys of your storage you get your data back on any machine, without Holdfast: with restic (restic.net), version 0.18 or newer.',
  keep: 'Keep it where the server is not: on paper, or in a password manager. Whoever has the key and the storage reads every backup.',
  fillIn: 'Fill in what is empty: the keys of the storage are not on this page.',
  restore:
    'The restore writes below ./restored, and touches nothing else. A database comes back as its dump; where a source has several, --path /NAME.dump chooses one.',
  check:
    'Check this page once a year: the first command has to list snapshots of the last days, the third has to end without an error. After a rotation of the key, print it anew.',
} as const;
