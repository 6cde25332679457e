import type { ProcessSpec } from './process-spec.ts';

/**
 * Stands between Holdfast and a command, in a process group of its own, and ends that group when descriptor 3 closes:
 * its other end is in Holdfast alone, so that it closes whatever way Holdfast dies. A parent-death signal would not
 * do: it is lost when the parent dies before the child could ask for it.
 * It keeps nothing of the command's input and outputs, so that their ends mean what they mean without it, and exits
 * as the command did. SIGTERM to the group does not end it: it goes on waiting for the command.
 */
const guardScript = `
trap again=1 TERM
exec 4<&0
"$@" <&4 3<&- 4<&- &
command=$!
exec </dev/null >/dev/null 2>&1 4<&-
{
  trap '' TERM
  read -r _ <&3
  kill -TERM 0
  seconds=0
  while kill -0 "$command" && [ "$seconds" -lt 10 ]; do
    sleep 1
    seconds=$((seconds + 1))
  done
  kill -KILL 0
} &
watcher=$!
exec 3<&-
again=1
while [ "$again" = 1 ]; do
  again=0
  wait "$command"
  status=$?
done
kill -KILL "$watcher"
exit "$status"
`;

/** The command line that has a guard. The child's descriptor 3 has to be its lifeline. */
export function withGuard({
  program,
  arguments: words,
}: ProcessSpec): Pick<ProcessSpec, 'program' | 'arguments'> {
  return { program: 'sh', arguments: ['-c', guardScript, 'holdfast-guard', program, ...words] };
}
