/** Between two places that are remembered, so that a day of them is few. */
const STEP_SECONDS = 600;

const MAX_PLACES = 150;

/** Where a cursor has been during the last day or so: places to set it back to. */
export class CursorTrail {
  readonly #places: number[] = [];

  /** All of them, earliest first. */
  get places(): readonly number[] {
    return this.#places;
  }

  /** The cursor is here now; places behind it that lie later are forgotten. */
  add(place: number): void {
    const places = this.#places;
    while ((places.at(-1) ?? -Infinity) >= place) places.pop();
    // The one before stays, whatever becomes of the last.
    if ((places.at(-1) ?? -Infinity) - (places.at(-2) ?? -Infinity) < STEP_SECONDS) places.pop();
    places.push(place);
    if (places.length > MAX_PLACES) places.shift();
  }

  /** The last place that is not later than a moment. */
  before(moment: number): number | undefined {
    return this.#places.findLast((place) => place <= moment);
  }
}
