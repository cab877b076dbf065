import type { EditorNode } from './editor-node';

/** What the runtime said, by id of the configuration; undefined while it is being asked or could not say. */
const answers = new Map<string, boolean | undefined>();
let isListening = false;

/**
 * Whether a Sekoia configuration has an API key. The editor itself knows only after the configuration was opened
 * or created, and forgets with each deploy, so otherwise the runtime is asked, which never tells the key itself.
 * @returns undefined if nobody knows yet; it and the nodes that use it are checked again once it is known
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
  // Relative: under whatever path the editor is served, and with the token of whoever is logged in.
  void $.getJSON(`credentials/${config.type}/${config.id}`, (credentials: { has_apiKey?: boolean }) => {
    // A configuration that is not deployed has no credentials yet.
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
