import type { EditorNode } from './editor-node';

/** The runtime's answers by configuration ID. Undefined: the answer is pending, or the request failed. */
const answers = new Map<string, boolean | undefined>();
let isListening = false;

/**
 * Whether a Sekoia configuration has an API key. The editor knows this only after the configuration was opened or
 * created, and forgets it on each deploy. In the other cases, this asks the runtime, which never returns the key itself.
 * @returns undefined while the answer is unknown; when it arrives, the configuration and its users are validated again
 */
export function hasApiKey(config: EditorNode): boolean | undefined {
  const credentials = config.credentials as { apiKey?: string; has_apiKey?: boolean } | undefined;
  if (credentials) return credentials.has_apiKey ?? (credentials.apiKey ?? '').trim() !== '';
  if (!answers.has(config.id)) ask(config);
  return answers.get(config.id);
}

function ask(config: EditorNode): void {
  answers.set(config.id, undefined);
  forgetOnDeploy();
  // The relative URL works under any path of the editor. Node-RED adds the user's token.
  void $.getJSON(`credentials/${config.type}/${config.id}`, (credentials: { has_apiKey?: boolean }) => {
    // The answer is empty for a configuration that is not deployed.
    answers.set(config.id, credentials.has_apiKey === true);
    for (const node of [config, ...(config.users ?? [])]) RED.editor.validateNode(node);
    RED.view.redraw();
  });
}

function forgetOnDeploy(): void {
  if (isListening) return;
  isListening = true;
  RED.events.on('deploy', () => answers.clear());
}
