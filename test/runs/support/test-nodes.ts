import { AsyncResource } from 'node:async_hooks';

import type { Node, NodeAPI, NodeDef, NodeInitializer, NodeMessage, NodeMessageInFlow } from 'node-red';

export interface TestNodesHost {
  /** A `sink` has got a message. */
  arrived: (payload: unknown) => void;
  /** A `held` or `done-first` node has a message, and will send it when this is called. */
  hold: (id: string, send: () => void) => void;
}

type InputHandler = (
  message: NodeMessageInFlow,
  send: (message: NodeMessage) => void,
  done: () => void,
) => unknown;

/** Registers a node type, each node of which is built as the test needs it. */
type Define = (type: string, build: (node: Node) => void) => void;

/** Node types that behave, or misbehave, as a test needs it. */
export const testNodes =
  (host: TestNodesHost): NodeInitializer =>
  (RED: NodeAPI) => {
    const define: Define = (type, build) =>
      RED.nodes.registerType(type, function (this: Node, def: NodeDef) {
        RED.nodes.createNode(this, def);
        build(this);
      });
    define('test-trigger', () => undefined);
    defineNodesWithDone(define, host);
    defineNodesWithoutDone(define, host);
  };

function defineNodesWithDone(define: Define, { arrived, hold }: TestNodesHost): void {
  define('sink', (node) =>
    onInput(node, (message, _send, done) => {
      done();
      arrived(message.payload);
    }),
  );
  define('held', (node) =>
    onInput(node, (message, send, done) => {
      hold(node.id, () => {
        send(message);
        done();
      });
    }),
  );
  define('done-first', (node) =>
    onInput(node, (_message, send, done) => {
      done();
      hold(
        node.id,
        AsyncResource.bind(() => send({ payload: 'after done' })),
      );
    }),
  );
  define('twice', (node) =>
    onInput(node, (message, send, done) => {
      send(message);
      done();
      done();
    }),
  );
}

/** Nodes that never call `done`. */
function defineNodesWithoutDone(define: Define, { hold }: TestNodesHost): void {
  define('thrower', (node) =>
    onInput(node, () => {
      throw new Error('thrown');
    }),
  );
  define('error-only', (node) =>
    onInput(node, (message) => setImmediate(() => node.error(new Error('no done'), message))),
  );
  define('without-done', (node) =>
    node.on('input', (message) => {
      setImmediate(() => node.send(message));
    }),
  );
  define('held-without-done', (node) =>
    node.on('input', (message) => {
      hold(
        node.id,
        AsyncResource.bind(() => node.send(message)),
      );
    }),
  );
  define('without-done-error', (node) =>
    node.on('input', (message) => {
      setImmediate(() => node.error('old style', message));
    }),
  );
}

function onInput(node: Node, handle: InputHandler): void {
  node.on('input', (message, send, done) => handle(message, send, done));
}
