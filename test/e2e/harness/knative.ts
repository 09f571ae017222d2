/** @module Knative Serving, Kourier and Eventing: installed from their releases where the cluster lacks them. */
import { quantity } from '../../../constructs/resources';
import { kubectl, list } from './kubectl';
import type { KubeObject } from './objects';
import { settings } from './settings';
import { untilAvailable } from './wait';

/** Release assets by component: the names of the files, and where they are published. */
const COMPONENTS = {
  'knative-serving': 'https://github.com/knative/serving/releases/download/knative-v1.23.0',
  'knative-kourier':
    'https://github.com/knative-extensions/net-kourier/releases/download/knative-v1.23.0',
  'knative-eventing': 'https://github.com/knative/eventing/releases/download/knative-v1.23.0',
} as const;

/** The domain that functions get where the tests install Knative. */
const DOMAIN = 'functions.hks.local';

const SERVING = {
  'knative-serving': 'controller activator autoscaler webhook net-kourier-controller',
};
const KOURIER = { 'kourier-system': '3scale-kourier-gateway' };
const EVENTING = {
  'knative-eventing':
    'eventing-controller eventing-webhook imc-controller imc-dispatcher mt-broker-controller mt-broker-filter mt-broker-ingress',
};

/** Installs what is missing and waits until all of it is available. */
export async function ensureKnative(): Promise<void> {
  if (!(await installed({ ...SERVING, ...KOURIER }))) await installServing();
  if (!(await installed(EVENTING))) await installEventing();
  if ((await coresOfCluster()) < 4) await makeRoom();
  for (const [namespace, names] of Object.entries({ ...SERVING, ...KOURIER, ...EVENTING })) {
    await available(namespace, names.split(' '));
  }
}

interface Node extends KubeObject {
  readonly status: { readonly allocatable: { readonly cpu: string } };
}

async function coresOfCluster(): Promise<number> {
  const nodes = await list<Node>('node');
  const cores = nodes.map(({ status: { allocatable } }) => quantity(allocatable.cpu));
  return cores.reduce((sum, count) => sum + count, 0);
}

/** Knative asks for a core and a half; on a small machine that leaves too little for what is tested. */
async function makeRoom(): Promise<void> {
  const small = ['--requests=cpu=50m'];
  await kubectl(['set', 'resources', 'deployment/activator', '-n', 'knative-serving', ...small]);
  const controller = 'deployment/net-kourier-controller';
  await kubectl(['set', 'resources', controller, '-n', 'knative-serving', ...small]);
  const gateway = 'deployment/3scale-kourier-gateway';
  await kubectl(['set', 'resources', gateway, '-n', 'kourier-system', ...small]);
  await kubectl(['scale', 'deployment/job-sink', '-n', 'knative-eventing', '--replicas=0']);
}

async function installServing(): Promise<void> {
  await applyAsset('knative-serving', 'serving-crds.yaml');
  await established();
  await applyAsset('knative-serving', 'serving-core.yaml');
  await configure('config-network', {
    'ingress-class': 'kourier.ingress.networking.knative.dev',
  });
  await configure('config-domain', { [DOMAIN]: '' });
  await applyAsset('knative-kourier', 'kourier.yaml');
}

async function installEventing(): Promise<void> {
  await applyAsset('knative-eventing', 'eventing-crds.yaml');
  await established();
  await applyAsset('knative-eventing', 'eventing-core.yaml');
  await available('knative-eventing', ['eventing-controller', 'eventing-webhook']);
  await applyAsset('knative-eventing', 'in-memory-channel.yaml');
  await applyAsset('knative-eventing', 'mt-channel-broker.yaml');
}

async function applyAsset(component: keyof typeof COMPONENTS, asset: string): Promise<void> {
  const { releases } = settings();
  const from = releases ? `${releases}/${component}` : COMPONENTS[component];
  await kubectl(['apply', '--server-side', '--force-conflicts', '-f', `${from}/${asset}`]);
}

async function configure(configMap: string, data: Record<string, string>): Promise<void> {
  const patch = JSON.stringify({ data });
  await kubectl([
    'patch',
    'configmap',
    configMap,
    '-n',
    'knative-serving',
    '--type',
    'merge',
    '-p',
    patch,
  ]);
}

async function established(): Promise<void> {
  await kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=280s']);
}

async function installed(wanted: Readonly<Record<string, string>>): Promise<boolean> {
  for (const [namespace, names] of Object.entries(wanted)) {
    const found = (await list('deployment', namespace)).map(({ metadata }) => metadata.name);
    if (!names.split(' ').every((name) => found.includes(name))) return false;
  }
  return true;
}

async function available(namespace: string, names: readonly string[]): Promise<void> {
  for (const name of names) await untilAvailable(name, namespace, { timeout: 600_000 });
}
