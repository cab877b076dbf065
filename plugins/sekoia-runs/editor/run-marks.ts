import type { EditorNode } from '../../../lib/editor/editor-node';
import type { RunDetails } from './api';
import { placeOf } from './canvas-nodes';

type Outcome = RunDetails['steps'][number]['status'];

const SVG = 'http://www.w3.org/2000/svg';
const OUTCOMES: readonly Outcome[] = ['running', 'succeeded', 'failed'];
/** A tick, a cross, and three dots, each in a circle of radius 5 around 0, 0. */
const SIGNS: Readonly<Record<Outcome, string>> = {
  succeeded: 'M-2.5 0.2 L-0.7 2 L2.6 -1.8',
  failed: 'M-2 -2 L2 2 M2 -2 L-2 2',
  running: 'M-2.6 0 h0.1 M-0.05 0 h0.1 M2.5 0 h0.1',
};

/** Marks on the canvas the nodes of the open run, by how their last step ended. */
export class RunMarks {
  #marks = new Map<string, Outcome>();
  /** The mark that each node's badge shows, by node ID. */
  readonly #drawn = new Map<string, Outcome>();

  constructor() {
    // Node-RED redraws a node whenever its flow is opened.
    RED.hooks.add('viewRedrawNode.sekoia-runs', ({ node, el }) => {
      const mark = this.#marks.get(node.id);
      for (const outcome of OUTCOMES) el.classList.toggle(`sekoia-runs-node-${outcome}`, outcome === mark);
    });
    RED.view.annotations.register('sekoia-runs', {
      type: 'badge',
      element: ({ id }) => makeSign(this.#marks.get(id) ?? 'running'),
      show: ({ id }) => this.#marks.has(id),
      refresh: ({ id }) => {
        const mark = this.#marks.get(id);
        if (mark === undefined || mark === this.#drawn.get(id)) return false;
        this.#drawn.set(id, mark);
        return true;
      },
    });
  }

  show({ steps }: RunDetails): void {
    const last = new Map(steps.map(({ nodeId, status }) => [nodeId, status]));
    const marks = new Map<string, Outcome>();
    for (const [nodeId, status] of last) {
      const { onFlow, node } = placeOf(nodeId);
      // An instance of a subflow shows the worst outcome of the nodes inside it.
      for (const id of new Set([onFlow, node]))
        if (id !== undefined) marks.set(id, worse(marks.get(id), status));
    }
    this.#replace(marks);
  }

  clear(): void {
    this.#replace(new Map());
  }

  #replace(marks: Map<string, Outcome>): void {
    const touched = new Set([...this.#marks.keys(), ...marks.keys()]);
    this.#marks = marks;
    for (const id of touched) {
      const node = RED.nodes.node(id) as EditorNode | null;
      if (node) node.dirty = true;
    }
    RED.view.redraw();
  }
}

function worse(one: Outcome | undefined, other: Outcome): Outcome {
  if (one === undefined || one === 'succeeded') return other;
  return other === 'failed' ? other : one;
}

function makeSign(outcome: Outcome): SVGElement {
  const group = document.createElementNS(SVG, 'g');
  group.setAttribute('class', `sekoia-runs-mark sekoia-runs-mark-${outcome}`);
  const circle = document.createElementNS(SVG, 'circle');
  const sign = document.createElementNS(SVG, 'path');
  for (const [name, value] of Object.entries({ cx: '6', cy: '6', r: '6' })) circle.setAttribute(name, value);
  sign.setAttribute('d', SIGNS[outcome]);
  sign.setAttribute('transform', 'translate(6, 6)');
  group.append(circle, sign);
  return group;
}
