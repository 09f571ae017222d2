/** @module The kubeconfig: found, read and checked before anybody is asked. */
import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { invalid } from '../../constructs/invalid';
import { OWNER } from './owner';

/** Which cluster is meant; what is not given is kubectl's own default. */
export interface ClusterReference {
  /** The path of the kubeconfig. @default KUBECONFIG, else ~/.kube/config */
  readonly kubeconfig?: string;
  /** The context. @default the current one */
  readonly context?: string;
}

/**
 * The kubeconfig with the context that is meant as its current one.
 *
 * @throws for a file that is missing or no kubeconfig, and for a context that it does not have
 */
export function loadKubeconfig(
  { kubeconfig, context }: ClusterReference,
  env: NodeJS.ProcessEnv,
): KubeConfig {
  const loaded = readFiles(kubeconfigFiles(kubeconfig, env));
  const name = context ?? loaded.getCurrentContext();
  const known = loaded.getContexts().map((one) => one.name);
  if (!name || !known.includes(name)) {
    throw invalid(OWNER, {
      prop: 'context',
      rule: 'must be a context of the kubeconfig',
      received: name || undefined,
      fix: known.length > 0 ? `Name one of ${known.join(', ')}` : 'The kubeconfig has none',
    });
  }
  loaded.setCurrentContext(name);
  checkContext(loaded, name);
  return loaded;
}

/** The files that a reference means, as kubectl finds them. @throws where none of them exists */
function kubeconfigFiles(kubeconfig: string | undefined, env: NodeJS.ProcessEnv): string[] {
  const named = kubeconfig !== undefined ? [resolve(atHome(kubeconfig, env))] : variableFiles(env);
  const files = (named.length > 0 ? named : ['~/.kube/config']).map((file) => atHome(file, env));
  const found = files.filter((file) => existsSync(file) && statSync(file).isFile());
  if (found.length > 0) return found;
  throw invalid(OWNER, {
    prop: 'kubeconfig',
    rule: 'must be a file that exists',
    received: files.join(delimiter),
    fix: `Set kubeconfig or KUBECONFIG to the cluster's kubeconfig; on a K3s host that is /etc/rancher/k3s/k3s.yaml`,
  });
}

/**
 * What the engine's provider is told, a process with a folder of its own: the path that is meant, whole. Nothing named,
 * or several files, it finds as kubectl does, which an empty text asks for: without one its SDK hands it KUBECONFIG as
 * if that were one path.
 */
export function providerKubeconfig(
  { kubeconfig }: ClusterReference,
  env: NodeJS.ProcessEnv,
): string {
  if (kubeconfig !== undefined) return resolve(atHome(kubeconfig, env));
  const [file, ...others] = variableFiles(env);
  const isRelative = file !== undefined && !isAbsolute(file);
  return isRelative && others.length === 0 ? resolve(atHome(file, env)) : '';
}

function variableFiles(env: NodeJS.ProcessEnv): string[] {
  return (env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
}

function atHome(file: string, env: NodeJS.ProcessEnv): string {
  return file.startsWith('~/') ? join(env.HOME ?? homedir(), file.slice(2)) : file;
}

function readFiles(files: readonly string[]): KubeConfig {
  return files.map(readFile).reduce((merged, other) => {
    merged.mergeConfig(other, true);
    return merged;
  });
}

function readFile(file: string): KubeConfig {
  const loaded = new KubeConfig();
  try {
    loaded.loadFromFile(file);
  } catch (error) {
    // The parser's reason may quote the file, and with it a key: only its first line is told, which does not.
    const [reason = ''] = (error as Error).message.split('\n');
    throw invalid(OWNER, {
      prop: 'kubeconfig',
      rule: 'must be the path of a kubeconfig in YAML',
      received: file,
      fix: `Write the kubeconfig again: ${reason.replace(/\.$/, '')}`,
    });
  }
  return loaded;
}

function checkContext(loaded: KubeConfig, name: string): void {
  const server = loaded.getCurrentCluster()?.server;
  const hasUser = loaded.getCurrentUser() !== null;
  if (server !== undefined && URL.canParse(server) && hasUser) return;
  throw invalid(OWNER, {
    prop: 'context',
    rule: 'must name a cluster with a server and a user of the kubeconfig',
    received: name,
    fix: hasUser ? 'Give its cluster a server such as https://10.0.0.1:6443' : 'Give it a user',
  });
}
