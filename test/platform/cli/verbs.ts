/** @module The verbs of the command line as jest can load them. */
import * as check from '../../../platform/cli/check';
import * as diff from '../../../platform/cli/diff';
import * as importVerb from '../../../platform/cli/import';
import type { Verbs } from '../../../platform/cli/main';
import * as platform from '../../../platform/cli/platform';
import * as releases from '../../../platform/cli/releases';
import * as stdout from '../../../platform/cli/stdout';
import * as synth from '../../../platform/cli/synth';

export const verbs: Verbs = {
  synth: async () => synth,
  stdout: async () => stdout,
  check: async () => check,
  diff: async () => diff,
  import: async () => importVerb,
  platform: async () => platform,
  releases: async () => releases,
};
