/** Prepares the typed input of `output` and `outputType`, which say where a node puts its result. */
export function prepareOutputInput(): void {
  $('#node-input-output').typedInput({
    default: 'msg',
    types: ['msg', 'flow', 'global'],
    typeField: '#node-input-outputType',
  });
}
