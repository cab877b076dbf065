import { checkTemplate, compileTemplate, type JsonValue, type TemplateOptions } from '../../../lib/template';

/** Renders a template that is given as JSON text. */
export function render(template: string, message: object, options?: TemplateOptions): JsonValue {
  return compileTemplate(template, options).render(message);
}

/** Renders a JSON template of one string. */
export function fill(text: string, message: object, options?: TemplateOptions): JsonValue {
  return render(JSON.stringify(text), message, options);
}

/** What an action throws. */
export function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** Where and why a template is refused, as `line:column reason`. */
export function problems(source: string): string[] {
  return checkTemplate(source).map(({ line, column, reason }) => `${line}:${column} ${reason}`);
}

/** A message as it arrives behind Alert Created and Get Alert. */
export function alertMessage(rule: object = { name: 'Suspicious login', severity: 80 }): object {
  return {
    topic: 'alert:created',
    payload: { uuid: 'a5f2', short_id: 'ALxyz', title: 'Login', rule },
    sekoia: { node: { 0: { alert_uuid: 'a5f2' }, 1: { uuid: 'a5f2', rule } } },
  };
}
