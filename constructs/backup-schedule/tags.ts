/** @module Tags of snapshots: the user's own, apart from those that runs are known by. */
import type { IConstruct } from 'constructs';
import { checkStrings } from '../check';
import { invalid } from '../invalid';
import { COMPLETE, INCOMPLETE } from './script';

/** Refuses tags that restic would split, and those that say how a run ended. */
export function checkTags(
  owner: IConstruct,
  given: readonly string[] | undefined,
): readonly string[] {
  const tags = checkStrings(owner, 'tags', given) ?? [];
  tags.forEach((tag, index) => {
    const fits = /^[A-Za-z0-9][\w.:/-]{0,99}$/.test(tag);
    if (fits && tag !== COMPLETE && tag !== INCOMPLETE) return;
    throw invalid(owner, {
      prop: `tags[${index}]`,
      rule: `must be letters, digits, '.', ':', '/', '-' and '_', and neither '${COMPLETE}' nor '${INCOMPLETE}'`,
      received: tag,
      fix: `Write one like 'release-17'`,
    });
  });
  return tags;
}
