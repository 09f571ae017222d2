/** @module Objects in layers, each depending on objects of the layer before. */
import { ApiObject, type App, Chart } from 'cdk8s';

/** A graph of `objects` in layers of `width`, with `edges` from each layer to the one before. */
export interface Layers {
  readonly objects: number;
  readonly width: number;
  readonly edges: number;
}

/** Pairs of a dependent object and what it depends on, spread evenly and none of them twice. */
export function edgesOf({ objects, width, edges }: Layers): readonly [number, number][] {
  const dependents = objects - width;
  return Array.from({ length: edges }, (_, edge) => {
    const source = width + (edge % dependents);
    const before = (Math.floor(source / width) - 1) * width;
    return [source, before + ((source + Math.floor(edge / dependents)) % width)];
  });
}

/** One chart of ConfigMaps. */
export function plantLayers(app: App, layers: Layers): void {
  const chart = new Chart(app, 'layers', { namespace: 'layers' });
  const objects = Array.from(
    { length: layers.objects },
    (_, index) =>
      new ApiObject(chart, `o${index}`, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `o${index}` },
        data: { index: `${index}` },
      }),
  );
  for (const [source, target] of edgesOf(layers)) {
    const [dependent, dependency] = [objects[source], objects[target]];
    if (dependent && dependency) dependent.addDependency(dependency);
  }
}
