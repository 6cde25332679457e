import { describe, expect, test } from 'vitest';
import type { EngineProgress } from '../engine.ts';
import { gatherReport } from './restic-report.ts';

describe('what restic says', () => {
  test('progress, summary, errors on files and the reason of its exit are gathered', () => {
    const progress: EngineProgress[] = [];
    const messages: string[] = [];
    const report = gatherReport({
      onProgress: (step) => progress.push(step),
      onMessage: (line) => messages.push(line),
    });
    for (const line of [
      '{"message_type":"status","percent_done":0.5,"total_bytes":10,"bytes_done":5,"unknown":{}}',
      '{"message_type":"error","error":{"message":"open /a: permission denied"},"during":"archival","item":"/a"}',
      '{"message_type":"summary","snapshot_id":"abc","total_bytes_processed":10}',
      '{"message_type":"exit_error","code":3,"message":"Warning: at least one source file could not be read"}',
      'plain words',
    ]) {
      report.onLine(line);
    }
    expect(progress).toEqual([{ bytesDone: 5, bytesTotal: 10 }]);
    expect(report.summary()).toMatchObject({ snapshot_id: 'abc', total_bytes_processed: 10 });
    expect(report.itemErrors()).toEqual([{ item: '/a', message: 'open /a: permission denied' }]);
    expect(report.exitMessage()).toContain('at least one source file');
    expect(messages).toEqual(['plain words']);
  });

  test('unknown and broken lines are ignored', () => {
    const report = gatherReport();
    for (const line of [
      '{"message_type":"new"}',
      '{"message_type":',
      '{',
      '[]',
      '{"message_type":"summary","snapshot_id":7}',
    ]) {
      report.onLine(line);
    }
    expect(report.summary()).toBeUndefined();
    expect(report.disguisedFailure()).toBeUndefined();
  });

  test.each(['unable to remove <snapshot/1> from the repository', '/data does not exist, skipping'])(
    'a failure that restic 0.18 calls a success: %s',
    (line) => {
      const report = gatherReport();
      report.onLine(line);
      expect(report.disguisedFailure()).toBe(line);
    },
  );

  test('a file whose name says such a thing is no failure', () => {
    const report = gatherReport();
    report.onLine('{"message_type":"status","current_files":["/x does not exist, skipping"]}');
    expect(report.disguisedFailure()).toBeUndefined();
  });

  test('errors on very many files are bounded', () => {
    const report = gatherReport();
    for (let file = 0; file < 10_000; file++) report.onLine('{"message_type":"error","item":"/a"}');
    expect(report.itemErrors()).toHaveLength(100);
  });
});
