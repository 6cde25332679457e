const prefix = 'com.docker.compose.';

type Labels = Readonly<Record<string, string>>;

export const projectOf = (labels: Labels): string | undefined => labels[`${prefix}project`] || undefined;

/** A container of `docker compose run`: not part of what `docker compose up` makes. */
export const isOneOff = (labels: Labels): boolean => labels[`${prefix}oneoff`]?.toLowerCase() === 'true';

/** `db:service_healthy:true,redis:service_started:false`; older versions of Compose write names alone. */
export function composeDependencies(labels: Labels): { service: string; healthy: boolean }[] {
  const declared = labels[`${prefix}depends_on`] ?? '';
  return declared.split(',').flatMap((entry) => {
    const [service, condition] = entry.trim().split(':');
    return service ? [{ service, healthy: condition === 'service_healthy' }] : [];
  });
}

/** The files that Compose read the project from, and the folder that it worked in; as it wrote them into labels. */
export function composeFiles(labels: Labels): { files: string[]; folder: string | undefined } {
  const list = (name: string) => (labels[`${prefix}project.${name}`] ?? '').split(',').filter(Boolean);
  return {
    files: [...list('config_files'), ...list('environment_file')],
    folder: labels[`${prefix}project.working_dir`] || undefined,
  };
}
