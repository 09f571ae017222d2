/** @module What a volume that is there cannot become is told before anything is changed. */

import { builderObjects } from '../../../stacks/builder/objects';
import { preflight } from '../../../stacks/cluster/preflight';
import { wantedVolumes } from '../../../stacks/cluster/volumes';
import { HostPlatformConfig, type HostPlatformSettings } from '../../../stacks/config/schema';
import type { ClaimFacts } from '../../../stacks/facts';
import { proxyGround } from '../../../stacks/package-proxy/objects';
import { postgresObjects } from '../../../stacks/postgres';
import { registryGround } from '../../../stacks/registry';
import { factsOf, platformOf } from '../platform-fixture';

const REGISTRY = {
  namespace: 'hks-system',
  name: 'registry',
  size: '20Gi',
  storageClass: 'local-path',
};
const CLASSES = [
  { name: 'local-path', isDefault: true },
  { name: 'fast', isDefault: false, grows: true },
];
const IMAGE = 'registry.example.com/hks:1.0.0';

function faults(settings: HostPlatformSettings, ...claims: readonly ClaimFacts[]): string[] {
  const facts = factsOf({ storageClasses: CLASSES, claims });
  return preflight(HostPlatformConfig.parse(settings), facts);
}

test('what is there may stay as it is, in any notation', () => {
  expect(faults({}, REGISTRY)).toEqual([]);
  expect(faults({ registry: { size: '20480Mi', storageClass: 'local-path' } }, REGISTRY)).toEqual(
    [],
  );
  expect(faults({ registry: { size: '50Gi' } })).toEqual([]);
  expect(faults({ registry: { size: '50Gi' } }, { ...REGISTRY, namespace: 'shop' })).toEqual([]);
});

test('no volume becomes smaller', () => {
  expect(faults({ registry: { size: '10Gi' } }, { ...REGISTRY, storageClass: 'fast' })).toEqual([
    `'registry.size' of the settings must not be less than 20Gi, which the PersistentVolumeClaim hks-system/registry has, as no volume becomes smaller, received '10Gi'. Set it to 20Gi.`,
  ]);
});

test('a volume becomes larger where its StorageClass allows it', () => {
  const registry = { size: '50Gi' };
  expect(faults({ registry }, { ...REGISTRY, storageClass: 'fast' })).toEqual([]);
  expect(faults({ registry }, REGISTRY)).toEqual([
    `'registry.size' of the settings must stay 20Gi, which the PersistentVolumeClaim hks-system/registry has, as the StorageClass 'local-path' makes no volume larger, received '50Gi'. Set it to 20Gi.`,
  ]);
});

test('a volume keeps its StorageClass, whether that is still there or not', () => {
  const registry = { storageClass: 'fast' };
  expect(faults({ registry }, REGISTRY)).toEqual([
    `'registry.storageClass' of the settings must stay 'local-path', which the PersistentVolumeClaim hks-system/registry has, received 'fast'. Set it to 'local-path'. Another one begins with an empty volume: remove the platform, then delete the PersistentVolumeClaim hks-system/registry.`,
  ]);
  const gone = { ...REGISTRY, storageClass: 'gone' };
  expect(faults({ registry: { storageClass: 'gone' } }, gone)).toEqual([]);
});

const ALL: HostPlatformSettings = {
  registry: { size: '11Gi', storageClass: 'fast' },
  builder: { namespace: 'builds', cacheSize: '12Gi' },
  packageProxy: { enabled: true, size: '13Gi' },
  controlPlane: { image: IMAGE },
  postgres: { size: '14Gi', storageClass: 'fast', backup: { size: '15Gi' } },
};

/** As the parts make them. */
function madeClaims(settings: HostPlatformSettings) {
  const platform = platformOf(settings);
  const objects = [
    ...registryGround(platform),
    ...builderObjects(platform),
    ...proxyGround(platform),
    ...(platform.choices.postgres === 'installed' ? postgresObjects(platform) : []),
  ];
  return objects
    .filter(({ kind }) => kind === 'PersistentVolumeClaim')
    .map(({ metadata: { namespace, name }, spec }) => ({ namespace, name, spec }));
}

test.each<[string, HostPlatformSettings]>([
  ['all', ALL],
  ['the least', {}],
  ['no dumps', { ...ALL, postgres: { backup: { enabled: false } } }],
  ['a database of ours', { ...ALL, postgres: { url: 'postgres://u:p@db/hks' } }],
])('the volumes looked at are those that the parts make: %s', (_, settings) => {
  const wanted = wantedVolumes(HostPlatformConfig.parse(settings));
  expect(wanted.length).toBeGreaterThanOrEqual(2);
  expect(
    wanted.map(({ namespace, claim, size, storageClass }) => ({
      namespace,
      name: claim,
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: size.value } },
        ...(storageClass.value !== undefined && { storageClassName: storageClass.value }),
      },
    })),
  ).toEqual(madeClaims(settings));
});

test('each setting is named by its own path', () => {
  const claims = wantedVolumes(HostPlatformConfig.parse(ALL)).map(({ namespace, claim }) => ({
    namespace,
    name: claim,
    size: '99Gi',
    storageClass: 'slow',
  }));
  const props = faults(ALL, ...claims).map((fault) => /^'(.+?)'/.exec(fault)?.[1]);
  expect(props).toEqual([
    'registry.storageClass',
    'registry.size',
    'builder.cacheSize',
    'packageProxy.size',
    'postgres.storageClass',
    'postgres.size',
    'postgres.storageClass',
    'postgres.backup.size',
  ]);
});
