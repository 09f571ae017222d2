/** @module A template from the Deployment of a YAML file. */
import { readFileSync } from 'node:fs';
import type { Construct } from 'constructs';
import type { ScalarTag } from 'yaml';
import { checkObject } from '../check';
import { invalid } from '../invalid';
import type { ServingProps } from '../template-app';
import { checkDeploymentShape, withoutNulls } from './shape';
import { type DeploymentManifest, SERVING_PROPS, sourceOf, type TemplateSource } from './source';

export interface FromManifestProps extends ServingProps {
  /** Name of the Deployment. @default - the only one in the file */
  readonly name?: string;
  /** The container that serves and that jobs are made from. @default - the first one */
  readonly container?: string;
}

const KNOWN = ['name', 'container', ...SERVING_PROPS];

/** The chosen Deployment of the file, whose path counts from the working directory. */
export function sourceOfManifest(
  scope: Construct,
  id: string,
  file: string,
  props: FromManifestProps,
): TemplateSource {
  const owner = `TemplateApp '${scope.node.path}/${id}'`;
  checkObject(owner, 'props', props, `{ name: 'web' }`);
  const { name, container } = props;
  const documents = parse(owner, file, read(owner, file));
  const deployments = documents.filter(isDeployment);
  const found = documents.map(({ kind }) => String(kind));
  const [first] = deployments;
  if (!first) {
    const list = found.find((kind) => kind.endsWith('List'));
    throw invalid(owner, {
      prop: 'file',
      rule: list
        ? `must hold its Deployment as a document of its own, not in a ${list}`
        : 'must hold a Deployment of apps/v1',
      received: file,
      fix: list
        ? `Write the items of the ${list} as documents, with '---' between them`
        : found.length > 0
          ? `It holds ${found.map((kind) => `'${kind}'`).join(', ')}; name the file with the Deployment`
          : 'It holds no object at all; name the file with the Deployment',
    });
  }
  return {
    ...sourceOf(owner, 'file', choose(owner, file, deployments, name), container),
    known: KNOWN,
  };
}

function choose(
  owner: string,
  file: string,
  deployments: readonly DeploymentManifest[],
  name: string | undefined,
): DeploymentManifest {
  const names = deployments.map(({ metadata }) => `'${metadata.name}'`).join(', ');
  const chosen = deployments.filter(({ metadata }) => name === undefined || metadata.name === name);
  const [deployment] = chosen;
  if (deployment && chosen.length === 1) return checkShape(owner, file, deployment);
  throw invalid(owner, {
    prop: 'name',
    rule: deployment
      ? `must choose one of the Deployments of '${file}'`
      : `must be a Deployment of '${file}'`,
    received: name,
    fix:
      deployment && name !== undefined
        ? `Keep one of the ${chosen.length} Deployments of that name in the file`
        : `Choose one of ${names}`,
  });
}

function read(owner: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw invalid(owner, {
      prop: 'file',
      rule: `must be a file that can be read (${code ?? 'no path'})`,
      received: file,
      fix: `Give its path from ${process.cwd()}, or an absolute one`,
    });
  }
}

/** `0440`, which is octal in the older YAML that Kubernetes reads, and in which modes of files are written. */
const OCTAL: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?0[0-7]+$/,
  resolve: (text) => Number.parseInt(text, 8),
};

/** Messages of the parser quote the file, which may hold Secrets: only the place is told. */
function parse(owner: string, file: string, text: string): readonly { readonly kind?: unknown }[] {
  const refuse = (where: string) =>
    invalid(owner, {
      prop: 'file',
      rule: `must be YAML, and is not ${where}`,
      received: file,
      fix: 'Correct it there; templates of Helm have to be rendered first',
    });
  // Loaded when a file is read: apps without one start sooner.
  const { parseAllDocuments }: typeof import('yaml') = require('yaml');
  const documents = parseAllDocuments(text, {
    prettyErrors: true,
    merge: true,
    customTags: (tags) => [OCTAL, ...tags],
  });
  return [...documents].flatMap((document) => {
    const [fault] = document.errors;
    if (fault) {
      const [start] = fault.linePos ?? [];
      throw refuse(
        start ? `at line ${start.line}, column ${start.col} (${fault.code})` : `(${fault.code})`,
      );
    }
    let value: unknown;
    try {
      value = document.toJS();
    } catch {
      throw refuse('in its aliases');
    }
    if (value === null || value === undefined) return [];
    if (typeof value !== 'object' || Array.isArray(value)) throw refuse('made of objects');
    return [withoutNulls(value) as object];
  });
}

function isDeployment(document: object): document is DeploymentManifest {
  const { apiVersion, kind, metadata } = document as DeploymentManifest;
  return kind === 'Deployment' && apiVersion === 'apps/v1' && typeof metadata?.name === 'string';
}

function checkShape(owner: string, file: string, deployment: DeploymentManifest) {
  const { metadata, spec } = deployment;
  checkDeploymentShape(owner, file, metadata.name, spec);
  if (spec.template.spec.containers.length > 0) return deployment;
  throw invalid(owner, {
    prop: 'file',
    rule: `must give the Deployment '${metadata.name}' a container`,
    received: file,
    fix: 'Add spec.template.spec.containers',
  });
}
