/** @module What a component was told to wait for, so that each of its objects waits for it too, and is deleted before it. */
import type * as pulumi from '@pulumi/pulumi';

/** The resources of a component's own `dependsOn`: the engine gives them to no child. */
export function dependenciesOf(
  options: pulumi.ComponentResourceOptions | undefined,
): readonly pulumi.Resource[] {
  const given = options?.dependsOn;
  return given === undefined ? [] : ([given].flat() as pulumi.Resource[]);
}
