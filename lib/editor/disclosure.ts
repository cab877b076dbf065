/** Makes a button show and hide the section that it names in `aria-controls`. */
export function makeDisclosure(button: HTMLButtonElement, open: boolean): void {
  const panel = document.getElementById(button.getAttribute('aria-controls') ?? '');
  const show = (visible: boolean): void => {
    button.setAttribute('aria-expanded', String(visible));
    if (panel !== null) panel.hidden = !visible;
  };
  button.addEventListener('click', () => show(button.getAttribute('aria-expanded') !== 'true'));
  show(open);
}
