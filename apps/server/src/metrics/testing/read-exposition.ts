type Labels = Readonly<Record<string, string>>;

/** Reads the text format back, strictly: @throws Error for a line that is none of it. @returns a look-up of values */
export function readExposition(text: string): (name: string, labels: Labels) => number | undefined {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name, inside = '', value] =
      /^([a-z_][a-z0-9_]*)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`No line of the text format: ${line}`);
    const labels = [...inside.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, held = '']) => [
      label,
      held.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character)),
    ]);
    const key = keyOf(name, Object.fromEntries(labels));
    if (values.has(key)) throw new Error(`Twice the same series: ${line}`);
    values.set(key, Number(value));
  }
  return (name, labels) => values.get(keyOf(name, labels));
}

function keyOf(name: string, labels: Labels): string {
  return JSON.stringify([name, Object.entries(labels).toSorted(([a], [b]) => a.localeCompare(b))]);
}
