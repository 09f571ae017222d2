/** @module A place where code that a model wrote is built and run: two warm pools under gVisor, and tight limits. */
import { HksApp, SandboxBuilder } from '@hexabase/hks';
import { Duration, Size } from 'cdk8s';
import { images } from '../images';

const app = new HksApp({ name: 'ai-sandbox' });

new SandboxBuilder(app, 'agents', {
  tenant: 'lab',
  pools: [
    { runtime: 'python', image: images.python, replicas: 2, readiness: { path: '/' } },
    { runtime: 'node', image: images.node, readiness: { path: '/' } },
  ],
  limits: {
    code: Size.kibibytes(256),
    output: Size.mebibytes(1),
    timeout: Duration.seconds(30),
    sandboxTtl: Duration.minutes(15),
  },
  build: { timeout: Duration.minutes(10) },
});

app.synth();
