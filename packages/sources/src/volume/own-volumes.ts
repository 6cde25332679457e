/** Holds what an operation has not put in its place yet; the value is the operation's id. */
export const workshopLabel = 'holdfast.restore';
/** Holds what a restore replaced; the value is the name of the volume that it was taken from. */
export const previousLabel = 'holdfast.previous';

/** Volumes that restores make for themselves are no sources. */
export function isOwnVolume(labels: Readonly<Record<string, string>>): boolean {
  return workshopLabel in labels || previousLabel in labels;
}

export function workshopLabels(operationId: string): Record<string, string> {
  return { [workshopLabel]: operationId, 'holdfast.enable': 'false' };
}

export function previousLabels(name: string): Record<string, string> {
  return { [previousLabel]: name, 'holdfast.enable': 'false' };
}
