/** @module A broker: where events of a project come in and triggers pick theirs. */
import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { checkKnown, checkObject } from '../check';
import { KnativeBroker } from '../imports/eventing.knative.dev';
import { Project } from '../project';
import { KNATIVE_EVENTING_NAMESPACE } from '../system';
import { type Delivery, resolveDelivery } from './delivery';
import { checkServiceName } from './names';

export interface EventBrokerProps {
  /** What becomes of events that no function takes, unless a trigger says otherwise. @default - the cluster's: 10 retries, exponentially from 0.2 s */
  readonly delivery?: Delivery;
  /** Name, labels and annotations. @default - the construct's id as name */
  readonly metadata?: ApiObjectMetadata;
}

/** A Knative Eventing broker of the project. */
export class EventBroker extends Construct {
  readonly project: Project;
  /** Name of the Broker. */
  readonly name: string;
  /** Where events are sent to, from within the cluster. */
  readonly url: string;
  readonly broker: ApiObject;

  constructor(scope: Construct, id: string, props: EventBrokerProps = {}) {
    super(scope, id);
    const project = Project.of(this);
    this.project = project;
    checkKnown(this, props, ['delivery', 'metadata']);
    const { metadata = {} } = props;
    checkObject(this, 'metadata', metadata, `{ name: 'orders' }`);
    const prop = metadata.name === undefined ? 'id' : 'metadata.name';
    this.name = checkServiceName(this, prop, metadata.name ?? id, 63);
    this.url = brokerUrl(project.namespace, this.name);
    const manifest = KnativeBroker.manifest({
      metadata: project.objectMetadata('function', this.name, metadata),
      spec: { delivery: resolveDelivery(this, 'delivery', props.delivery) },
    });
    this.broker = new ApiObject(this, 'Default', manifest);
  }
}

/** The address of a broker of the channel-based class. */
export function brokerUrl(namespace: string, name: string): string {
  return `http://broker-ingress.${KNATIVE_EVENTING_NAMESPACE}.svc.cluster.local/${namespace}/${name}`;
}
