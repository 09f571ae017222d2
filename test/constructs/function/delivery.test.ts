/** @module Where events go that no retry delivered. */
import { makeFunction, refusal } from './fixture';

const deliveredTo = (deadLetter: string) => ({
  triggers: [{ type: 'event', delivery: { deadLetter } }] as const,
});
const refused = (received: string) =>
  `'triggers[0].delivery.deadLetter' of HksFunction 'shop/echo' must be an HksFunction or a URL without user and password, received '${received}'. Write the function's variable, or 'http://NAME.NAMESPACE.svc.cluster.local'.`;

test('dead letters go to a URL', () => {
  const [trigger] = makeFunction(
    deliveredTo('http://dead.shop.svc.cluster.local:8080/a@b'),
  ).eventTriggers;
  expect(trigger?.toJson().spec.delivery).toEqual({
    deadLetterSink: { uri: 'http://dead.shop.svc.cluster.local:8080/a@b' },
  });
});

test('what is no URL is refused', () => {
  expect(refusal(deliveredTo('http://dead letters'))).toBe(refused('http://dead letters'));
});

test('a URL with a password is refused, and not shown', () => {
  expect(refusal(deliveredTo('http://shop:hunter2@dead.example.com'))).toBe(refused('***'));
});
