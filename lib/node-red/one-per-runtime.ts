/**
 * What there is one of in a Node-RED, and who uses it. This module may be loaded more than once: from two copies
 * of the package, or again after its cache was cleared.
 */
export class OnePerRuntime<Thing> {
  readonly #key: symbol;

  /** @param name ends with a number to be changed with the way the thing is used, not with what it does */
  constructor(name: string) {
    this.#key = Symbol.for(`@sekoia-flows/node-red-sekoia/${name}`);
  }

  /**
   * That of a runtime, made if it is not there.
   * @param runtime an object that is the same for everything in one Node-RED, and another in another
   */
  of(runtime: object, make: () => Thing): Thing {
    const things = this.#things;
    let thing = things.get(runtime);
    if (thing === undefined) {
      thing = make();
      things.set(runtime, thing);
    }
    return thing;
  }

  forget(runtime: object): void {
    this.#things.delete(runtime);
  }

  get #things(): WeakMap<object, Thing> {
    const global = globalThis as Record<symbol, WeakMap<object, Thing> | undefined>;
    return (global[this.#key] ??= new WeakMap());
  }
}
