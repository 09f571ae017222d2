/** @module A build template that tenants share, as one tenant's: where its images go, and which cache its builds see. */
import { checkName } from '../check';
import { ANNOTATIONS, LABELS } from '../labels';
import { type Container, compact, type PodSpec } from '../manifest';
import { BUILD_CONTAINERS, CACHE_VOLUME } from './build-containers';
import type { BuildJob } from './build-template';

/**
 * The template for `buildJob`, from that of the platform's own builder: what it builds goes to the tenant's
 * repositories alone, comes from the tenant's contexts alone, and sees the tenant's folder of the cache alone.
 */
export function templateOfTenant(template: BuildJob, tenant: string): BuildJob {
  checkName('build template', 'tenant', tenant);
  const { metadata, spec } = template;
  const host = (metadata.annotations[ANNOTATIONS.buildRepository] ?? '').split('/')[0];
  const labels = { ...metadata.labels, [LABELS.tenant]: tenant };
  const pod = spec.template.spec as PodSpec;
  return {
    ...template,
    metadata: {
      ...metadata,
      labels,
      annotations: { ...metadata.annotations, [ANNOTATIONS.buildRepository]: `${host}/${tenant}` },
    },
    spec: {
      ...spec,
      template: {
        metadata: {
          ...spec.template.metadata,
          labels: { ...spec.template.metadata?.labels, [LABELS.tenant]: tenant },
        },
        spec: {
          ...pod,
          initContainers: pod.initContainers?.map((container) => cacheOf(container, tenant)),
        },
      },
    },
  };
}

function cacheOf(container: Container, tenant: string): Container {
  if (container.name !== BUILD_CONTAINERS.build) return container;
  return compact({
    ...container,
    volumeMounts: container.volumeMounts?.map((mount) =>
      mount.name === CACHE_VOLUME ? { ...mount, subPath: tenant } : mount,
    ),
  });
}
