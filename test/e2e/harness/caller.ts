/** @module Pods that call others: whom they reach is what policies allow them. */
import { apply, untilUsable } from './apply';
import { kubectl } from './kubectl';
import { uniqueName } from './namespace';
import { type Ended, exec, type ProbeOptions, restrictedPod } from './pods';
import { untilPoliciesHold } from './policies';
import { until, untilPhase, untilSteady } from './wait';

/** An address to connect to. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** A running pod, asked to call. Its image has a shell, and busybox or Python. */
export class Caller {
  constructor(
    readonly name: string,
    readonly namespace: string,
  ) {}

  /** Runs a command in the pod. */
  run(command: readonly string[]): Promise<Ended> {
    return exec(this.name, this.namespace, command);
  }

  /** Waits until the pod gets a connection. */
  async untilReaches(target: Target): Promise<void> {
    await until(`${this.way(target)} to be open`, () => this.connects(target), Boolean);
  }

  /** Waits until the pod gets no connection, several times in a row. */
  async untilKeptFrom(target: Target): Promise<void> {
    const open = () => this.connects(target);
    await untilSteady(`${this.way(target)} to be closed`, open, (isOpen) => !isOpen, { times: 3 });
  }

  /** Deletes the pod, for where its namespace stays. */
  async stop(): Promise<void> {
    await kubectl(['delete', 'pod', this.name, '-n', this.namespace, '--wait=false']);
  }

  private way({ host, port }: Target): string {
    return `the way from ${this.namespace}/${this.name} to ${host}:${port}`;
  }

  private async connects({ host, port }: Target): Promise<boolean> {
    const nc = `timeout 10 nc -w 4 ${host} ${port} </dev/null`;
    const python = `python3 -c 'import socket; socket.create_connection(("${host}", ${port}), 4)'`;
    const line = `if command -v nc >/dev/null; then ${nc}; else ${python}; fi`;
    return (await this.run(['sh', '-c', line])).code === 0;
  }
}

/** Starts a pod that waits to be asked, and returns it when all policies know it. */
export async function startCaller(
  namespace: string,
  { command = ['sleep', '3600'], ...options }: Partial<ProbeOptions> = {},
): Promise<Caller> {
  const name = uniqueName('caller');
  // Never ready, so that no Service sends anything to a pod that has the labels of another.
  const spec = { readinessGates: [{ conditionType: 'hks.io/never' }], ...options.spec };
  await untilUsable(namespace);
  await apply([restrictedPod(name, namespace, { ...options, command, spec })]);
  await untilPhase(name, namespace, ['Running']);
  await untilPoliciesHold();
  return new Caller(name, namespace);
}

/** As `startCaller`, for as long as it is used: for a namespace that is not the test's. */
export async function withCaller(
  namespace: string,
  options: Partial<ProbeOptions>,
  use: (caller: Caller) => Promise<void>,
): Promise<void> {
  const caller = await startCaller(namespace, options);
  try {
    await use(caller);
  } finally {
    await caller.stop();
  }
}
