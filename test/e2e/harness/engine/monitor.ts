/** @module The engine's side of a program, with a real cluster behind it: what is registered is applied, awaited and recorded. */
import { MockMonitor } from '@pulumi/pulumi/runtime/mocks';
import type { Registration } from './state';

type Register = (registration: Omit<Registration, 'end'>) => Promise<void>;

/** The parts of the registration request that are read here. */
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getDependenciesList(): string[];
  getIgnorechangesList(): string[];
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getObject(): { toJavaScript(): Record<string, unknown> };
}

/** Calls `register` for each resource, in the order of registration, and lets it go on when that is done. */
export function applyingMonitor(register: Register): MockMonitor {
  const start = Date.now();
  class ApplyingMonitor extends MockMonitor {
    override async registerResource(
      request: Request,
      callback: (error: Error | null, response?: unknown) => void,
    ): Promise<void> {
      try {
        await register({
          urn: this.urnOf(request),
          type: request.getType(),
          name: request.getName(),
          parent: request.getParent(),
          provider: request.getProvider(),
          dependencies: request.getDependenciesList(),
          inputs: plain(request.getObject().toJavaScript()) as Record<string, unknown>,
          ignoreChanges: request.getIgnorechangesList(),
          protect: request.getProtect(),
          retainOnDelete: request.getRetainondelete(),
          begin: Date.now() - start,
        });
      } catch (error) {
        callback(error as Error);
        return;
      }
      await super.registerResource(request, callback);
    }

    private urnOf(request: Request): string {
      return (this as unknown as { newUrn(...args: string[]): string }).newUrn(
        request.getParent(),
        request.getType(),
        request.getName(),
      );
    }
  }
  return new ApplyingMonitor({
    call: async ({ inputs }) => inputs,
    newResource: async ({ name, inputs, id }) => ({ id: id || name, state: inputs }),
  });
}

const SIGNATURE = '4dabf18193072939515e22adb298388d';

/** A value without the engine's wrapping of secrets. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (SIGNATURE in value) return plain((value as { value?: unknown }).value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
