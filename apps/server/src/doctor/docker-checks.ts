import { type DockerHost, whyNotDirect } from '@holdfast/docker';
import { asHoldfastError } from '@holdfast/runtime';
import type { Check } from './doctor.service.ts';

/** Whether the engine can be asked, and which ways into a container are open here. */
export async function dockerChecks(docker: DockerHost): Promise<Check[]> {
  try {
    const containers = await docker.list();
    const running = containers.filter(({ state }) => state === 'running');
    const checks: Check[] = [
      { name: 'docker', state: 'ok', detail: `Reachable; ${running.length} containers run.` },
    ];
    const [sample] = running;
    if (sample !== undefined) checks.push(await dataPathCheck(docker, sample.id));
    return checks;
  } catch (error) {
    const { message, hint } = asHoldfastError(error);
    // Declared sources work without an engine.
    return [{ name: 'docker', state: 'warning', detail: message, hint }];
  }
}

async function dataPathCheck(docker: DockerHost, id: string): Promise<Check> {
  const container = await docker.inspect(id);
  const direct = await whyNotDirect(container);
  const helper = await docker.helpers.whyNot(container);
  const words = [
    direct === undefined ? 'direct is possible' : `direct is not (${direct})`,
    helper === undefined ? 'helper is possible' : `helper is not (${helper})`,
  ];
  return {
    name: 'data path',
    state: 'ok',
    detail: `Ways into containers: ${words.join('; ')}; exec is the fallback.`,
  };
}
