import type { Plan, Selector } from '@holdfast/contracts';

/** What a plan catches, in a few words. */
export function selectorWords({
  selector,
  isDefault,
  name,
}: Pick<Plan, 'selector' | 'isDefault' | 'name'>): string {
  const chosen = selector.everything ? 'everything' : patternWords(selector);
  const label = `label holdfast.plan=${name}`;
  const what = isDefault
    ? `${chosen === '' ? 'nothing' : chosen} that no other plan catches`
    : chosen || label;
  const excluded = patternWords(selector.exclude);
  return excluded === '' ? what : `${what}, but not ${excluded}`;
}

function patternWords({ sources, environments, kinds }: Selector['exclude']): string {
  return [
    ...sources,
    ...environments.map((name) => `all of ${name}`),
    ...kinds.map((kind) => `every ${kind}`),
  ].join(', ');
}
