import assert from 'node:assert/strict';

import { NodeConfigurations } from '../../../lib/node-red/node-configurations';
import { leavesNothingUndone } from '../../../lib/runs/passive';

const FLOWS = [
  { id: 'tab', type: 'tab' },
  { id: 'http', type: 'http request', z: 'tab', wires: [['switch']] },
  { id: 'switch', type: 'switch', z: 'tab', wires: [['debug'], ['again']] },
  { id: 'debug', type: 'debug', z: 'tab', wires: [] },
  { id: 'again', type: 'change', z: 'tab', wires: [['switch']] },
  { id: 'function', type: 'function', z: 'tab', wires: [['http']] },
  { id: 'broken', type: 'function', z: 'tab', wires: [['gone']] },
  { id: 'subflow', type: 'subflow' },
  { id: 'inside', type: 'http request', z: 'subflow', wires: [[]] },
];

describe('what a stopped node prevents', () => {
  const configurations = new NodeConfigurations({
    eachNode: (callback) => FLOWS.forEach((node) => callback(node as never)),
    getSetting: () => undefined,
  });
  const behind = (id: string): string[] | undefined => {
    const { type, z } = FLOWS.find((node) => node.id === id)!;
    return configurations.typesBehind({ id, type, z: z ?? '' });
  };

  it('is found along the wires, also in a circle', () => {
    assert.deepEqual(behind('http')?.toSorted(), ['change', 'debug', 'switch']);
    assert.deepEqual(behind('function')?.toSorted(), ['change', 'debug', 'http request', 'switch']);
    assert.deepEqual(behind('debug'), []);
  });

  it('is unknown where wires lead out of a subflow or nowhere', () => {
    assert.equal(behind('inside'), undefined);
    assert.equal(behind('broken'), undefined);
  });

  it('is nothing if the next nodes only sort and show messages', () => {
    assert.equal(leavesNothingUndone(behind('http')), true);
    assert.equal(leavesNothingUndone([]), true);
    for (const types of [behind('function'), behind('inside'), ['debug', 'function'], ['mqtt out']])
      assert.equal(leavesNothingUndone(types), false);
  });
});
