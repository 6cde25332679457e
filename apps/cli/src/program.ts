import { Command } from 'commander';
import { addAlertCommands } from './command-groups/alert-commands.ts';
import { addConfigurationCommands } from './command-groups/configuration-commands.ts';
import { addDestinationCommands } from './command-groups/destination-commands.ts';
import { addKeyCommands } from './command-groups/key-commands.ts';
import { addMaintenanceCommands } from './command-groups/maintenance-commands.ts';
import { addOperationCommands } from './command-groups/operation-commands.ts';
import { addPeopleCommands } from './command-groups/people-commands.ts';
import { addPlanCommands } from './command-groups/plan-commands.ts';
import { addSelfCommands } from './command-groups/self-commands.ts';
import { addSnapshotCommands } from './command-groups/snapshot-commands.ts';
import { addSourceCommands } from './command-groups/source-commands.ts';
import type { Host } from './host.ts';
import type { Perform } from './perform.ts';

/** All commands, their options and their help. */
export function createProgram(host: Pick<Host, 'version' | 'stdout' | 'stderr'>, perform: Perform): Command {
  const program = new Command('holdfast')
    .description('Finds what is worth protecting, backs it up, and puts it back.')
    .version(host.version)
    .option('--json', 'print the result as one JSON document')
    .option('--data-dir <dir>', 'where Holdfast keeps its state (or HOLDFAST_DATA_DIR)')
    .option('--server <url>', 'a server elsewhere (or HOLDFAST_SERVER); its token in HOLDFAST_TOKEN')
    .helpCommand(false)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      // What is not accepted is reported by run(); what is left is the help of a command that needs a subcommand.
      outputError: () => {},
      writeErr: (text) => void host.stderr.write(text),
    })
    .configureHelp({ showGlobalOptions: true });
  addSourceCommands(program, perform);
  addSnapshotCommands(program, perform);
  addOperationCommands(program, perform);
  addDestinationCommands(program, perform);
  addPeopleCommands(program, perform);
  addPlanCommands(program, perform);
  addMaintenanceCommands(program, perform);
  addKeyCommands(program, perform);
  addAlertCommands(program, perform);
  addConfigurationCommands(program, perform);
  addSelfCommands(program, perform);
  return program.addHelpText('after', examples);
}

const examples = `
Examples:
  holdfast sources                  what was found, and whether it is protected
  holdfast backup --all             back up everything that is protected
  holdfast snapshots shop-db        what there is to go back to
  holdfast restore shop-db latest   put the newest good snapshot back

Exit codes: 0 ok, 1 failed, 2 usage, 3 partly failed, 4 not found, 5 refused, 6 server unreachable,
  7 different (of diff)`;
