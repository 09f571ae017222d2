/** @module Brokers are those of the function's own project. */
import { EventBroker, type EventBrokerProps, HksFunction } from '../../../constructs/function';
import { Project } from '../../../constructs/project';
import { IMAGE, makeProject } from './fixture';

function withForeignBroker(props: (broker: EventBroker) => object) {
  const shop = makeProject();
  const other = new Project(shop.node.scope ?? shop, 'other', { tenant: 'acme' });
  const broker = new EventBroker(other, 'orders');
  return () => new HksFunction(shop, 'echo', { image: IMAGE, ...props(broker) });
}

test('a trigger refuses the broker of another project', () => {
  expect(withForeignBroker((broker) => ({ triggers: [{ type: 'event', broker }] }))).toThrow(
    `'triggers[0].broker' of HksFunction 'shop/echo' must be of the same project, 'shop', received 'other/orders'. Create the EventBroker in the function's project.`,
  );
});

test('a function that publishes refuses the broker of another project', () => {
  expect(withForeignBroker((publishesTo) => ({ publishesTo }))).toThrow(
    `'publishesTo' of HksFunction 'shop/echo' must be of the same project, 'shop', received 'other/orders'. Create the EventBroker in the function's project.`,
  );
});

test('metadata that is no object is refused', () => {
  const props = { metadata: null } as unknown as EventBrokerProps;
  expect(() => new EventBroker(makeProject(), 'orders', props)).toThrow(
    `'metadata' of EventBroker 'shop/orders' must be an object, received null. Write { name: 'orders' }.`,
  );
});
