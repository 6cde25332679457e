/** The last component of the name of an image, in lower case, without registry, tag and digest. */
export function lastNameOf(reference: string): string {
  return (repositoryOf(reference).split('/').at(-1) ?? '').toLowerCase();
}

/** The repository part of a reference to an image: without digest and tag. */
function repositoryOf(reference: string): string {
  const withoutDigest = reference.split('@', 1)[0] ?? '';
  // A colon after the last slash begins the tag; one before it is the port of a registry.
  return withoutDigest.replace(/:[^/:]*$/, '');
}
