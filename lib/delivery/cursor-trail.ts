/** Time between two remembered positions, so that a day has few of them. */
const STEP_SECONDS = 600;

const MAX_PLACES = 150;

/** The positions of a cursor during about the last day. The cursor can be set back to them. */
export class CursorTrail {
  readonly #places: number[] = [];

  /** All of them, earliest first. */
  get places(): readonly number[] {
    return this.#places;
  }

  /** Records the current position, and forgets later ones. */
  add(place: number): void {
    const places = this.#places;
    while ((places.at(-1) ?? -Infinity) >= place) places.pop();
    // The one before stays, whatever becomes of the last.
    if ((places.at(-1) ?? -Infinity) - (places.at(-2) ?? -Infinity) < STEP_SECONDS) places.pop();
    places.push(place);
    if (places.length > MAX_PLACES) places.shift();
  }

  /** The last position that is not later than a time. */
  before(moment: number): number | undefined {
    return this.#places.findLast((place) => place <= moment);
  }
}
