export { validateConfig } from '../../lib/editor/config-validation';
export { canPress, hasButton, press } from './editor/on-off-button';
export { close, prepare, save } from './editor/form';
export { label } from './editor/label';
export { validateChoice, validateNumber, validateUrgency } from './editor/validation';
