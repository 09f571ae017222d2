/** @module Objects as resources of the engine: each is its own, named by what it is, so that the next version of a release updates it in place. */
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { identityOf, type KubeObject } from './kube-object';
import { PLATFORM_LABELS } from './ownership';

/** Options of the objects of one call, and of each of them. */
export interface ObjectOptions {
  /** What must be there before any of them is made. */
  readonly dependsOn?: readonly pulumi.Input<pulumi.Resource>[];
  /** Options of one object, over those of all; `made` are the resources of the objects before it. */
  readonly each?: (object: KubeObject, made: ObjectResources) => pulumi.CustomResourceOptions;
}

/** The resources of some objects, by `identityOf` their objects. */
export type ObjectResources = ReadonlyMap<string, pulumi.CustomResource>;

/**
 * Registers objects as children of a component, in their order, with the labels of the platform.
 *
 * @param name what their resources' names begin with: the component's own name
 * @throws pulumi.ResourceError for an object that comes twice
 */
export function registerObjects(
  parent: pulumi.ComponentResource,
  name: string,
  objects: readonly KubeObject[],
  { dependsOn = [], each = () => ({}) }: ObjectOptions = {},
): ObjectResources {
  const made = new Map<string, pulumi.CustomResource>();
  for (const object of objects) {
    const identity = identityOf(object);
    if (made.has(identity)) {
      throw new pulumi.ResourceError(`${identity} comes twice.`, parent);
    }
    const own = each(object, made);
    const all = { parent, dependsOn: [...dependsOn], ...patience(object) };
    const options = pulumi.mergeOptions(all, own);
    made.set(identity, register(`${name}:${identity}`, labelled(object), options));
  }
  return made;
}

function labelled(object: KubeObject): KubeObject {
  const labels = { ...object.metadata.labels, ...PLATFORM_LABELS };
  return { ...object, metadata: { ...object.metadata, labels } };
}

/** The engine removes a workload with its pods and gives up after ten minutes: pods that may take about as long get more. */
function patience(object: KubeObject): pulumi.CustomResourceOptions {
  const { template } = (object['spec'] ?? {}) as {
    readonly template?: { readonly spec?: { readonly terminationGracePeriodSeconds?: number } };
  };
  const grace = template?.spec?.terminationGracePeriodSeconds ?? 0;
  return grace < 300 ? {} : { customTimeouts: { delete: `${grace + 300}s` } };
}

type ObjectClass = new (
  name: string,
  // biome-ignore lint/suspicious/noExplicitAny: every class has arguments of its own.
  args: any,
  options: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

function register(
  name: string,
  object: KubeObject,
  options: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const Class = CLASSES[`${object.apiVersion}/${object.kind}`] ?? k8s.apiextensions.CustomResource;
  return new Class(name, object, options);
}

/** The provider awaits and compares objects of these kinds by their own rules. */
const CLASSES: Readonly<Record<string, ObjectClass>> = {
  'v1/ConfigMap': k8s.core.v1.ConfigMap,
  'v1/LimitRange': k8s.core.v1.LimitRange,
  'v1/Namespace': k8s.core.v1.Namespace,
  'v1/PersistentVolumeClaim': k8s.core.v1.PersistentVolumeClaim,
  'v1/ResourceQuota': k8s.core.v1.ResourceQuota,
  'v1/Secret': k8s.core.v1.Secret,
  'v1/Service': k8s.core.v1.Service,
  'v1/ServiceAccount': k8s.core.v1.ServiceAccount,
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration':
    k8s.admissionregistration.v1.MutatingWebhookConfiguration,
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy':
    k8s.admissionregistration.v1.ValidatingAdmissionPolicy,
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding':
    k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding,
  'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration':
    k8s.admissionregistration.v1.ValidatingWebhookConfiguration,
  'apiextensions.k8s.io/v1/CustomResourceDefinition': k8s.apiextensions.v1.CustomResourceDefinition,
  'apps/v1/DaemonSet': k8s.apps.v1.DaemonSet,
  'apps/v1/Deployment': k8s.apps.v1.Deployment,
  'apps/v1/StatefulSet': k8s.apps.v1.StatefulSet,
  'autoscaling/v2/HorizontalPodAutoscaler': k8s.autoscaling.v2.HorizontalPodAutoscaler,
  'batch/v1/CronJob': k8s.batch.v1.CronJob,
  'batch/v1/Job': k8s.batch.v1.Job,
  'networking.k8s.io/v1/Ingress': k8s.networking.v1.Ingress,
  'networking.k8s.io/v1/NetworkPolicy': k8s.networking.v1.NetworkPolicy,
  'node.k8s.io/v1/RuntimeClass': k8s.node.v1.RuntimeClass,
  'policy/v1/PodDisruptionBudget': k8s.policy.v1.PodDisruptionBudget,
  'rbac.authorization.k8s.io/v1/ClusterRole': k8s.rbac.v1.ClusterRole,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': k8s.rbac.v1.ClusterRoleBinding,
  'rbac.authorization.k8s.io/v1/Role': k8s.rbac.v1.Role,
  'rbac.authorization.k8s.io/v1/RoleBinding': k8s.rbac.v1.RoleBinding,
};
