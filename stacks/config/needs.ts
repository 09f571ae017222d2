/** @module What the builder and the package proxy need of their settings, beyond the shape of each. */
import { neededByBuilds } from '../builder/build';
import { type Refused, refusedResolver, refusedUpstream } from '../package-proxy/upstream';
import type { Rule } from './conflicts';
import { setCommand } from './faults';
import type { HostPlatformConfig } from './schema';

export const NEEDS: readonly Rule[] = [
  oneBuild('cpu'),
  oneBuild('memory'),
  upstream('pip'),
  upstream('pipFiles'),
  upstream('npm'),
  upstream('go'),
  refusal('packageProxy.resolvers', ({ packageProxy }) =>
    packageProxy.resolvers.map(refusedResolver).find((refused) => refused !== undefined),
  ),
];

/** The least that there must be for one build. */
function oneBuild(key: 'cpu' | 'memory'): Rule {
  const setting = `builder.${key}`;
  const needed = ({ builder }: HostPlatformConfig) => neededByBuilds(key, builder);
  return {
    settings: [setting],
    broken: (config) => needed(config) !== undefined,
    rule: (config) => `must be at least ${needed(config)}, which one build takes`,
    fix: (config) => `Run ${setCommand(setting, needed(config))}`,
  };
}

function upstream(name: keyof HostPlatformConfig['packageProxy']['upstreams']): Rule {
  return refusal(`packageProxy.upstreams.${name}`, ({ packageProxy }) => {
    const url = packageProxy.upstreams[name];
    return url === undefined ? undefined : refusedUpstream(url);
  });
}

function refusal(setting: string, why: (config: HostPlatformConfig) => Refused | undefined): Rule {
  return {
    settings: [setting],
    broken: (config) => why(config) !== undefined,
    rule: (config) => why(config)?.rule ?? '',
    fix: (config) => why(config)?.fix ?? '',
  };
}
