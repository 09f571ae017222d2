/** @module The images of the examples' own programs, and where the cluster's DNS is: pinned here, or as a file says. */
import { readFileSync } from 'node:fs';
import type { ProjectProps } from '@hexabase/hks';

const REGISTRY = 'ghcr.io/hexabase/hks-examples';
const PINNED = {
  shop: `${REGISTRY}/shop:1.0.0`,
  receipt: `${REGISTRY}/receipt:1.0.0`,
  reminders: `${REGISTRY}/reminders:1.0.0`,
  python: `${REGISTRY}/sandbox-python:1.0.0`,
  node: `${REGISTRY}/sandbox-node:1.0.0`,
  store: `${REGISTRY}/store:1.0.0`,
};

/** What a file at `HKS_EXAMPLE_IMAGES` may say: `{"images": {"shop": "…"}, "dns": {"cidrs": ["…"]}}`. */
interface Overrides {
  readonly images?: Partial<typeof PINNED>;
  readonly dns?: ProjectProps['dns'];
}

const file = process.env.HKS_EXAMPLE_IMAGES;
const overrides: Overrides = file ? JSON.parse(readFileSync(file, 'utf8')) : {};

export const images = { ...PINNED, ...overrides.images };
export const { dns } = overrides;
