export { validateTyped } from '../../lib/editor/typed-property';
export { close, prepare, resize, save } from './editor/form';
export { label } from './editor/label';
export { validateTemplate } from './editor/template-validation';
