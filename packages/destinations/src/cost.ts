/** A provider's published price of standard storage. Requests and traffic are not in it. */
export interface StoragePrice {
  readonly provider: string;
  readonly dollarsPerGigabyteMonth: number;
  /** What is billed even when less is stored. */
  readonly minimumDollarsPerMonth: number;
  /** Part of the price up to this many gigabytes. */
  readonly includedGigabytes: number;
  /** Day on which the price list was read. */
  readonly asOf: string;
}
