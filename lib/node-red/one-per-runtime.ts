/**
 * A single instance per Node-RED runtime, even if this module is loaded more than once: from two copies of the
 * package, or again after the module cache was cleared.
 */
export class OnePerRuntime<Thing> {
  readonly #key: symbol;

  /** @param name ends with a version number; change it when the interface changes */
  constructor(name: string) {
    this.#key = Symbol.for(`@sekoia-flows/node-red-sekoia/${name}`);
  }

  /**
   * Gets the instance of a runtime, or creates it.
   * @param runtime an object that exists once per Node-RED
   * @param folder the user directory: a process may run several Node-REDs, one after the other
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
