import { sourceNameSchema } from '@holdfast/contracts';

/** What is wrong with a name that a person gives to something, before the server is asked. */
export function nameProblem(name: string): string | undefined {
  if (sourceNameSchema.safeParse(name).success) return undefined;
  return name === ''
    ? 'Give it a name.'
    : 'A name begins with a letter or a digit, and has letters, digits, dots, dashes and underscores only.';
}
