/** @module One build: the template made into a Job, by the control plane or by anyone who may create Jobs. */
import { checkInteger, checkKnown, checkName, checkObject } from '../check';
import { secretBy } from '../environment';
import { invalid } from '../invalid';
import { ANNOTATIONS, LABELS } from '../labels';
import { type Container, compact, type PodSpec } from '../manifest';
import { BUILD_CONTAINERS } from './build-containers';
import { BUILD_TEMPLATE, type BuildJob } from './build-template';

export interface BuildRequest {
  /** Name of the Job: a DNS label. */
  readonly name: string;
  /** Where the image goes: `HOST/TENANT/…:TAG`. */
  readonly destination: string;
  /** The source, a tar or tar.gz that is a blob of the registry in one of the tenant's repositories. */
  readonly context: {
    /** `TENANT/…`, without the host. */
    readonly repository: string;
    /** `sha256:…` */
    readonly digest: string;
  };
  /** Path of the Dockerfile in the context. @default 'Dockerfile' */
  readonly dockerfile?: string;
  /** The stage to build. @default - the last one */
  readonly target?: string;
  /** Values of the Dockerfile's `ARG`s; no secrets, since they stay in the image's history. @default - none */
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** Addresses of the registry and the package proxies by name, since a build has no DNS. @default - none */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Deadline in seconds, at most the template's. @default - the template's */
  readonly timeoutSeconds?: number;
}

const KNOWN = [
  'name',
  'destination',
  'context',
  'dockerfile',
  'target',
  'buildArgs',
  'hosts',
  'timeoutSeconds',
] as const satisfies readonly (keyof BuildRequest)[];

/**
 * The Job of one build, from the text or the value of the ConfigMap's `job.json`.
 * Nothing is put into a shell: every value is an argument or an environment variable of its own.
 */
export function buildJob(template: string | BuildJob, request: BuildRequest): BuildJob {
  checkObject('buildJob', 'request', request, `{ name: 'api-1', destination: '…', context: … }`);
  const owner = `build '${request.name}'`;
  const job = typeof template === 'string' ? parsed(owner, template) : template;
  checkKnown(owner, request, KNOWN);
  const name = checkName(owner, 'name', request.name);
  const destination = checkDestination(owner, request.destination, job);
  const context = checkContext(owner, request.context, job);
  const deadline = Number(job.spec.activeDeadlineSeconds);
  const timeout = checkInteger(owner, 'timeoutSeconds', request.timeoutSeconds, {
    min: 1,
    max: deadline,
  });
  const { hosts = {} } = request;
  checkObject(owner, 'hosts', hosts, `{ 'registry.example.com': '10.43.0.20' }`);
  const labels = { ...job.metadata.labels, [LABELS.build]: name };
  const more: Record<string, Partial<Pick<Container, 'args' | 'env'>>> = {
    [BUILD_CONTAINERS.fetch]: {
      env: [
        { name: 'CONTEXT_REPOSITORY', value: context.repository },
        { name: 'CONTEXT_DIGEST', value: context.digest },
      ],
    },
    [BUILD_CONTAINERS.build]: { args: buildArguments(owner, request, destination) },
    [BUILD_CONTAINERS.push]: { env: [{ name: 'DESTINATION', value: destination }] },
  };
  const pod = job.spec.template.spec as PodSpec;
  const extend = (container: Container): Container => {
    const { args, env } = more[container.name] ?? {};
    return compact({
      ...container,
      args: args ? [...(container.args ?? []), ...args] : container.args,
      env: env ? [...(container.env ?? []), ...env] : container.env,
    });
  };
  return {
    ...job,
    metadata: { ...job.metadata, name, labels },
    spec: {
      ...job.spec,
      activeDeadlineSeconds: timeout ?? deadline,
      template: {
        metadata: { ...job.spec.template.metadata, labels },
        spec: compact({
          ...pod,
          hostAliases: hostAliases(owner, hosts, job),
          initContainers: pod.initContainers?.map(extend),
          containers: pod.containers.map(extend),
        }),
      },
    },
  };
}

function parsed(owner: string, template: string): BuildJob {
  try {
    return JSON.parse(template) as BuildJob;
  } catch {
    throw invalid(owner, {
      prop: 'template',
      rule: `must be the JSON of the ConfigMap '${BUILD_TEMPLATE.configMap}'`,
      received: template.slice(0, 60),
      fix: 'Apply the tree of the SandboxBuilder again',
    });
  }
}

