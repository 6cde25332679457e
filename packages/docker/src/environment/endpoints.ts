import type { RawContainer, RawEndpoint } from './raw-container.ts';
import { type NameOf, namedLink, namedMode } from './references.ts';

type Words = Record<string, unknown>;

/** Networks that every engine has: they are neither made nor given aliases. */
export const ownNetworks: ReadonlySet<string> = new Set(['bridge', 'host', 'none']);

export interface DefinedEndpoints {
  readonly mode: string;
  /** Of the network that the container is created in. */
  readonly first: Record<string, Words>;
  readonly further: Record<string, Words>;
}

/** The networks of a container: the one it is created in, and those that it is connected to afterwards. */
export function definedEndpoints(container: RawContainer, nameOf: NameOf): DefinedEndpoints {
  const endpoints = Object.entries(container.NetworkSettings?.Networks ?? {}).sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const declared = container.HostConfig.NetworkMode || 'default';
  const wanted = declared === 'default' ? 'bridge' : declared;
  const first = endpoints.find(
    ([name, endpoint]) => name === wanted || (!!endpoint?.NetworkID && endpoint.NetworkID.startsWith(wanted)),
  );
  const settings = ([name, endpoint]: [string, RawEndpoint | null]): [string, Words] => [
    name,
    ownNetworks.has(name) ? {} : endpointSettings(endpoint ?? {}, container, nameOf),
  ];
  const isOwn = first === undefined || ownNetworks.has(first[0]);
  return {
    mode: isOwn ? namedMode(declared, nameOf) : first[0],
    first: isOwn ? {} : Object.fromEntries([settings(first)]),
    further: Object.fromEntries(endpoints.filter((endpoint) => endpoint !== first).map(settings)),
  };
}

/** What a person set of an endpoint; what the engine chose (addresses, ids) it will choose again. */
function endpointSettings(endpoint: RawEndpoint, container: RawContainer, nameOf: NameOf): Words {
  const shortId = container.Id.slice(0, 12);
  // Engines before 25 add the short id by themselves.
  const aliases = (endpoint.Aliases ?? []).filter((alias) => alias !== shortId);
  const links = (endpoint.Links ?? []).map((link) => namedLink(link, nameOf));
  const fixed = Object.entries(endpoint.IPAMConfig ?? {}).filter(([, value]) => value);
  return {
    ...(aliases.length > 0 ? { Aliases: aliases } : {}),
    ...(links.length > 0 ? { Links: links } : {}),
    ...(fixed.length > 0 ? { IPAMConfig: Object.fromEntries(fixed) } : {}),
    ...(endpoint.DriverOpts && Object.keys(endpoint.DriverOpts).length > 0
      ? { DriverOpts: endpoint.DriverOpts }
      : {}),
    ...(typeof endpoint['GwPriority'] === 'number' && endpoint['GwPriority'] !== 0
      ? { GwPriority: endpoint['GwPriority'] }
      : {}),
  };
}
