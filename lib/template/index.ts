/**
 * The engine of the node sekoia-template: builds the JSON body of a request from a template and a message.
 * It runs in Node.js and, for the check and the preview in the editor, in a browser.
 */
export {
  checkTemplate,
  compileTemplate,
  compileText,
  type CompiledTemplate,
  type TemplateOptions,
} from './template';
export {
  MissingValueError,
  TemplateError,
  TemplateSyntaxError,
  TemplateValueError,
  type TemplateProblem,
} from './errors';
export type { JsonObject, JsonValue } from './json-value';
