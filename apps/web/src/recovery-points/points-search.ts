export interface PointsSearch {
  environment?: string | undefined;
  /** Of the viewer's zone, as `2026-11-28`. */
  day?: string | undefined;
}

export function parsePointsSearch({ environment, day }: Readonly<Record<string, unknown>>): PointsSearch {
  return {
    // A name made of digits comes as a number.
    environment:
      typeof environment === 'string' || typeof environment === 'number' ? String(environment) : undefined,
    day: typeof day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : undefined,
  };
}
