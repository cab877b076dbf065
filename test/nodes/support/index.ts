export { node, outcomes, sink, trigger } from './flows';
export { type CaughtError, type Message, alertOf, errorOf } from './messages';
export { NodeFixture, useNodeFixture } from './node-fixture';
export type { Completion, Handler, NodeRedFixture, Settings, Status } from './node-red-fixture';
export { events, hooks } from './runtime';
export { settled } from './waiting';
