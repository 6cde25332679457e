import { z } from 'zod';

const planLabelsSchema = z.array(z.string());

/** The names of plans that a label gives, as they are stored. */
export function parsePlanLabels(stored: string): string[] {
  return planLabelsSchema.parse(JSON.parse(stored));
}
