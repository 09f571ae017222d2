/** @module What Pod Security refuses of a pod, clause by clause. */
import type { Container, PodSecurityContext, PodSpec } from '../manifest';

/** Levels of Pod Security that a project may enforce. */
export type PodSecurityLevel = 'restricted' | 'baseline';

/** The version of the standard that namespaces pin and `podViolations` follows. */
export const POD_SECURITY_VERSION = 'v1.34';

/**
 * What a pod does that Pod Security refuses at the level, each as a clause; empty when it may be made.
 *
 * @source https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function podViolations(
  spec: PodSpec,
  level: PodSecurityLevel = 'restricted',
): readonly string[] {
  const containers = allContainers(spec);
  const baseline = [
    ...hostViolations(spec),
    ...contextViolations('the pod', spec.securityContext),
    ...containers.flatMap(containerViolations),
  ];
  if (level === 'baseline') return baseline;
  return [
    ...baseline,
    ...volumeViolations(spec),
    ...(spec.securityContext?.runAsUser === 0 ? ['the pod runs as user 0'] : []),
    ...(spec.securityContext?.runAsNonRoot === false ? ['the pod sets runAsNonRoot: false'] : []),
    ...containers.flatMap((container) =>
      restrictedViolations(container, spec.securityContext ?? {}),
    ),
  ];
}

/** Init containers, containers and ephemeral containers. */
export function allContainers(spec: PodSpec): readonly Container[] {
  return [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...((spec.ephemeralContainers ?? []) as readonly Container[]),
  ];
}

function hostViolations(spec: PodSpec): readonly string[] {
  const found: string[] = [];
  if (spec.hostNetwork || spec.hostPID || spec.hostIPC)
    found.push('uses a namespace of the host (hostNetwork, hostPID or hostIPC)');
  for (const volume of spec.volumes ?? [])
    if (volume.hostPath) found.push(`volume '${volume.name}' is a folder of the host`);
  const unsafe = (spec.securityContext?.sysctls ?? []).filter(
    ({ name }) => !SYSCTLS.includes(name),
  );
  if (unsafe.length > 0)
    found.push(`sets the sysctls ${unsafe.map(({ name }) => name).join(', ')}`);
  return found;
}

/** What pods and containers say alike. */
function contextViolations(
  where: string,
  context: PodSecurityContext & {
    readonly procMount?: string;
    readonly appArmorProfile?: { readonly type?: string };
  } = {},
): readonly string[] {
  const found: string[] = [];
  if (context.seccompProfile?.type === 'Unconfined') found.push(`${where} runs without seccomp`);
  if (context.appArmorProfile?.type === 'Unconfined') found.push(`${where} runs without AppArmor`);
  if (context.windowsOptions?.hostProcess) found.push(`${where} is a process of a Windows host`);
  if ((context.procMount ?? 'Default') !== 'Default') found.push(`${where} unmasks /proc`);
  const { type = '', user, role } = context.seLinuxOptions ?? {};
  if (!SELINUX_TYPES.includes(type) || user || role) found.push(`${where} sets SELinux options`);
  return found;
}

function containerViolations(container: Container): readonly string[] {
  const own = container.securityContext ?? {};
  const where = `container '${container.name}'`;
  const found = [...contextViolations(where, own as PodSecurityContext)];
  if (own.privileged) found.push(`${where} is privileged`);
  const added = (own.capabilities?.add ?? []).filter(
    (name) => !BASELINE_CAPABILITIES.includes(name),
  );
  if (added.length > 0) found.push(`${where} adds the capabilities ${added.join(', ')}`);
  if ((container.ports ?? []).some(({ hostPort }) => hostPort))
    found.push(`${where} binds a port of the host`);
  const handlers = [
    container.livenessProbe,
    container.readinessProbe,
    container.startupProbe,
    container.lifecycle?.postStart,
    container.lifecycle?.preStop,
  ];
  if (handlers.some((handler) => handler?.httpGet?.host || handler?.tcpSocket?.host))
    found.push(`${where} names a host in a probe or lifecycle hook`);
  return found;
}

function restrictedViolations(container: Container, pod: PodSecurityContext): readonly string[] {
  const own = container.securityContext ?? {};
  const where = `container '${container.name}'`;
  const found: string[] = [];
  if (own.allowPrivilegeEscalation !== false)
    found.push(`${where} does not set allowPrivilegeEscalation: false`);
  if (!own.capabilities?.drop?.includes('ALL'))
    found.push(`${where} does not drop ALL capabilities`);
  const added = (own.capabilities?.add ?? []).filter(
    (name) => name !== 'NET_BIND_SERVICE' && BASELINE_CAPABILITIES.includes(name),
  );
  if (added.length > 0) found.push(`${where} adds the capabilities ${added.join(', ')}`);
  if ((own.runAsNonRoot ?? pod.runAsNonRoot) !== true)
    found.push(`${where} does not set runAsNonRoot: true`);
  if (own.runAsUser === 0) found.push(`${where} runs as user 0`);
  const seccomp = own.seccompProfile?.type ?? pod.seccompProfile?.type;
  if (seccomp === undefined)
    found.push(`${where} has no seccompProfile of RuntimeDefault or Localhost`);
  return found;
}

function volumeViolations(spec: PodSpec): readonly string[] {
  return (spec.volumes ?? []).flatMap((volume) => {
    const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'emptyDir';
    if (ALLOWED_VOLUMES.includes(kind) || kind === 'hostPath') return [];
    return [
      `volume '${volume.name}' is of the kind '${kind}', allowed are ${ALLOWED_VOLUMES.join(', ')}`,
    ];
  });
}

const ALLOWED_VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

const BASELINE_CAPABILITIES = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

const SELINUX_TYPES = [
  '',
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
];

const SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
];
