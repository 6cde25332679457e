import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { DefinedContainer, DefinedNetwork, EnvironmentDefinition } from '@holdfast/contracts';
import { z } from 'zod';
import type { DockerHost, EngineNetwork } from '../docker-host.ts';
import { defineNetwork } from './define-network.ts';
import { fieldsThatDiffer } from './differences.ts';
import type { SurveyedNetwork } from './survey.ts';

const subnetsSchema = z.looseObject({
  IPAM: z
    .looseObject({ Config: z.array(z.looseObject({ Subnet: z.string().nullish() })).nullish() })
    .nullish(),
});

const subnetsOf = (network: unknown): string[] =>
  (subnetsSchema.parse(network).IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet ? [Subnet] : []));

/**
 * How the networks of a definition stand, and whether the addresses of the missing ones are free.
 *
 * @param onHost this process has the network of the engine's host
 */
export async function surveyNetworks(
  docker: DockerHost,
  definition: EnvironmentDefinition,
  onHost: boolean,
): Promise<SurveyedNetwork[]> {
  const existing = await docker.resources.networks();
  return definition.networks.map((defined) => {
    const { name, external } = defined;
    const addressesFixed = definition.containers.some((container) => hasFixedAddress(container, name));
    const found = existing.find((network) => network.name === name);
    if (found === undefined) {
      const collidesWith = collisions(defined, existing, onHost);
      return { name, external, state: 'missing', differences: [], collidesWith, addressesFixed };
    }
    const differences = networkDifferences(defined, found, definition.project, addressesFixed);
    const state = differences.length === 0 ? 'same' : 'differs';
    return { name, external, state, differences, collidesWith: [], addressesFixed };
  });
}

function networkDifferences(
  defined: DefinedNetwork,
  found: EngineNetwork,
  project: string | undefined,
  addressesFixed: boolean,
): string[] {
  const differences = fieldsThatDiffer(defined.create, defineNetwork(found, project).create);
  // Where nobody has a fixed address, which ones the engine gave out matters to nobody.
  return differences.filter((name) => name !== 'IPAM' || addressesFixed);
}

function hasFixedAddress({ create, networks }: DefinedContainer, network: string): boolean {
  const endpoints = z
    .looseObject({
      NetworkingConfig: z
        .looseObject({ EndpointsConfig: z.record(z.string(), z.record(z.string(), z.unknown())) })
        .optional(),
    })
    .parse(create).NetworkingConfig?.EndpointsConfig;
  return [endpoints?.[network], networks[network]].some((endpoint) => endpoint?.['IPAMConfig'] !== undefined);
}

function collisions(defined: DefinedNetwork, existing: readonly EngineNetwork[], onHost: boolean): string[] {
  const wanted = subnetsOf(defined.create);
  const overlaps = (subnet: string) => wanted.some((one) => overlap(one, subnet));
  const networks = existing.filter(({ definition }) => subnetsOf(definition).some(overlaps));
  if (networks.length > 0) return networks.map(({ name }) => `the network ${name}`);
  // The engine's own bridges are among the host's interfaces, too.
  return Object.entries(onHost ? networkInterfaces() : {})
    .filter(([, addresses]) => addresses?.some(({ cidr }) => cidr !== null && overlaps(cidr)))
    .map(([name]) => `the host's interface ${name}`);
}

/** Whether two ranges, written `address/bits`, have addresses in common. */
export function overlap(one: string, other: string): boolean {
  return contains(one, other) || contains(other, one);
}

function contains(range: string, other: string): boolean {
  const [address = '', bits = ''] = range.split('/');
  const [start = ''] = other.split('/');
  const family = isIP(address);
  if (family === 0 || family !== isIP(start)) return false;
  const [, otherBits = ''] = other.split('/');
  if (Number(otherBits) < Number(bits)) return false;
  const type = family === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(address, Number(bits), type);
  return list.check(start, type);
}
