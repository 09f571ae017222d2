/** @module The engine's side of a program, with a real cluster behind it: what is registered is applied, awaited and recorded. */
import type {
  RegisterResourceRequest,
  RegisterResourceResponse,
} from '@pulumi/pulumi/proto/resource_pb';
import { MockMonitor } from '@pulumi/pulumi/runtime/mocks';
import { deserializeProperties, unwrapRpcSecret } from '@pulumi/pulumi/runtime/rpc';
import type { Registration } from './state';

type Register = (registration: Registration) => Promise<void>;
type Answer = (error: Error | null, response?: RegisterResourceResponse) => void;

/** Calls `register` for each resource, in the order of registration, and lets it go on when that is done. */
export function applyingMonitor(register: Register): MockMonitor {
  class ApplyingMonitor extends MockMonitor {
    override async registerResource(request: RegisterResourceRequest, answer: Answer) {
      const applied: Answer = (error, response) => {
        if (response === undefined) return answer(error);
        const registration = registrationOf(request, response.getUrn());
        register(registration).then(() => answer(null, response), answer);
      };
      await super.registerResource(request, applied);
    }
  }
  return new ApplyingMonitor({
    call: async ({ inputs }) => inputs,
    newResource: async ({ name, inputs, id }) => ({ id: id || name, state: inputs }),
  });
}

/** A resource as it was asked for, its inputs without the engine's wrapping of secrets. */
function registrationOf(request: RegisterResourceRequest, urn: string): Registration {
  const object = request.getObject();
  const inputs = object === undefined ? {} : deserializeProperties(object);
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    provider: request.getProvider(),
    dependencies: request.getDependenciesList(),
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => [key, unwrapRpcSecret(value)]),
    ),
    ignoreChanges: request.getIgnorechangesList(),
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    deleteTimeout: Number.parseInt(request.getCustomtimeouts()?.getDelete() || '600', 10),
  };
}
