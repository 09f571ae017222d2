/** @module How messages name whom a fault belongs to: as those of the settings themselves do. */

export const OWNER = 'the settings';
