// The engine's side of a program: runs it by its language server, and answers what it registers without making it.
const grpc = require('@grpc/grpc-js');
const { Empty } = require('google-protobuf/google/protobuf/empty_pb');
const { Struct } = require('google-protobuf/google/protobuf/struct_pb');
const { EngineService } = require('@pulumi/pulumi/proto/engine_grpc_pb');
const {
  GetRootResourceResponse,
  SetRootResourceResponse,
} = require('@pulumi/pulumi/proto/engine_pb');
const { EventsClient } = require('@pulumi/pulumi/proto/events_grpc_pb');
const { EventRequest } = require('@pulumi/pulumi/proto/events_pb');
const { LanguageRuntimeClient } = require('@pulumi/pulumi/proto/language_grpc_pb');
const { RunRequest } = require('@pulumi/pulumi/proto/language_pb');
const { ResourceMonitorService } = require('@pulumi/pulumi/proto/resource_grpc_pb');
const resource = require('@pulumi/pulumi/proto/resource_pb');

const OPEN = grpc.credentials.createInsecure();

/** Runs the program; gives its resources and outputs. Fails as the program does. */
async function runProgram({ client, stack, isPreview, config, secretKeys }) {
  const resources = [];
  const errors = [];
  let outputs = {};
  const server = new grpc.Server();
  server.addService(ResourceMonitorService, {
    supportsFeature: (call, done) => {
      const response = new resource.SupportsFeatureResponse();
      response.setHassupport(
        ['secrets', 'resourceReferences', 'outputValues', 'aliasSpecs', 'deletedWith'].includes(
          call.request.getId(),
        ),
      );
      done(null, response);
    },
    registerResource: (call, done) => {
      const { request } = call;
      const urn = `urn:pulumi:${stack}::hks::${request.getType()}::${request.getName()}`;
      const inputs = request.getObject()?.toJavaScript() ?? {};
      resources.push({ type: request.getType(), name: request.getName(), inputs });
      const response = new resource.RegisterResourceResponse();
      response.setUrn(urn);
      if (request.getCustom() && !isPreview) response.setId(request.getName());
      response.setObject(Struct.fromJavaScript(inputs));
      done(null, response);
    },
    registerResourceOutputs: (call, done) => {
      if (call.request.getUrn().includes('pulumi:pulumi:Stack')) {
        outputs = call.request.getOutputs().toJavaScript();
      }
      done(null, new Empty());
    },
    signalAndWaitForShutdown: (_call, done) => done(null, new Empty()),
  });
  server.addService(EngineService, {
    log: (call, done) => {
      if (call.request.getSeverity() >= 3) errors.push(call.request.getMessage());
      done(null, new Empty());
    },
    getRootResource: (_call, done) => done(null, new GetRootResourceResponse()),
    setRootResource: (_call, done) => done(null, new SetRootResourceResponse()),
  });
  const port = await new Promise((bound, failed) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, number) =>
      error ? failed(error) : bound(number),
    );
  });
  const request = new RunRequest();
  request.setProject('hks');
  request.setStack(stack);
  request.setDryrun(isPreview);
  request.setParallel(10);
  request.setMonitorAddress(`127.0.0.1:${port}`);
  request.setArgsList([`127.0.0.1:${port}`]);
  for (const [key, value] of Object.entries(config)) request.getConfigMap().set(key, value);
  request.setConfigsecretkeysList(secretKeys);
  const language = new LanguageRuntimeClient(client, OPEN);
  try {
    const response = await new Promise((done, failed) => {
      language.run(request, (error, answer) =>
        error ? failed(new Error(error.details)) : done(answer),
      );
    });
    const failure = response.getError() || errors[0];
    if (failure) throw new Error(failure);
  } finally {
    language.close();
    server.forceShutdown();
  }
  return { resources, outputs };
}

/** What the Automation API waits for at the end of a preview. */
async function tellSummary(address, resourceChanges) {
  if (!address?.startsWith('tcp://')) return;
  const events = new EventsClient(address.slice('tcp://'.length), OPEN);
  await new Promise((done, failed) => {
    const stream = events.streamEvents((error) => (error ? failed(error) : done()));
    const event = new EventRequest();
    event.setEvent(
      JSON.stringify({ sequence: 1, timestamp: 0, summaryEvent: { resourceChanges } }),
    );
    stream.write(event);
    stream.end();
  });
  events.close();
}

module.exports = { runProgram, tellSummary };
