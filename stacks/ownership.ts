/** @module How the platform knows its own objects again: the labels that everything it makes carries. */

/** The label that says who made an object, and the platform's value of it. */
export const MANAGED_BY = 'app.kubernetes.io/managed-by';
export const MANAGER = 'hks';
/** The labels of every object that the platform makes. */
export const PLATFORM_LABELS = {
  [MANAGED_BY]: MANAGER,
  'app.kubernetes.io/part-of': 'hks',
} as const;
