/** A provider's published price of its standard storage; requests and traffic are not in it. */
export interface StoragePrice {
  readonly currency: 'USD';
  /** For each gigabyte (10^9 bytes) beyond those included. */
  readonly perGigabyteMonth: number;
  /** Billed each month whatever is stored. */
  readonly basePerMonth: number;
  readonly includedGigabytes: number;
  /** Month in which the price was read, as YYYY-MM. */
  readonly asOf: string;
}

export interface MonthlyCost {
  readonly amount: number;
  readonly currency: StoragePrice['currency'];
  readonly asOf: string;
}

const gigabyte = 1e9;

/** What storing so many bytes for a month costs, rounded to cents. An estimate: prices differ by region and change. */
export function monthlyCost(price: StoragePrice, bytes: number): MonthlyCost {
  const billed = Math.max(0, bytes / gigabyte - price.includedGigabytes);
  const amount = price.basePerMonth + billed * price.perGigabyteMonth;
  return { amount: Math.round(amount * 100) / 100, currency: price.currency, asOf: price.asOf };
}
