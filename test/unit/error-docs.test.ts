import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { errorDocs } from '../../scripts/error-docs.ts';

it('docs/errors.md says what the catalogue says', () => {
  const committed = readFileSync(path.join(import.meta.dirname, '..', '..', 'docs', 'errors.md'), 'utf8');
  expect(committed, 'run: npm run docs:errors').toBe(errorDocs());
});
