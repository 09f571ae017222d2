/** @module A release as children of its component: each object after what it needs, its webhook's answer in between. */
import * as pulumi from '@pulumi/pulumi';
import { type KnativeWebhook, type WebhookGate, webhookAnswers } from '../gate';
import { identityOf, type KubeObject } from '../kube-object';
import { type ObjectResources, registerObjects } from '../objects';
import { ignoredFields, takenOver } from '../prepare/engine';
import type { PreparedRelease } from '../prepare/release';
import { needsOf } from './needs';
import { inOrder } from './order';
import { isWorkload, serversOf } from './workloads';

export interface ReleaseArgs {
  readonly release: PreparedRelease;
  /** The webhook that must answer before custom resources and jobs are made; none without it. */
  readonly webhook?: { readonly name: KnativeWebhook; readonly gate: WebhookGate };
  /** What must be there before anything of the release is made. */
  readonly dependsOn?: readonly pulumi.Input<pulumi.Resource>[];
  /** The provider of CRDs, which may have to take over those that an earlier platform left; the component's without it. */
  readonly crdProvider?: pulumi.ProviderResource;
}

export interface RegisteredRelease {
  readonly resources: ObjectResources;
  /** What is there when the webhook answers; without one, when all pods are ready. */
  readonly ready: readonly pulumi.Input<pulumi.Resource>[];
  /** Resolves when the webhook answers, rejects when it does not; at once without one. */
  readonly answered: Promise<void>;
}

/**
 * Registers the objects of a release, named `<name>:<identity>`, so that the engine makes and deletes them in
 * their order. It waits ten minutes, the provider's default, for each Deployment.
 *
 * @throws pulumi.ResourceError for a webhook configuration that nothing in the release serves
 */
export function registerRelease(
  component: pulumi.ComponentResource,
  name: string,
  args: ReleaseArgs,
): RegisteredRelease {
  const { dependsOn = [], webhook } = args;
  // A CRD that an earlier platform left may be of another version.
  const release = { ...args.release, crds: args.release.crds.map(takenOver) };
  const needs = needsOf(release);
  const first = inOrder(
    [release.namespaces, release.crds, release.objects, release.webhooks].flat(),
    needs,
  );
  const each = (object: KubeObject, made: ObjectResources) => ({
    ...optionsOf(object, args),
    dependsOn: found(made, needs.get(identityOf(object)) ?? []),
  });
  const base = registerObjects(component, name, first, { dependsOn, each });
  const { answered, ready } =
    webhook === undefined
      ? workloadsReady(release, base)
      : behindWebhook(component, webhook, servedBy(component, release, base));
  const last = [...release.customResources, ...release.jobs];
  const admitted = registerObjects(component, name, last, {
    dependsOn: [...dependsOn, ...ready],
    each: (object) => each(object, base),
  });
  return { resources: new Map([...base, ...admitted]), ready, answered };
}

/** Kinds with fields that no update changes. */
const REPLACED: readonly string[] = ['RoleBinding', 'ClusterRoleBinding', 'Job'];

function optionsOf(object: KubeObject, { crdProvider }: ReleaseArgs): pulumi.CustomResourceOptions {
  const isCrd = object.kind === 'CustomResourceDefinition';
  return {
    ignoreChanges: ignoredFields(object),
    ...(isCrd && { retainOnDelete: true }),
    ...(isCrd && crdProvider !== undefined && { provider: crdProvider }),
    ...(REPLACED.includes(object.kind) && { deleteBeforeReplace: true }),
  };
}

/** @throws Error for one that is not made yet: its edge would be lost */
function found(made: ObjectResources, identities: readonly string[]): pulumi.CustomResource[] {
  return identities.map((identity) => {
    const resource = made.get(identity);
    if (resource === undefined) {
      throw new Error(`${identity} is needed before it is made.`);
    }
    return resource;
  });
}

function workloadsReady({ objects }: PreparedRelease, made: ObjectResources): Ready {
  return {
    ready: found(made, objects.filter(isWorkload).map(identityOf)),
    answered: Promise.resolve(),
  };
}

/** The promise comes first: what depends on `ready` fails with it, and does not wait for what is never made. */
function behindWebhook(
  component: pulumi.ComponentResource,
  { name, gate }: NonNullable<ReleaseArgs['webhook']>,
  after: readonly [pulumi.CustomResource, ...pulumi.CustomResource[]],
): Ready {
  const answered = webhookAnswers(component, { webhook: name, gate, after });
  return { ready: [answered.then(() => after[0]), ...after], answered };
}

type Ready = Pick<RegisteredRelease, 'ready' | 'answered'>;

/** The resources of the webhook configurations, and of what serves them. */
function servedBy(
  component: pulumi.ComponentResource,
  release: PreparedRelease,
  made: ObjectResources,
): [pulumi.CustomResource, ...pulumi.CustomResource[]] {
  const servers = release.webhooks.flatMap((webhook) => {
    const some = serversOf(webhook, release);
    if (!some.some(isWorkload)) {
      throw new pulumi.ResourceError(
        `${identityOf(webhook)} calls a webhook that no pods of its release serve.`,
        component,
      );
    }
    return some;
  });
  const identities = new Set([...release.webhooks, ...servers].map(identityOf));
  const [one, ...others] = found(made, [...identities]);
  if (one === undefined) {
    throw new pulumi.ResourceError('The release has no webhook configuration.', component);
  }
  return [one, ...others];
}
