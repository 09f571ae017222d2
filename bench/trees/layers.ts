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

/** One chart of ConfigMaps; `shuffled` orders the objects and the dependencies. */
export function plantLayers(
  app: App,
  layers: Layers,
  shuffled: <T>(values: readonly T[]) => readonly T[] = (values) => values,
): void {
  const chart = new Chart(app, 'layers', { namespace: 'layers' });
  const objects = new Map<number, ApiObject>();
  for (const index of shuffled(Array.from({ length: layers.objects }, (_, index) => index))) {
    const object = new ApiObject(chart, `o${index}`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `o${index}` },
      data: { index: `${index}` },
    });
    objects.set(index, object);
  }
  for (const [source, target] of shuffled(edgesOf(layers))) {
    const [dependent, dependency] = [objects.get(source), objects.get(target)];
    if (dependent && dependency) dependent.addDependency(dependency);
  }
}
