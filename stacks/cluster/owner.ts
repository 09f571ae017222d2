/** @module How messages name what the settings belong to. */

export const OWNER = 'HostPlatform';
