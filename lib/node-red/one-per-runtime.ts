/**
 * What there is one of in a Node-RED. This module may be loaded more than once: from two copies of the package,
 * or again after its cache was cleared.
 */
export class OnePerRuntime<Thing> {
  readonly #key: symbol;

  /** @param name ends with a number to be changed with the way the thing is used, not with what it does */
  constructor(name: string) {
    this.#key = Symbol.for(`@sekoia-flows/node-red-sekoia/${name}`);
  }

  /**
   * That of a runtime, made if it is not there.
   * @param runtime an object that is the same for everything in one Node-RED
   * @param folder the user directory: a process may run Node-RED in one after the other
   */
  of(runtime: object, folder: string | undefined, make: () => Thing): Thing {
    const global = globalThis as Record<symbol, WeakMap<object, Map<string | undefined, Thing>> | undefined>;
    const all = (global[this.#key] ??= new WeakMap());
    let things = all.get(runtime);
    if (things === undefined) all.set(runtime, (things = new Map<string | undefined, Thing>()));
    let thing = things.get(folder);
    if (thing === undefined) things.set(folder, (thing = make()));
    return thing;
  }
}
