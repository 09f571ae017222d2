/** @module What a plugin has found, as it tells it and as cdk8s-cli prints it. */
import { table } from './table';

/** An object that breaks a rule. */
export interface ViolatingResource {
  readonly resourceName: string;
  readonly manifestPath: string;
  /** Places in the object. */
  readonly locations?: readonly string[];
}

export interface Violation {
  readonly ruleName: string;
  readonly recommendation: string;
  readonly fix: string;
  readonly violatingResources: readonly ViolatingResource[];
}

/** A violation with the constructs that rendered the objects. */
export interface FoundViolation extends Omit<Violation, 'violatingResources'> {
  readonly violatingConstructs: readonly (ViolatingResource & {
    readonly constructPath?: string;
  })[];
}

export type Status = 'success' | 'failure';

export interface ReportJson {
  readonly title: string;
  readonly violations: readonly FoundViolation[];
  readonly summary: {
    readonly status: Status;
    readonly plugin: string;
    readonly version: string;
    readonly metadata?: Readonly<Record<string, string>>;
  };
}

/** Report of one plugin: violations are added, then it is submitted. */
export class ValidationReport {
  private readonly violations: FoundViolation[] = [];
  private summary: ReportJson['summary'] | undefined;

  constructor(
    private readonly plugin: string,
    private readonly version: string,
    /** Path of the construct that rendered an object. */
    private readonly constructPathOf: (resource: ViolatingResource) => string | undefined,
    /** Whether the manifests are where the user does not see them. */
    private readonly stdout: boolean,
    /** How the name of a broken rule looks. */
    private readonly paint: (text: string) => string = (text) => text,
  ) {}

  /** @throws after the report was submitted */
  addViolation({ violatingResources, ruleName, recommendation, fix }: Violation): void {
    if (this.summary) throw new Error('Violations cannot be added to a report that is submitted');
    const violatingConstructs = violatingResources.map((resource) => ({
      ...resource,
      constructPath: this.constructPathOf(resource),
      manifestPath: this.stdout ? 'STDOUT' : resource.manifestPath,
    }));
    this.violations.push({ ruleName, recommendation, violatingConstructs, fix });
  }

  /** Ends the report; `metadata` is printed with it. */
  submit(status: Status, metadata?: Readonly<Record<string, string>>): void {
    const { plugin, version } = this;
    this.summary = { status, plugin, version, metadata };
  }

  /** @throws before the report was submitted */
  get success(): boolean {
    return this.toJson().summary.status === 'success';
  }

  /** @throws before the report was submitted */
  toJson(): ReportJson {
    const { plugin, version, summary, violations } = this;
    if (!summary) throw new Error(`The report is not complete: the plugin must call report.submit`);
    return { title: `Validation Report (${plugin}@${version})`, violations, summary };
  }

  toString(): string {
    const { title, summary, violations } = this.toJson();
    const { status, plugin, version, metadata } = summary;
    const rows = { Status: status, Plugin: plugin, Version: version, ...metadata };
    return [
      title,
      '-'.repeat(title.length),
      '',
      '(Summary)',
      '',
      `${table(Object.entries(rows))}\n`,
      '',
      '(Violations)',
      ...violations.flatMap((violation) => this.linesOf(violation)),
    ].join('\n');
  }

  private linesOf(violation: FoundViolation): readonly string[] {
    const { ruleName, recommendation, violatingConstructs, fix } = violation;
    const count = violatingConstructs.flatMap(({ locations }) => locations).length;
    return [
      '',
      this.paint(`${ruleName} (${count} occurrences)`),
      '',
      '  Occurrences:',
      ...violatingConstructs.flatMap(({ constructPath, manifestPath, resourceName, locations }) => [
        '',
        `    - Construct Path: ${constructPath ?? 'N/A'}`,
        `    - Manifest Path: ${manifestPath}`,
        `    - Resource Name: ${resourceName}`,
        ...(locations ? ['    - Locations:'] : []),
        ...(locations ?? []).map((location) => `      > ${location}`),
      ]),
      '',
      `  Recommendation: ${recommendation}`,
      `  How to fix: ${fix}`,
    ];
  }
}
