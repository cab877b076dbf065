import { propertyName } from './credentials';

/** A property that was read without running any code. */
export interface Member {
  readonly name: string;
  /** Or `CREDENTIAL`. */
  readonly value: unknown;
}

/** Stands for a value that is a credential, whatever its name. */
export const CREDENTIAL = Symbol('credential');

/** The properties that JSON has of an object. */
export function* membersOf(value: object, amongHeaders: boolean): Generator<Member> {
  const namesCredential = amongHeaders && namesACredential(value);
  for (const name of Object.keys(value)) {
    const property = Object.getOwnPropertyDescriptor(value, name);
    if (property === undefined) continue;
    yield { name, value: namesCredential && /value/i.test(name) ? CREDENTIAL : dataOf(property) };
  }
}

export function* membersOfMap(map: ReadonlyMap<unknown, unknown>): Generator<Member> {
  for (const [key, value] of Map.prototype.entries.call(map) as MapIterator<[unknown, unknown]>)
    yield { name: keyName(key), value };
}

export function* membersOfError(error: Error): Generator<Member> {
  const [name, message, code, cause] = ['name', 'message', 'code', 'cause'].map((property) =>
    inherited(error, property),
  );
  yield { name: 'name', value: typeof name === 'string' ? name : 'Error' };
  yield { name: 'message', value: typeof message === 'string' ? message : '' };
  if (typeof code === 'string' || typeof code === 'number') yield { name: 'code', value: code };
  if (typeof cause === 'string') yield { name: 'cause', value: cause };
  else if (cause instanceof Error) yield { name: 'cause', value: inherited(cause, 'message') };
}

/** A boolean or an empty value reveals nothing and is worth seeing. */
export function canBeCredential(value: unknown): boolean {
  return value !== null && value !== undefined && typeof value !== 'boolean';
}

/** Whether the object is a header, such as `{ "name": "Authorization", "value": "…" }`, with a credential. */
function namesACredential(header: object): boolean {
  return ['name', 'key', 'header', 'keyValue', 'keyType'].some((property) => {
    const name = dataOf(Object.getOwnPropertyDescriptor(header, property));
    return typeof name === 'string' && propertyName(name).isCredentialHeader;
  });
}

/** The value of a property, unless reading it would run code. */
export function dataOf(property: PropertyDescriptor | undefined): unknown {
  return property?.get === undefined ? property?.value : '[getter]';
}

/** Also reads a prototype's property. The getters of a DOMException, which fetch() throws, are safe. */
function inherited(value: object, name: string): unknown {
  if (value instanceof DOMException) return value[name as keyof DOMException];
  for (let holder: unknown = value; holder !== null; holder = Object.getPrototypeOf(holder)) {
    const property = Object.getOwnPropertyDescriptor(holder, name);
    if (property !== undefined) return dataOf(property);
  }
  return undefined;
}

/** The key of a Map, as the debug sidebar names it. */
function keyName(key: unknown): string {
  return (typeof key === 'object' && key !== null) || typeof key === 'function' ? '[object]' : String(key);
}
