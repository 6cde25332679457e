/** A figure of one scenario: what was measured, what it is compared with, and what it should be. */
export interface Figure {
  readonly scenario: string;
  readonly name: string;
  readonly value: number;
  readonly unit: 'ratio' | 'seconds' | 'milliseconds' | 'bytes' | 'MiB';
  /** The value must not be above it. Absent for figures that are only reported. */
  readonly target?: number;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function format(figure: Figure, value: number): string {
  switch (figure.unit) {
    case 'ratio':
      return value.toFixed(2);
    case 'seconds':
      return `${value.toFixed(1)} s`;
    case 'milliseconds':
      return `${value.toFixed(1)} ms`;
    case 'bytes':
      return `${(value / 1024 / 1024).toFixed(1)} MiB`;
    case 'MiB':
      return `${value.toFixed(0)} MiB`;
  }
}

export function isMet(figure: Figure): boolean | undefined {
  return figure.target === undefined ? undefined : figure.value <= figure.target;
}

export function printFigures(figures: readonly Figure[]): void {
  const width = Math.max(...figures.map((figure) => figure.name.length));
  let scenario = '';
  for (const figure of figures) {
    if (figure.scenario !== scenario) {
      scenario = figure.scenario;
      console.log(`\n${scenario}`);
    }
    const met = isMet(figure);
    const verdict =
      met === undefined ? '' : `  target ${format(figure, figure.target ?? 0)}  ${met ? 'met' : 'MISSED'}`;
    console.log(`  ${figure.name.padEnd(width)}  ${format(figure, figure.value).padStart(10)}${verdict}`);
  }
}
