/** @module Kinds of objects: which groups are built in, which kinds have no namespace, which are the platform's. */

/** What names a kind: its group (`''` for the core) and its kind. */
export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** Groups whose kinds are known by their bare name; the others carry their group in the file's name. */
const BUILT_IN = new Set([
  '',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);

const CLUSTER_SCOPED = new Set([
  'Namespace',
  'Node',
  'PersistentVolume',
  'APIService.apiregistration.k8s.io',
  'CertificateSigningRequest.certificates.k8s.io',
  'ClusterRole.rbac.authorization.k8s.io',
  'ClusterRoleBinding.rbac.authorization.k8s.io',
  'ClusterTrustBundle.certificates.k8s.io',
  'CSIDriver.storage.k8s.io',
  'CSINode.storage.k8s.io',
  'CustomResourceDefinition.apiextensions.k8s.io',
  'DeviceClass.resource.k8s.io',
  'FlowSchema.flowcontrol.apiserver.k8s.io',
  'IngressClass.networking.k8s.io',
  'IPAddress.networking.k8s.io',
  'MutatingAdmissionPolicy.admissionregistration.k8s.io',
  'MutatingAdmissionPolicyBinding.admissionregistration.k8s.io',
  'MutatingWebhookConfiguration.admissionregistration.k8s.io',
  'PriorityClass.scheduling.k8s.io',
  'PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io',
  'ResourceSlice.resource.k8s.io',
  'RuntimeClass.node.k8s.io',
  'ServiceCIDR.networking.k8s.io',
  'StorageClass.storage.k8s.io',
  'ValidatingAdmissionPolicy.admissionregistration.k8s.io',
  'ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io',
  'ValidatingWebhookConfiguration.admissionregistration.k8s.io',
  'VolumeAttachment.storage.k8s.io',
  'VolumeAttributesClass.storage.k8s.io',
  // Of widespread extensions, those whose name does not begin with Cluster.
  'BGPPeer.crd.projectcalico.org',
  'CiliumClusterwideNetworkPolicy.cilium.io',
  'GatewayClass.gateway.networking.k8s.io',
  'GlobalNetworkPolicy.crd.projectcalico.org',
  'GlobalNetworkSet.crd.projectcalico.org',
  'IPPool.crd.projectcalico.org',
  'VolumeSnapshotClass.snapshot.storage.k8s.io',
  'VolumeSnapshotContent.snapshot.storage.k8s.io',
]);

/** Kinds by which a controller applies anything anywhere, as the cluster's administrator: K3s, Argo CD and Flux. */
const DELEGATING = new Set([
  'Addon.k3s.cattle.io',
  'AppProject.argoproj.io',
  'Application.argoproj.io',
  'ApplicationSet.argoproj.io',
  'HelmChart.helm.cattle.io',
  'HelmChartConfig.helm.cattle.io',
  'HelmRelease.helm.toolkit.fluxcd.io',
  'Kustomization.kustomize.toolkit.fluxcd.io',
]);

/** Kinds that the platform keeps for itself when the tree is split. */
const PLATFORM = new Set([
  'LimitRange',
  'NetworkPolicy.networking.k8s.io',
  'ResourceQuota',
  'Role.rbac.authorization.k8s.io',
  'RoleBinding.rbac.authorization.k8s.io',
]);

/** The kinds of a namespace that are the platform's, for allow and deny lists of Argo CD. */
export const PLATFORM_KINDS: readonly GroupKind[] = [...PLATFORM].map(kindOfText);

/** The kinds that no tenant may have, for the deny lists of Argo CD. */
export const DELEGATING_KINDS: readonly GroupKind[] = [...DELEGATING].map(kindOfText);

function kindOfText(text: string): GroupKind {
  const [kind = '', ...group] = text.split('.');
  return { group: group.join('.'), kind };
}

/** `CronJob.batch`, `Service`: how lists name a kind. */
export function kindText({ group, kind }: GroupKind): string {
  return group === '' ? kind : `${kind}.${group}`;
}

export function isBuiltIn({ group }: GroupKind): boolean {
  return BUILT_IN.has(group);
}

/** Whether objects of the kind have no namespace; a custom resource counts as such when its kind begins with `Cluster`. */
export function isClusterScoped(kind: GroupKind): boolean {
  return (
    CLUSTER_SCOPED.has(kindText(kind)) || (!isBuiltIn(kind) && /^Cluster[A-Z]/.test(kind.kind))
  );
}

/** Whether a controller would apply what the object says with rights that its tenant does not have. */
export function isDelegating(kind: GroupKind): boolean {
  return DELEGATING.has(kindText(kind));
}

/** Whether the tenant must not change objects of the kind by Git. */
export function isPlatforms(kind: GroupKind): boolean {
  return PLATFORM.has(kindText(kind)) || isClusterScoped(kind);
}
