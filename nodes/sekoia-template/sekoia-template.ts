import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';

import { type OutputType, setTypedValue } from '../../lib/node-red/typed-value';
import { type CompiledTemplate, compileTemplate } from '../../lib/template';

/** A handwritten flow file may omit any of them. */
interface TemplateDef extends NodeDef {
  template?: string;
  missing?: 'null' | 'fail';
  output?: string;
  outputType?: OutputType;
}

export default function (RED: NodeAPI): void {
  function SekoiaTemplate(this: Node, def: TemplateDef): void {
    RED.nodes.createNode(this, def);
    const { output = 'payload', outputType = 'msg' } = def;
    const template = compile(def);
    if (template instanceof Error) {
      this.status({ fill: 'red', shape: 'ring', text: 'sekoia-template.status.invalid' });
      this.error(template.message);
    }

    const fill = async (msg: NodeMessageInFlow): Promise<void> => {
      if (template instanceof Error) throw template;
      await setTypedValue(RED, this, output, outputType, msg, template.render(msg));
    };

    this.on('input', (msg, send, done) => {
      fill(msg).then(
        () => {
          send(msg);
          done();
        },
        (error: unknown) => done(error as Error),
      );
    });
    this.on('close', () => this.status({}));
  }

  RED.nodes.registerType('sekoia-template', SekoiaTemplate);
}

function compile({ template = '', missing }: TemplateDef): CompiledTemplate | Error {
  try {
    return compileTemplate(template, missing && { missing });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
