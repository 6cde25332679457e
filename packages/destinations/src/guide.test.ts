import { readFileSync } from 'node:fs';
import { errorCatalogue } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { s3Providers } from './s3/providers.ts';

const guide = readFileSync(new URL('../../../docs/guides/destinations.md', import.meta.url), 'utf8');

test('the guide explains every error that a probe can give', () => {
  const codes = Object.keys(errorCatalogue).filter((code) => code.startsWith('destination-'));
  // Given when a destination is removed, not when it is probed.
  const probed = codes.filter((code) => code !== 'destination-in-use');
  expect(probed.filter((code) => !guide.includes(`| \`${code}\` |`))).toEqual([]);
});

test('the guide names every provider with an endpoint of its form', () => {
  for (const { name, endpointExample } of s3Providers) {
    expect(guide).toContain(`| ${name} |`);
    expect(guide).toContain(endpointExample.replace('eu-central-1.amazonaws', 'REGION.amazonaws'));
  }
});