function buildArguments(
  owner: string,
  request: BuildRequest,
  destination: string,
): readonly string[] {
  const { dockerfile = 'Dockerfile', target, buildArgs = {} } = request;
  if (!isPathInside(dockerfile)) {
    throw invalid(owner, {
      prop: 'dockerfile',
      rule: `must be a path in the context, without '..' and not absolute`,
      received: dockerfile,
      fix: `Write 'Dockerfile' or 'docker/Dockerfile.api'`,
    });
  }
  if (target !== undefined && !/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(target)) {
    throw invalid(owner, {
      prop: 'target',
      rule: 'must be the name of a stage',
      received: target,
      fix: `Write the word after AS in 'FROM … AS runtime'`,
    });
  }
  checkObject(owner, 'buildArgs', buildArgs, `{ VERSION: '1.2.0' }`);
  return [
    `--dockerfile=${dockerfile}`,
    `--destination=${destination}`,
    ...(target === undefined ? [] : [`--target=${target}`]),
    ...Object.entries(buildArgs).map(([name, value]) => buildArgument(owner, name, value)),
  ];
}

function buildArgument(owner: string, name: string, value: unknown): string {
  const prop = `buildArgs.${name}`;
  // A value that is left out would be read from the executor's own environment.
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || typeof value !== 'string') {
    throw invalid(owner, {
      prop,
      rule: 'must be a string under the name of an ARG',
      received: value,
      fix: `Write { VERSION: '1.2.0' }`,
    });
  }
  if (secretBy(name, value)) {
    throw invalid(owner, {
      prop,
      rule: `must not be a secret, which would stay in the image's history`,
      received: '***',
      fix: 'Let the package proxy hold the credential',
    });
  }
  // $(NAME) in an argument is for the kubelet to expand; $$ keeps it as it was written.
  return `--build-arg=${name}=${value.replaceAll('$', '$$$$')}`;
}

function isPathInside(path: unknown): boolean {
  return (
    typeof path === 'string' &&
    /^[^/\s-][^\s]*$/.test(path) &&
    !path.includes('://') &&
    !path.split('/').some((part) => part === '..' || part === '')
  );
}

const PATH = '[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*';

function checkDestination(owner: string, destination: unknown, job: BuildJob): string {
  const prefix = `${repositoryOf(job)}/`;
  const rest =
    typeof destination === 'string' &&
    destination.startsWith(prefix) &&
    destination.slice(prefix.length);
  if (rest && new RegExp(`^${PATH}:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`).test(rest)) {
    return `${prefix}${rest}`;
  }
  throw invalid(owner, {
    prop: 'destination',
    rule: `must be a repository of the tenant with a tag: '${prefix}NAME:TAG'`,
    received: destination,
    fix: `Write '${prefix}api:1.0.0'`,
  });
}

function checkContext(owner: string, context: unknown, job: BuildJob): BuildRequest['context'] {
  const { repository, digest } = (context ?? {}) as Record<string, unknown>;
  const tenant = `${repositoryOf(job).split('/').slice(1).join('/')}/`;
  const ofTenant =
    typeof repository === 'string' &&
    repository.startsWith(tenant) &&
    new RegExp(`^${PATH}$`).test(repository);
  if (!ofTenant) {
    throw invalid(owner, {
      prop: 'context.repository',
      rule: `must be a repository of the tenant: '${tenant}NAME'`,
      received: repository,
      fix: `Write '${tenant}contexts'`,
    });
  }
  if (typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest))
    return { repository, digest };
  throw invalid(owner, {
    prop: 'context.digest',
    rule: 'must be sha256: and 64 hexadecimal digits',
    received: digest,
    fix: 'Give the digest that the registry answered to the upload of the context',
  });
}

function hostAliases(owner: string, hosts: Readonly<Record<string, string>>, job: BuildJob) {
  const needed = JSON.parse(job.metadata.annotations[ANNOTATIONS.buildHosts] ?? '[]') as string[];
  for (const host of Object.keys(hosts)) {
    if (needed.includes(host)) continue;
    throw invalid(owner, {
      prop: `hosts.${host}`,
      rule: `must be a host that builds may reach: ${needed.join(', ')}`,
      received: hosts[host],
      fix: `Name it in 'build.packageProxies' of the SandboxBuilder, or leave it out`,
    });
  }
  const aliases = needed.map((host) => ({
    ip: checkAddress(owner, host, hosts[host]),
    hostnames: [host],
  }));
  return aliases.length > 0 ? aliases : undefined;
}

function checkAddress(owner: string, host: string, address: unknown): string {
  const bytes = typeof address === 'string' ? address.split('.') : [];
  const isIp4 =
    bytes.length === 4 && bytes.every((byte) => /^\d{1,3}$/.test(byte) && Number(byte) < 256);
  if (typeof address === 'string' && (isIp4 || /^(?=.*:.*:)[0-9a-f:]{2,39}$/i.test(address)))
    return address;
  throw invalid(owner, {
    prop: `hosts.${host}`,
    rule: 'must be the IP address of that host, since a build has no DNS',
    received: address,
    fix: `Write '10.43.0.20', the cluster IP of its Service`,
  });
}

function repositoryOf(job: BuildJob): string {
  return job.metadata.annotations[ANNOTATIONS.buildRepository] ?? '';
}
