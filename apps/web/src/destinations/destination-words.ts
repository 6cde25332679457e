import type { MonthlyCost } from '@holdfast/contracts';

const kinds: Readonly<Record<string, string>> = {
  local: 'Folder on this server',
  s3: 'S3-compatible storage',
};

/** What a kind of destination is called on a page. */
export function kindOfDestination(kind: string): string {
  return kinds[kind] ?? kind;
}

export function formatMoney({ amount, currency }: MonthlyCost): string {
  return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(amount);
}
