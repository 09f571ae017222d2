/** @module What the program knows of the cluster before it changes anything: read once, then plain values. */

export interface ClusterFacts {
  /** The kubeconfig's context, and the API server's URL. */
  readonly context: string;
  readonly server: string;
  /** The UID of the namespace `kube-system`: which cluster this is, whatever its address. */
  readonly clusterId: string;
  /** As the API server says it, e.g. `v1.34.1+k3s1`. */
  readonly version: string;
  readonly nodes: readonly NodeFacts[];
  readonly storageClasses: readonly StorageClassFacts[];
  /** Volumes of the platform that are there. @default none */
  readonly claims?: readonly ClaimFacts[];
  /** Who gives Services of type LoadBalancer an address: K3s's own ServiceLB, another one, or nobody. */
  readonly loadBalancer: 'servicelb' | 'other' | 'none';
  /** Services that hold ports on the nodes: node ports, and the ports of ServiceLB's Services. */
  readonly heldPorts: readonly HeldPort[];
  /** `group/version/Kind` of what the API server serves beyond Kubernetes's own groups. */
  readonly apis: readonly string[];
  readonly crds: readonly CrdFacts[];
  readonly namespaces: readonly Owned[];
  readonly runtimeClasses: readonly RuntimeClassFacts[];
  /** Kourier's gateway Service, when there is one. */
  readonly gateway?: GatewayFacts;
  /** Knative Services of tenants, as `namespace/name`. */
  readonly functions: readonly string[];
  /** Other objects of tenants that Knative must let go of, as `brokers namespace/name`. @default none */
  readonly leftBehind?: readonly string[];
  /** Pods with the label `k8s-app: kube-dns`, or the address ranges that DNS answers at. */
  readonly dns: { readonly pods: true } | { readonly cidrs: readonly string[] };
  /** Address ranges of the nodes' own addresses, each `/32` or `/128`. */
  readonly nodeCidrs: readonly string[];
  /** The address and port of the API server as pods see it, from the Service `default/kubernetes` and its endpoints. */
  readonly apiServer: { readonly cidrs: readonly string[]; readonly ports: readonly number[] };
  /** What could only be guessed, as sentences; none without it. */
  readonly notes?: readonly string[];
  /** What the user may not read, and is therefore missing above, as sentences; nothing without it. */
  readonly unread?: readonly string[];
}

export interface Owned {
  readonly name: string;
  /** The label `app.kubernetes.io/managed-by`, when the object has it. */
  readonly managedBy?: string;
}
export interface NodeFacts {
  readonly name: string;
  readonly externalAddress?: string;
  readonly internalAddress?: string;
  readonly isControlPlane: boolean;
  /** Whether ordinary pods may run there: no taint keeps them off for good. True without it. */
  readonly takesPods?: boolean;
  /** Names of the container runtimes that the kubelet reports, e.g. `runc`, `gvisor`; none when it reports nothing. */
  readonly runtimeHandlers: readonly string[];
  readonly architecture: string;
  /** Cores. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
}
export interface StorageClassFacts {
  readonly name: string;
  readonly isDefault: boolean;
  /** Whether its volumes can be made larger. @default false */
  readonly grows?: boolean;
}
/** A PersistentVolumeClaim. */
export interface ClaimFacts {
  readonly namespace: string;
  readonly name: string;
  /** What it asks for, as a Kubernetes quantity. */
  readonly size: string;
  readonly storageClass?: string;
}
export interface HeldPort {
  readonly port: number;
  /** `namespace/name` of the Service. */
  readonly service: string;
  readonly kind: 'nodePort' | 'loadBalancer';
  readonly managedBy?: string;
}
export interface CrdFacts extends Owned {
  readonly storedVersions: readonly string[];
}
export interface RuntimeClassFacts extends Owned {
  readonly handler: string;
}
export interface GatewayFacts {
  readonly type: string;
  readonly managedBy?: string;
  /** The first address that a load balancer gave it. */
  readonly address?: string;
}
