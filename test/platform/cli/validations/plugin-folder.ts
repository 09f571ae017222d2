/** @module A plugin as users write them, as a package in a folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Fails every object of the kinds in `properties.refused`, and prints how many manifests it was given. */
const SOURCE = `
class KindValidation {
  constructor(properties) {
    this.refused = properties.refused ?? [];
    if (!Array.isArray(this.refused)) throw new Error("Write 'refused' as a list");
  }
  async validate(context) {
    const { pkg, version, manifests, logger, report } = context;
    logger.log('judging ' + manifests.length + ' manifests');
    const found = manifests.flatMap((file) =>
      context.parseManifest(file)
        .filter((object) => this.refused.includes(object?.kind))
        .map((object) => ({ resourceName: object.metadata.name, locations: ['kind'], manifestPath: file })));
    if (found.length > 0) {
      report.addViolation({ ruleName: 'no such kinds', recommendation: 'use others', fix: 'https://kinds.example', violatingResources: found });
    }
    report.submit(found.length > 0 ? 'failure' : 'success', { 'Rules\\nheld': String(this.refused.length) });
  }
}
class BrokenValidation { validate() { throw new Error('out of order'); } }
class SilentValidation { async validate() {} }
class NoValidation {}
module.exports = { KindValidation, BrokenValidation, SilentValidation, NoValidation, nothing: 7 };
`;

/** Writes the plugin's package. */
export function writePlugin(folder: string, name = 'plugin', source = SOURCE): void {
  mkdirSync(folder, { recursive: true });
  const manifest = { name, version: '1.0.0', main: 'main.js' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'main.js'), source);
}
