import { describe, expect, it } from 'vitest';
import { chooseProgramsFor, parsePrograms } from './programs.ts';

const output = [
  '/usr/lib/postgresql/15/bin\tpg_dump (PostgreSQL) 15.14 (Debian 15.14-1.pgdg120+1)',
  '/usr/lib/postgresql/17/bin\tpg_dump (PostgreSQL) 17.6',
  '/broken/bin\t',
  '/odd/bin\tsomething else 12',
  '/usr/bin\tpg_dump (PostgreSQL) 17.6 (Debian 17.6-1)',
  '',
].join('\n');

describe('the client programs of a container', () => {
  it('are those that say their version', () => {
    expect(parsePrograms(output)).toEqual([
      { directory: '/usr/lib/postgresql/15/bin', major: 15, version: '15.14 (Debian 15.14-1.pgdg120+1)' },
      { directory: '/usr/lib/postgresql/17/bin', major: 17, version: '17.6' },
      { directory: '/usr/bin', major: 17, version: '17.6 (Debian 17.6-1)' },
    ]);
    expect(parsePrograms('18beta1')).toEqual([]);
    expect(parsePrograms('/opt/bin\tpg_dump (PostgreSQL) 18beta1')).toEqual([
      { directory: '/opt/bin', major: 18, version: '18beta1' },
    ]);
  });

  it('are of the version of the server, or the next newer one', () => {
    const programs = parsePrograms(output);
    expect(chooseProgramsFor(programs, 15, 'db').directory).toBe('/usr/lib/postgresql/15/bin');
    expect(chooseProgramsFor(programs, 16, 'db').directory).toBe('/usr/lib/postgresql/17/bin');
    expect(chooseProgramsFor(programs, 17, 'db').directory).toBe('/usr/lib/postgresql/17/bin');
  });

  it('are never older than the server', () => {
    expect(() => chooseProgramsFor(parsePrograms(output), 18, 'db')).toThrow(/PostgreSQL 18.*older/);
  });
});
