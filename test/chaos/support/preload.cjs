/**
 * Loaded into Node-RED before anything else. Writes its process id to CHAOS_PID_FILE, so that it can be killed
 * while it starts; and with --expose-gc prints, for each SIGWINCH, what it holds.
 */
const fs = require('node:fs');
const { createRequire } = require('node:module');
const { setTimeout: sleep } = require('node:timers/promises');

if (process.env.CHAOS_PID_FILE !== undefined)
  fs.writeFileSync(process.env.CHAOS_PID_FILE, String(process.pid));

if (typeof global.gc === 'function') process.on('SIGWINCH', () => void report());

async function report() {
  // What waits for the next turns of the event loop is no leak.
  for (let turn = 0; turn < 3; turn += 1) {
    await sleep(50);
    global.gc();
  }
  const { events } = createRequire(process.argv[1])('@node-red/util');
  const resources = process.getActiveResourcesInfo();
  const figures = {
    heapBytes: process.memoryUsage().heapUsed,
    processListeners: listenersOf(process),
    eventListeners: listenersOf(events),
    sockets: resources.filter((name) => name.startsWith('TCP') || name.startsWith('TLS')).length,
    timers: resources.filter((name) => name === 'Timeout').length,
  };
  console.log(`CHAOS ${JSON.stringify(figures)}`);
}

function listenersOf(emitter) {
  return emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
}
