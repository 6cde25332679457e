export interface FilesSearch {
  /** The folder that is shown; the top where there is none. */
  path?: string | undefined;
}

export function parseFilesSearch({ path }: Readonly<Record<string, unknown>>): FilesSearch {
  return { path: typeof path === 'string' && path.startsWith('/') && path !== '/' ? path : undefined };
}
