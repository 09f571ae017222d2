/** @module Reports of plugins: the same as cdk8s-cli's for whatever a plugin tells. */
import { ValidationContext as Cdk8sContext } from 'cdk8s-cli/plugins';
import fc from 'fast-check';
import { ValidationReport, type Violation } from '../../../../platform/cli/validations/report';

const word = fc.stringMatching(/^[A-Za-z][A-Za-z .:/-]{0,20}$/);
const lines = fc.array(word, { minLength: 1, maxLength: 3 }).map((some) => some.join('\n'));
const names = fc.constantFrom('web', 'db', 'job');
const violation: fc.Arbitrary<Violation> = fc.record({
  ruleName: word,
  recommendation: lines,
  fix: lines,
  violatingResources: fc.array(
    fc.record({
      resourceName: names,
      manifestPath: word,
      locations: fc.array(word, { maxLength: 3 }),
    }),
    { maxLength: 3 },
  ),
});

const METADATA = { web: { path: 'shop/web' }, db: { path: 'shop/db/Default' } };
const red = (text: string) => `\u001b[31m\u001b[1m${text}\u001b[0m`;

function ours(stdout: boolean): ValidationReport {
  const paths = new Map(Object.entries(METADATA).map(([name, { path }]) => [name, path]));
  return new ValidationReport(
    'p',
    '1.2.3',
    ({ resourceName: name }) => paths.get(name),
    stdout,
    red,
  );
}

test('text and JSON as cdk8s-cli writes them', () => {
  fc.assert(
    fc.property(
      fc.array(violation, { maxLength: 4 }),
      fc.constantFrom('success' as const, 'failure' as const),
      fc.option(fc.dictionary(lines, lines, { maxKeys: 3 }), { nil: undefined }),
      fc.boolean(),
      (violations, status, metadata, stdout) => {
        const report = ours(stdout);
        const theirs = new Cdk8sContext([], 'p', '1.2.3', METADATA, stdout).report;
        for (const found of violations) {
          report.addViolation(found);
          theirs.addViolation({
            ...found,
            violatingResources: found.violatingResources.map(whole),
          });
        }
        report.submit(status, metadata);
        theirs.submit(status, metadata);
        expect(report.toString()).toBe(theirs.toString());
        expect(JSON.stringify(report.toJson())).toBe(JSON.stringify(theirs.toJson()));
        expect(report.success).toBe(theirs.success);
      },
    ),
    { numRuns: 300 },
  );
});

function whole<T extends { readonly locations?: readonly string[] }>(resource: T) {
  return { ...resource, locations: resource.locations ?? [] };
}

test('a resource without locations', () => {
  const report = ours(false);
  const violatingResources = [{ resourceName: 'job', manifestPath: 'a.yaml' }];
  report.addViolation({ ruleName: 'r', recommendation: 'do', fix: 'so', violatingResources });
  report.submit('failure');
  expect(report.toString().split('\n').slice(-9)).toEqual(
    [
      '  Occurrences:',
      '',
      '    - Construct Path: N/A',
      '    - Manifest Path: a.yaml',
      '    - Resource Name: job',
      '',
      '  Recommendation: do',
      '  How to fix: so',
    ].toSpliced(0, 0, ''),
  );
});

test('violations come before the report is submitted, and it is read after that', () => {
  const report = ours(false);
  expect(() => report.success).toThrow(
    'The report is not complete: the plugin must call report.submit',
  );
  report.submit('success');
  expect(report.success).toBe(true);
  expect(() =>
    report.addViolation({ ruleName: 'r', recommendation: '', fix: '', violatingResources: [] }),
  ).toThrow('Violations cannot be added to a report that is submitted');
});
