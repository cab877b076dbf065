export { validateConfig } from '../../lib/editor/config-validation';
export { close, prepare, save } from './editor/form';
export { label } from './editor/label';
export { validateNumber, validateUrgency } from './editor/validation';
