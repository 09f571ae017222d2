/** @module What a Deployment written elsewhere says about its pods, and what it may not say. */
import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { refuseSecretLiteral } from '../environment';
import { checkImage } from '../images';
import { invalid } from '../invalid';
import {
  type Container,
  compact,
  type Manifest,
  type PodSpec,
  type PodTemplate,
} from '../manifest';
import { podViolations } from '../pod-security';
import type { Project } from '../project';
import { quantity } from '../resources';
import type { ServingProps } from '../template-app';
import { warn } from '../warnings';

/** The props of an application that is rendered, wherever its pod comes from. */
export const SERVING_PROPS: readonly (keyof ServingProps)[] = [
  'replicas',
  'ingress',
  'autoscaling',
  'disruptionBudget',
  'clients',
  'egress',
  'deploy',
  'metadata',
];

type Labels = Readonly<Record<string, string>>;

/** A Deployment from elsewhere, before it is hardened. */
export interface TemplateSource {
  /** The prop that named it, for messages: `deployment` or `file`. */
  readonly prop: 'deployment' | 'file';
  /** The props that may be given beside it. */
  readonly known: readonly string[];
  readonly pod: PodSpec;
  /** Name of the container that serves. */
  readonly container: string;
  /** The same, when it was chosen. */
  readonly mainContainer?: string;
  readonly name?: string;
  /** The namespace that it names, if it does. */
  readonly namespace?: string;
  readonly selector?: Labels;
  readonly replicas?: number;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly strategy?: Manifest<k8s.DeploymentStrategy>;
  readonly rollout?: Rollout;
}

/** How a Deployment goes from one version to the next, beside its strategy. */
export type Rollout = Pick<
  Manifest<k8s.DeploymentSpec>,
  'minReadySeconds' | 'paused' | 'progressDeadlineSeconds' | 'revisionHistoryLimit'
>;

/** A Deployment as a manifest has it, as far as templates read it. */
export interface DeploymentManifest {
  readonly apiVersion: string;
  readonly kind: 'Deployment';
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: Rollout & {
    readonly replicas?: number;
    readonly selector?: { readonly matchLabels?: Labels };
    readonly strategy?: Manifest<k8s.DeploymentStrategy>;
    readonly template: PodTemplate & { readonly spec: PodSpec };
  };
}

/** The Deployment as a source; `container` chooses among several. */
export function sourceOf(
  owner: string,
  prop: 'deployment' | 'file',
  { metadata, spec }: DeploymentManifest,
  wanted: string | undefined,
): Omit<TemplateSource, 'known'> {
  const { containers } = spec.template.spec;
  const container = wanted ?? containers[0]?.name ?? '';
  if (!containers.some(({ name }) => name === container)) {
    throw invalid(owner, {
      prop: 'container',
      rule: `must be one of the containers of the Deployment '${metadata.name}'`,
      received: container,
      fix: `Choose one of ${containers.map(({ name }) => `'${name}'`).join(', ')}`,
    });
  }
  return {
    prop,
    pod: spec.template.spec,
    container,
    mainContainer: wanted,
    name: metadata.name,
    namespace: metadata.namespace,
    replicas: spec.replicas,
    strategy: spec.strategy,
    rollout: compact({
      minReadySeconds: spec.minReadySeconds,
      paused: spec.paused,
      progressDeadlineSeconds: spec.progressDeadlineSeconds,
      revisionHistoryLimit: spec.revisionHistoryLimit,
    }),
    labels: spec.template.metadata?.labels,
    annotations: spec.template.metadata?.annotations,
  };
}

/** Refuses in a hardened pod from elsewhere what a prop would have been refused for. */
export function checkSource(
  owner: Construct & { readonly project: Project },
  { prop, name, namespace }: TemplateSource,
  pod: PodSpec,
): void {
  const { project } = owner;
  const { requireDigest } = project;
  if (namespace !== undefined && namespace !== project.namespace) {
    warn(
      owner,
      prop === 'deployment'
        ? `'deployment' is in the namespace '${namespace}', and jobs made from it run in '${project.namespace}': they need its Secrets, ConfigMaps and claims there too. Create it in the project, or make the objects in both.`
        : `'file' has the Deployment '${name}' in the namespace '${namespace}'; it is rendered in the project's, '${project.namespace}'. Take 'metadata.namespace' out of the file.`,
    );
  }
  for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
    const own = `${prop}: containers.${container.name}`;
    checkImage(owner, `${own}.image`, container.image, { requireDigest });
    for (const { name, value } of container.env ?? []) {
      if (value !== undefined) refuseSecretLiteral(owner, `${own}.env.${name}`, name, value);
    }
    checkAmounts(owner, own, container);
  }
  const [violation] = podViolations(pod);
  if (violation !== undefined) {
    throw invalid(owner, {
      prop,
      rule: 'must describe a pod that the restricted profile admits',
      received: violation,
      fix: 'Remove that setting from the Deployment',
    });
  }
}

function checkAmounts(owner: Construct, prop: string, { resources }: Container): void {
  for (const [key, request] of Object.entries(resources?.requests ?? {})) {
    const limit = resources?.limits?.[key];
    if (limit === undefined || !(quantity(request) > quantity(limit))) continue;
    throw invalid(owner, {
      prop: `${prop}.resources.requests.${key}`,
      rule: `must not be above the limit of ${limit}`,
      received: request,
      fix: 'Raise the limit or lower the request',
    });
  }
}
