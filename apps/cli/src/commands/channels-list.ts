import { type Channel, type ExitCode, exitCodes } from '@holdfast/contracts';
import { formatAge } from '@holdfast/contracts/quantities';
import type { CommandContext } from '../command-context.ts';
import { type Fragment, markup } from '../output/markup.ts';

/** The ways to people, what each carries, and whether it works. */
export async function listChannels(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const channels = await (await context.client()).channels();
  if (output.json) {
    output.document(channels);
    return exitCodes.ok;
  }
  if (channels.length === 0) {
    output.line(
      markup`There is no channel: alerts reach nobody. Add one with: holdfast channels add NAME --kind KIND`,
    );
    return exitCodes.ok;
  }
  const now = Date.now();
  output.table(
    [
      { title: 'NAME', wraps: true },
      { title: 'KIND' },
      { title: 'TO', wraps: true },
      { title: 'CARRIES', wraps: true },
      { title: 'STATE', wraps: true },
    ],
    channels.map((channel) => [
      channel.name,
      channel.kind,
      channel.target,
      carried(channel),
      state(context, channel, now),
    ]),
  );
  return exitCodes.ok;
}

function carried({ codes, environments, minSeverity }: Channel): string {
  const which = codes?.join(', ') ?? 'everything';
  const where = environments === undefined ? '' : ` of ${environments.join(', ')}`;
  return minSeverity === 'info' ? `${which}${where}` : `${which}${where}, ${minSeverity} or more`;
}

function state({ output: { palette } }: CommandContext, channel: Channel, now: number): Fragment {
  const { enabled, lastError, lastSuccess, waiting, givenUp } = channel;
  if (!enabled) return markup`${palette.dim('off')}`;
  const lost = givenUp === 0 ? '' : `, ${givenUp} given up`;
  const left = waiting === 0 ? lost : `, ${waiting} waiting${lost}`;
  if (lastError !== undefined)
    return markup`${palette.red(lastError.code)} ${formatAge(lastError.time, now)}${left}`;
  if (lastSuccess === undefined) return markup`never used${left}`;
  return markup`${palette.green('ok')} ${formatAge(lastSuccess, now)}${left}`;
}
