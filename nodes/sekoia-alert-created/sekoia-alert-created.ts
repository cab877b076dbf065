import type { Node, NodeAPI, NodeDef } from 'node-red';

import type { Named } from '../../lib/history';
import { namesOf } from '../../lib/node-red/node-names';
import { sharedRuntime } from '../../lib/runtime/shared-runtime';
import { SekoiaError, asSekoiaError } from '../../lib/sekoia/errors';
import { describe } from '../../lib/util/error-text';
import type { Platform } from '../../lib/sekoia/platform';
import { platformOf } from '../sekoia-config/platform-of';
import { lifeOf } from './life';
import { warnOfOrphans } from './orphans';
import { type AlertCreatedProperties, readSettings } from './properties';
import { StatusLine, statusOfLife } from './status-line';

export default function (RED: NodeAPI): void {
  function SekoiaAlertCreated(this: Node, def: NodeDef & AlertCreatedProperties): void {
    RED.nodes.createNode(this, def);
    const platform = platformOrError(RED, def.config);
    if (platform instanceof SekoiaError) this.error(platform.message);
    const hasConfig = (RED.nodes.getNode(def.config) as Node | null) !== null;
    const statusLine = new StatusLine(this, () =>
      statusOfLife(life, hasConfig, (key, values) => RED._(`sekoia-alert-created.status.${key}`, values)),
    );
    const names = (): { trigger: Named; flow: Named } =>
      namesOf(RED, this, RED._('sekoia-alert-created.label.node'));
    const runtime = sharedRuntime(RED);
    const leave = runtime.join();
    const { life, events } = lifeOf(RED, this, platform, readSettings(def), runtime, names);
    events.subscribe(() => {
      statusLine.changed();
      runtime.changes.trigger(life.id, life.on, life.state);
    });
    const remove = runtime.triggers.add({ life, names });
    life.start();

    this.on('close', (done: () => void) => {
      void life
        .close()
        .then(leave)
        .catch((error: unknown) => this.error(describe(error)))
        .finally(() => {
          remove();
          statusLine.clear();
          done();
        });
    });
  }

  RED.nodes.registerType('sekoia-alert-created', SekoiaAlertCreated);
  warnOfOrphans(RED);
}

function platformOrError(RED: NodeAPI, configId: string): Platform | SekoiaError {
  try {
    return platformOf(RED, configId);
  } catch (error) {
    return asSekoiaError(error);
  }
}
