export type { Connection, Host, ServeOptions, TerminalInput, TerminalOutput } from './host.ts';
export { run } from './run.ts';
