import type { RecoveryKit } from '@holdfast/contracts';
import { type KitOptions, keyLine, kitDestinations, kitWords } from './kit-commands.ts';

/** The recovery kit as plain text. Everything but the commands is a comment to a shell. */
export function kitText(kit: RecoveryKit, { withKey }: KitOptions): string {
  const shown = (key: string) => keyLine(withKey ? key : undefined);
  const lines = [
    comment(`${kitWords.title}, ${kit.time.slice(0, 10)}`),
    ...[kitWords.purpose, kitWords.keep].map(comment),
    '',
    comment(`The key ${kit.keyId}${withKey ? '' : ' (write it behind the =, in single quotes)'}`),
    shown(kit.password),
    ...kitDestinations(kit).flatMap(({ name, variables, sources }) => [
      '',
      comment(`Destination ${name}`),
      ...(variables.length === 0 ? [] : [comment(kitWords.fillIn)]),
      ...variables,
      ...sources.flatMap(({ source, commands, otherKey }) => [
        '',
        comment(source),
        ...(otherKey === undefined ? [] : [comment('An older key opens it.'), `( ${shown(otherKey)}`]),
        ...Object.values(commands),
        ...(otherKey === undefined ? [] : [')']),
      ]),
    ]),
    '',
    ...[kitWords.restore, kitWords.check].map(comment),
  ];
  return `${lines.join('\n')}\n`;
}

/** Names may hold line breaks: what comes behind one must not become a command. */
function comment(text: string): string {
  return `# ${text.replaceAll(/\p{Cc}/gu, '?')}`;
}
