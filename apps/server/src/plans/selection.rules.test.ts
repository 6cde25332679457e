import { selectorSchema } from '@holdfast/contracts';
import { describe, expect, it } from 'vitest';
import { type Candidate, checkSelector, planChooser } from './selection.rules.ts';

function source(name: string, fields: Partial<Candidate> = {}): Candidate {
  return { id: name, name, kind: 'postgres', environment: 'shop', present: true, ...fields };
}

function plan(name: string, selector: object, isDefault = false) {
  return { id: name, name, isDefault, selector: selectorSchema.parse(selector) };
}

const standard = plan('default', { everything: true }, true);
const chosen = (sources: Candidate[], ...plans: ReturnType<typeof plan>[]) => {
  const all = planChooser([standard, ...plans], ({ kind }) => kind === 'environment')(sources);
  return Object.fromEntries([...all].map(([id, those]) => [id, those.map(({ name }) => name)]));
};

describe('the plans of a source', () => {
  it('are all that name it by name, environment or kind; else the default one', () => {
    const sources = [
      source('shop-db'),
      source('shop-cache', { kind: 'redis' }),
      source('blog-db', { environment: 'blog' }),
      source('files', { environment: 'other', kind: 'volume' }),
    ];
    const result = chosen(
      sources,
      plan('hourly', { sources: ['*-db'] }),
      plan('shop', { environments: ['sh?p'] }),
      plan('caches', { kinds: ['redis'] }),
    );
    expect(result).toEqual({
      'shop-db': ['hourly', 'shop'],
      'shop-cache': ['shop', 'caches'],
      'blog-db': ['hourly'],
      files: ['default'],
    });
  });

  it('are found in the order of the plans, however they name it', () => {
    const plans = [
      plan('d', { environments: ['shop', 's*'] }),
      plan('c', { everything: true }),
      plan('b', { sources: ['other'], kinds: ['post*'] }),
      plan('a', { sources: ['shop-db'] }),
      plan('no', { sources: ['shop'], environments: ['shop-db'], kinds: ['redis'] }),
    ];
    expect(chosen([source('shop-db'), source('shop-db-2')], ...plans)).toEqual({
      'shop-db': ['d', 'c', 'b', 'a'],
      'shop-db-2': ['d', 'c', 'b'],
    });
  });

  it('leave out what is excluded, which then falls to the default one', () => {
    const all = plan('all', { everything: true, exclude: { sources: ['tmp-*'], kinds: ['redis'] } });
    expect(chosen([source('shop-db'), source('tmp-db'), source('c', { kind: 'redis' })], all)).toEqual({
      'shop-db': ['all'],
      'tmp-db': ['default'],
      c: ['default'],
    });
  });

  it('are those of its label alone; a label that names no plan says nothing', () => {
    const sources = [
      source('shop-db', { planLabels: ['weekly'] }),
      source('blog-db', { planLabels: ['nowhere'] }),
      source('wiki-db', { planLabels: ['weekly', 'hourly'] }),
    ];
    expect(chosen(sources, plan('hourly', { everything: true }), plan('weekly', {}))).toEqual({
      'shop-db': ['weekly'],
      'blog-db': ['hourly'],
      'wiki-db': ['weekly', 'hourly'],
    });
  });

  it('of how an environment is built are those of its members', () => {
    const sources = [
      source('shop.environment', { kind: 'environment' }),
      source('shop-db', { planLabels: ['hourly'] }),
      source('shop-files', { kind: 'volume' }),
      source('gone', { planLabels: ['weekly'], present: false }),
    ];
    expect(chosen(sources, plan('hourly', {}), plan('weekly', {}))['shop.environment']).toEqual([
      'hourly',
      'default',
    ]);
  });
});

describe('a selector', () => {
  const check = (selector: object) => () =>
    checkSelector(selectorSchema.parse(selector), new Set(['postgres', 'redis']));

  it.each([
    { kinds: ['oracle'] },
    { sources: ['a\nb'] },
    { sources: ['../etc'] },
    { sources: [' shop'] },
    { exclude: { sources: ['*a*a*a*a*a*a*a*b'] } },
  ])('%j is refused', (selector) => {
    expect(check(selector)).toThrow(expect.objectContaining({ code: 'selector-invalid' }));
  });

  it.each([{ kinds: ['post*'] }, { sources: ['shop-{db,cache}', '[a-c]*'] }, {}])(
    '%j is taken',
    (selector) => {
      expect(check(selector)).not.toThrow();
    },
  );
});
