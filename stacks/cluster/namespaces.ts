/** @module The namespaces that the platform makes: Knative's, by Knative's names, and its own. */
import {
  KNATIVE_EVENTING_NAMESPACE,
  KNATIVE_SERVING_NAMESPACE,
  KOURIER_NAMESPACE,
  SYSTEM_NAMESPACE,
} from '../../constructs/system';
import type { HostPlatformConfig } from '../config/schema';
import { NODE_CONFIG_NAMESPACE } from '../registry/node-config';

/** Those that every installation of Knative has. */
export function knativeNamespaces({ eventing }: HostPlatformConfig): string[] {
  return [
    KNATIVE_SERVING_NAMESPACE,
    KOURIER_NAMESPACE,
    ...(eventing.enabled ? [KNATIVE_EVENTING_NAMESPACE] : []),
  ];
}

/** Those of the platform alone. */
export function ownNamespaces({ builder, registry }: HostPlatformConfig): string[] {
  return [
    SYSTEM_NAMESPACE,
    builder.namespace,
    ...(registry.writeNodeConfig ? [NODE_CONFIG_NAMESPACE] : []),
  ];
}

/** All that the platform makes objects in. */
export function namespacesOf(config: HostPlatformConfig): string[] {
  return [...ownNamespaces(config), ...knativeNamespaces(config)];
}
