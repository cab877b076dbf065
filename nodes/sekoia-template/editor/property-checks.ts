import { type PropertyCheck, typedValue, validatorsOf } from '../../../lib/editor/property-checks';
import { checkTemplate } from '../../../lib/template';

/** A template without problems. The reason is the first problem and its place. */
const validTemplate: PropertyCheck = (value, { node }) => {
  const [first] = checkTemplate(typeof value === 'string' ? value : '');
  if (first === undefined) return true;
  const { line, column, reason } = first;
  return `${node._('sekoia-template.check.place', { line, column })}: ${reason}`;
};

export const validators = validatorsOf({
  template: validTemplate,
  output: typedValue('outputType'),
});
