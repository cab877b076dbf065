export { addSidebar } from './editor/sidebar';
