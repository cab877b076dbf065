/** The typed input of the properties `output` and `outputType`: where a node puts its result. */
export function prepareOutputInput(): void {
  $('#node-input-output').typedInput({
    default: 'msg',
    types: ['msg', 'flow', 'global'],
    typeField: '#node-input-outputType',
  });
}
