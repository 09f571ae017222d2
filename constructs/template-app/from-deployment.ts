/** @module A template from a cdk8s-plus Deployment. */
import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import type { Deployment as PlusDeployment } from 'cdk8s-plus-28';
import { type Construct, Node } from 'constructs';
import { checkObject } from '../check';
import { invalid } from '../invalid';
import { hardenPod } from '../pod-security';
import type { Project } from '../project';
import type { Resources } from '../resources';
import type { EgressRule } from './access';
import { type DeploymentManifest, sourceOf, type TemplateSource } from './source';

export interface FromDeploymentProps {
  /** The container that jobs are made from. @default - the first one */
  readonly container?: string;
  /** What jobs made from the template may connect to. @default [] */
  readonly egress?: readonly EgressRule[];
  /** The template's name. @default - the Deployment's */
  readonly metadata?: ApiObjectMetadata;
}

/** What the Deployment says when it is read; see `adoptDeployment` for what it says later. */
export function sourceOfDeployment(
  scope: Construct,
  id: string,
  deployment: PlusDeployment,
  props: FromDeploymentProps,
): TemplateSource {
  const owner = `TemplateApp '${scope.node.path}/${id}'`;
  checkObject(owner, 'props', props, `{ container: 'web' }`);
  const manifest = render(owner, deployment);
  return {
    ...sourceOf(owner, 'deployment', manifest, props.container),
    selector: manifest.spec.selector?.matchLabels,
    known: ['container', 'egress', 'metadata', 'deploy'],
  };
}

/**
 * Puts the Deployment's own pods under the restricted profile when it is in the template's project, where nothing else
 * would be admitted, and fails the build when they change after they were read.
 */
export function adoptDeployment(
  app: Construct & { readonly project: Project },
  deployment: PlusDeployment,
): void {
  const object = ApiObject.of(deployment);
  // A JSON patch would hide what the Deployment says later; this hardens whatever it says when it is rendered.
  const raw = object.toJson.bind(object) as () => DeploymentManifest;
  const podOf = () => JSON.stringify(raw().spec.template.spec);
  const read = podOf();
  if (Node.of(deployment).scopes.includes(app.project)) {
    object.toJson = () => hardened(raw(), app.project.plan.defaults);
  }
  app.node.addValidation({
    validate: () =>
      podOf() === read
        ? []
        : [
            invalid(app, {
              prop: 'deployment',
              rule: 'must not change after the template was made from it',
              received: Node.of(deployment).path,
              fix: 'Call TemplateApp.fromDeployment after the last change to the Deployment',
            }).message,
          ],
  });
}

function hardened(manifest: DeploymentManifest, resources: Resources): DeploymentManifest {
  const { template } = manifest.spec;
  const pod = hardenPod(template.spec, { resources });
  return { ...manifest, spec: { ...manifest.spec, template: { ...template, spec: pod } } };
}

function render(owner: string, deployment: PlusDeployment): DeploymentManifest {
  if (isDeployment(deployment)) return ApiObject.of(deployment).toJson();
  throw invalid(owner, {
    prop: 'deployment',
    rule: 'must be a Deployment of cdk8s-plus',
    received: deployment,
    fix: `Write new kplus.Deployment(project, 'web', …), or use TemplateApp.fromManifest for a file`,
  });
}

function isDeployment(value: unknown): value is PlusDeployment {
  const { kind, podMetadata } = (value ?? {}) as Record<string, unknown>;
  return kind === 'Deployment' && podMetadata !== undefined;
}
