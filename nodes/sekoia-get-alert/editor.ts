export { validateConfig } from '../../lib/editor/config-validation';
export { validateTyped } from '../../lib/editor/typed-property';
export { validateAlert } from './editor/alert-validation';
export { prepare, save } from './editor/form';
export { label } from './editor/label';
