/** @module Domains that no tenant may claim. */
import { refusal } from './fixture';

const withDomain = (domain: string) =>
  refusal({ triggers: [{ type: 'http', visibility: 'public', domains: [domain] }] });

test('an address is no domain', () => {
  expect(withDomain('10.0.0.1')).toBe(
    `'triggers[0].domains[0]' of HksFunction 'shop/echo' must be a full domain name in lower case, without scheme, port, path or wildcard, and no address, received '10.0.0.1'. Write it like 'api.example.com'.`,
  );
});

test(`the cluster's own domain is refused, itself as well as what is below it`, () => {
  for (const domain of ['cluster.local', 'svc.cluster.local', 'api.shop.svc.cluster.local']) {
    expect(withDomain(domain)).toBe(
      `'triggers[0].domains[0]' of HksFunction 'shop/echo' must not be below 'cluster.local', where the cluster names its own Services, received '${domain}'. Use a domain of yours, like 'api.example.com'.`,
    );
  }
});
