import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..');

/** The keys under which answers are kept, each as it stands in the code with what is asked for. */
function keysIn(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/queryKey: (\[[^\n]*?\]),\s+queryFn/g)].map(([, key = '']) =>
    key.replaceAll(/\{[^}]*\}/g, '{}').replaceAll(/\b(?!')[a-zA-Z]+(?=[,\]])/g, '*'),
  );
}

/** Two questions with one key give each other's answers: of another form, which no page can show. */
test('no two questions to the server are kept under the same key', () => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  const keys = files.flatMap((name) => keysIn(path.join(root, name)));
  expect(keys.length).toBeGreaterThan(40);
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});
